package backcopy.optim;

import java.util.List;

/**
 * An optimizer with its settings: the keys {@code optimizer.*} are the record's components. It treats every number of a weight
 * alone ({@link ElementwiseOptimizer}) or a weight as a matrix ({@link MatrixOptimizer}).
 */
public sealed interface Optimizer permits ElementwiseOptimizer, MatrixOptimizer {
    /** What a user types, lower case with hyphens. */
    String name();

    /** One line: formula and source. */
    String about();

    /** {@code optimizer.learningRate}. */
    double learningRate();

    /** What is remembered of each number of a weight between updates, as named in checkpoints. */
    List<String> moments();

    /** The same with every learning rate times {@code factor}. */
    Optimizer scaled(double factor);

    /** Refuses a number outside its range, naming the key. */
    static void inRange(String key, double value, double low, double high) {
        if (!(value >= low && value <= high))
            throw new IllegalArgumentException(
                    "optimizer." + key + " = " + value + " is not between " + low + " and " + high);
    }

    /** Refuses a rate or a decay that is negative, naming the key. */
    static void notNegative(String key, double value) {
        inRange(key, value, 0, 1e6);
    }

    /** Refuses a share that is not from 0 on and below 1, naming the key. */
    static void belowOne(String key, double value) {
        inRange(key, value, 0, Math.nextDown(1.0));
    }
}
