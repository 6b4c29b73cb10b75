package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.Descent;
import backcopy.theory.TriggerMean;
import backcopy.theory.TriggerMean.Measured;
import backcopy.theory.TriggerMean.Row;
import java.util.List;

/** One head on the trigger-conditional mean: softmax must park on the anchor, ReLU need not. */
final class TriggerMeanPredictions {
    private static final String SOURCE = "arXiv 2603.11487";
    private static final int LENGTH = 8, CONTENTS = 3, HEAD_WIDTH = 8, BATCH = 16;

    /** Where the published training stops. */
    private static final double WORST = 5e-3;

    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "trigger-mean-softmax",
                    "softmax attention: a small loss puts every row but the trigger's on <s>",
                    SOURCE,
                    TriggerMeanPredictions::softmax),
            new Prediction(
                    "trigger-mean-leak",
                    "contents of variance 1/3 that leak add up: leak <= sqrt(3 (n - 1) E y^2) / |w|",
                    "own",
                    TriggerMeanPredictions::leak),
            new Prediction(
                    "trigger-mean-relu",
                    "ReLU attention solves the task exactly, and by training, without a sink",
                    SOURCE,
                    TriggerMeanPredictions::relu));

    private TriggerMeanPredictions() {}

    private static TriggerMean head(Row row) {
        return new TriggerMean(row, LENGTH, CONTENTS, HEAD_WIDTH);
    }

    /** Adam with the published betas; the rate falls to the published one for the end. */
    private static double[] trained(TriggerMean head) {
        CounterRandom random = new CounterRandom(2);
        double[] point = head.start(new CounterRandom(1));
        descend(head, point, random, 1e-2, 800);
        descend(head, point, random, 1e-3, 800);
        return point;
    }

    private static void descend(TriggerMean head, double[] point, CounterRandom random, double rate, int steps) {
        Descent adam = new Descent.Adam(rate, 0.9, 0.95, 1e-8);
        for (int step = 0; step < steps; step++) {
            double[] gradient = new double[point.length];
            head.loss(point, random, BATCH, gradient);
            adam.step(point, gradient);
        }
    }

    private static Measured measured(TriggerMean head, double[] point) {
        return head.measure(point, new CounterRandom(3), 1000);
    }

    private static List<Comparison> softmax() {
        TriggerMean head = head(Row.SOFTMAX);
        Measured measured = measured(head, trained(head));
        return List.of(
                Comparison.atMost("largest error after training", WORST, measured.worst()),
                Comparison.atLeast("mean attention on <s> of other rows", 0.99, measured.anchor()),
                Comparison.absolute(
                        "attention on <s> of triggers by that of uniform rows", 1, measured.anchorOfTrigger(), 0.03));
    }

    private static List<Comparison> leak() {
        TriggerMean head = head(Row.SOFTMAX);
        double[] point = trained(head);
        Measured measured = measured(head, point);
        double square = 0;
        for (double[] row : head.contentMap(point)) for (double w : row) square += w * w / CONTENTS;
        double bound = Math.sqrt(3 * (LENGTH - 1) * measured.meanSquare() / square);
        return List.of(
                Comparison.atMost("leak of the last row", bound, measured.leak()),
                Comparison.atLeast("leak of the last row by the bound", 0.3, measured.leak() / bound));
    }

    private static List<Comparison> relu() {
        TriggerMean head = head(Row.RELU);
        Measured exact = measured(head, head.exactRelu()), trained = measured(head, trained(head));
        return List.of(
                Comparison.absolute("largest error of the exact head", 0, exact.worst(), 1e-14),
                Comparison.absolute("its attention on <s> of other rows", 0, exact.anchor(), 0),
                Comparison.atMost("largest error after training", WORST, trained.worst()),
                Comparison.atMost("mean attention on <s> of other rows", 1e-3, trained.anchor()));
    }
}
