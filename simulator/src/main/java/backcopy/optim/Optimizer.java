package backcopy.optim;

import backcopy.backend.UpdateRule;

/** An optimizer with its settings: the keys {@code optimizer.*} are the record's components. */
public sealed interface Optimizer extends UpdateRule permits AdamW, Sgd {
    /** One line: formula and source. */
    String about();

    /** {@code optimizer.learningRate}. */
    double learningRate();

    /** Refuses a number outside its range, naming the key. */
    static void inRange(String key, double value, double low, double high) {
        if (!(value >= low && value <= high))
            throw new IllegalArgumentException(
                    "optimizer." + key + " = " + value + " is not between " + low + " and " + high);
    }
}
