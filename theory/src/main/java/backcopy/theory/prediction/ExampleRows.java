package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.SampledSinkLogit;
import backcopy.theory.SinkRow;
import java.util.List;
import java.util.function.DoubleUnaryOperator;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A small random bigram law and bag on which the optimizers and the peaks are measured; nothing predicted depends on it. */
record ExampleRows(double[][] rows, double[] bag, double length) {
    /** {@code count} rows over as many tokens, n = {@code length}. */
    static ExampleRows of(long seed, int count, double length) {
        RandomGenerator random = new CounterRandom(seed);
        double[][] rows = new double[count][];
        for (int row = 0; row < count; row++) rows[row] = law(random, count, 1);
        return new ExampleRows(rows, law(random, count, 4 * length), length);
    }

    private static double[] law(RandomGenerator random, int tokens, double total) {
        double[] law = new double[tokens];
        double sum = 0;
        for (int token = 0; token < tokens; token++) sum += law[token] = -Math.log(1 - random.nextDouble());
        for (int token = 0; token < tokens; token++) law[token] *= total / sum;
        return law;
    }

    SinkRow row(int row) {
        return new SinkRow(rows[row], bag, length, 1.0 / rows.length);
    }

    /** The gradient of one row from {@code labels} labels a step, another stream for each {@code replica}. */
    SampledSinkLogit sampled(int row, int labels, int replica) {
        CounterRandom random = new CounterRandom(CounterRandom.at(7, replica));
        return new SampledSinkLogit(rows[row], bag, length, 1.0 / rows.length, labels, random);
    }

    /** Minus the derivative of the loss by each row's sink logit. */
    List<DoubleUnaryOperator> pulls() {
        return IntStream.range(0, rows.length)
                .mapToObj(row -> (DoubleUnaryOperator) row(row)::pull)
                .toList();
    }
}
