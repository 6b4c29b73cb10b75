package backcopy.theory.prediction;

import backcopy.theory.AdamLaw;
import backcopy.theory.Descent;
import backcopy.theory.FreeVector;
import backcopy.theory.ScalarPeak;
import backcopy.theory.SinkReading;
import backcopy.theory.SinkTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.stat.regression.SimpleRegression;

/** The residual state of {@code <s>}: which optimizer lets it grow, and how fast. */
final class PeakPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "peak-gradient",
                    "d phi / d s = (1 - c^2) / |h|^3 along the read direction, ~ s^-2 across it; tangential ~ 1 / |h|",
                    "paper, residual-state peaks; the exponent 3 is the authors' code's",
                    PeakPredictions::gradient),
            new Prediction(
                    "peak-epsilon",
                    "LayerNorm's epsilon over D numbers is one more part of squared length D epsilon across the read direction",
                    "own",
                    PeakPredictions::epsilon),
            new Prediction(
                    "peak-flow",
                    "sum y^2 - |h|^4 / (2 (1 - c^2)) is constant; s = (K (1 - c^2) / 2)^(1/4) (log t)^(1/2)",
                    "own",
                    PeakPredictions::flow),
            new Prediction(
                    "peak-sign-adam",
                    "sign: s = s_0 + rate steps; Adam: linear at AdamLaw's speed; gradient descent: as the flow",
                    "paper, Adam's linear growth",
                    PeakPredictions::discrete),
            new Prediction(
                    "peak-free-vector",
                    "gradient flow conserves |h|; gradient descent adds the squared steps to |h|^2",
                    "own",
                    PeakPredictions::freeVector),
            new Prediction(
                    "peak-authors-toy",
                    "m grows by ln t / (t m^3): the authors' m_dynamics curve, Adam .3 and what they call SGD",
                    "authors' code, dynamic_test notebook, cells 10-12",
                    PeakPredictions::authorsToy),
            new Prediction(
                    "peak-minimal-stack",
                    "Adam: |h| linear in steps, by LayerNorm's epsilon; SGD, ReLU attention and epsilon 0: flat",
                    "paper, residual-state peaks; epsilon: own",
                    PeakPredictions::minimalStack),
            new Prediction(
                    "peak-full-speed",
                    "Adam scales the gradient of epsilon up to full speed: d|h| = rate |grad |h||_1 a step",
                    "own; false",
                    PeakPredictions::fullSpeed));

    private static final ExampleRows ROWS = ExampleRows.of(3, 20, 60);
    private static final int COUNT = ROWS.rows().length;
    private static final double COSINE = 0.5;

    private PeakPredictions() {}

    private static double slope(SinkReading reading, double... point) {
        double[] gradient = new double[point.length];
        reading.reading(point, gradient);
        return Math.sqrt(Arrays.stream(gradient).map(x -> x * x).sum());
    }

    private static double exponent(double early, double late) {
        return Math.log10(late / early);
    }

    /** phi of {@code e + s u} read along a direction that is neither e nor u, as a curve in s. */
    private static double acrossSlope(double s) {
        FreeVector generic = new FreeVector(new double[] {0.6, 0.3, 0.8});
        double[] gradient = new double[3];
        generic.reading(new double[] {COSINE + s, Math.sqrt(1 - COSINE * COSINE), 0}, gradient);
        return gradient[0];
    }

    private static List<Comparison> gradient() {
        ScalarPeak peak = ScalarPeak.ofCosine(COSINE);
        double s = 1.7, step = 1e-5, norm = Math.sqrt(s * s + 2 * COSINE * s + 1);
        double difference = (peak.reading(new double[] {s + step + COSINE}, new double[1])
                        - peak.reading(new double[] {s - step + COSINE}, new double[1]))
                / (2 * step);
        FreeVector free = new FreeVector(new double[] {1, 2, 2});
        return List.of(
                Comparison.relative("(1 - c^2) / |h|^3", (1 - COSINE * COSINE) / Math.pow(norm, 3), difference, 1e-9),
                Comparison.absolute("exponent along", -3, exponent(slope(peak, 1e3), slope(peak, 1e4)), 1e-3),
                Comparison.absolute("exponent across", -2, exponent(acrossSlope(1e4), acrossSlope(1e5)), 1e-3),
                Comparison.absolute(
                        "exponent of the tangential gradient",
                        -1,
                        exponent(slope(free, 1e3, 0, 0), slope(free, 1e4, 0, 0)),
                        1e-12));
    }

    private static List<Comparison> epsilon() {
        int width = 6;
        double epsilon = 0.02;
        double[] h = {1.3, -0.8, 0.9, -1.1, 0.7, -1.0}; // mean 0; u = (1, -1, 1, -1, 1, -1) / sqrt(6)
        double along = Arrays.stream(h).map(Math::abs).sum() / Math.sqrt(width);
        double square = Arrays.stream(h).map(x -> x * x).sum();
        double layerNorm = along / Math.sqrt(square / width + epsilon) / Math.sqrt(width);
        ScalarPeak peak = new ScalarPeak(square - along * along).withNormEpsilon(width, epsilon);
        return List.of(Comparison.relative("phi", peak.reading(new double[] {along}, new double[1]), layerNorm, 1e-14));
    }

    /** y = 0.1 in each row, s = 1. */
    private static double[] scalarStart() {
        double[] point = new double[COUNT + 1];
        Arrays.fill(point, 0.1);
        point[COUNT] = 1 + COSINE;
        return point;
    }

    private static List<Comparison> flow() {
        ScalarPeak peak = ScalarPeak.ofCosine(COSINE);
        SinkTower tower = new SinkTower(ROWS.pulls(), peak);
        double[] times = {-4, 10, 50, 100, 200, 300};
        double[][] points = tower.flow(scalarStart(), times, 1e-11);
        double[] late = points[5];
        double drift = 0;
        for (double[] point : points)
            drift = Math.max(drift, Math.abs(peak.invariant(point) - peak.invariant(points[0])));
        return List.of(
                Comparison.absolute("drift of the invariant", 0, drift / Math.pow(late[COUNT], 4), 1e-9),
                Comparison.relative("s at log t = 300", peak.law(COUNT, 300), late[COUNT], 0.01),
                Comparison.absolute(
                        "exponent of log t", 0.5, Math.log(late[COUNT] / points[4][COUNT]) / Math.log(1.5), 0.01),
                Comparison.absolute(
                        "slope of a sink logit",
                        0.5,
                        (tower.sinkLogit(0, late) - tower.sinkLogit(0, points[4])) / 100,
                        1e-4));
    }

    private static List<Comparison> discrete() {
        SinkTower tower = new SinkTower(ROWS.pulls(), ScalarPeak.ofCosine(COSINE));
        double rate = 3e-4, flowRate = 30;
        double[] sign = scalarStart(), adam = scalarStart(), descended = scalarStart();
        new Descent.Sign(rate).descend(tower, sign, 10_000);
        Descent optimizer = new Descent.Adam(rate, 0.9, 0.99, 1e-8);
        optimizer.descend(tower, adam, 5000);
        double half = adam[COUNT], halfGradient = tower.value(adam)[COUNT];
        optimizer.descend(tower, adam, 5000);
        double decay = Math.log(halfGradient / tower.value(adam)[COUNT]) / 5000;
        Descent plain = new Descent.Gradient(flowRate, 0);
        plain.descend(tower, descended, 5000);
        double middle = descended[COUNT];
        plain.descend(tower, descended, 5000);
        double[] start = scalarStart();
        double[][] flow = tower.flow(start, new double[] {-10, Math.log(flowRate * 10_000)}, 1e-11);
        return List.of(
                Comparison.absolute("sign: s - s_0", rate * 10_000, sign[COUNT] - start[COUNT], 1e-10),
                Comparison.relative(
                        "Adam: speed over 5000 steps",
                        new AdamLaw(rate, 0.9, 0.99).speed(decay),
                        (adam[COUNT] - half) / 5000,
                        0.02),
                Comparison.relative("gradient descent: s as the flow's", flow[1][COUNT], descended[COUNT], 0.01),
                Comparison.atMost(
                        "gradient descent: second half's growth by the first's",
                        0.5,
                        (descended[COUNT] - middle) / (middle - start[COUNT])));
    }

    private static List<Comparison> freeVector() {
        SinkTower tower = new SinkTower(ROWS.pulls(), new FreeVector(new double[] {1, -2, 0.5, 1.5}));
        double[] start = new double[COUNT + 4];
        Arrays.fill(start, 0.5);
        double before = tower.residualNorm(start);
        double[] flowed = tower.flow(start, new double[] {-4, 30}, 1e-12)[1];
        double[] point = start.clone();
        double squares = 0;
        for (int step = 0; step < 2000; step++) {
            double[] last = point.clone();
            new Descent.Gradient(3, 0).descend(tower, point, 1);
            for (int i = COUNT; i < point.length; i++) squares += Math.pow(point[i] - last[i], 2);
        }
        double gained = Math.pow(tower.residualNorm(point), 2) - before * before;
        double sign = tower.sinkLogit(0, flowed) - tower.sinkLogit(0, start);
        return List.of(
                Comparison.atLeast("the sink logit has moved by", 5, sign),
                Comparison.relative("|h| under the flow to e^30", before, tower.residualNorm(flowed), 1e-9),
                Comparison.relative("gain of |h|^2 in 2000 steps", squares, gained, 1e-9));
    }

    /** Their "SGD" takes its gradient at Adam's m, so it never was a trajectory; values from the notebook's recomputation. */
    private static List<Comparison> authorsToy() {
        double[][] published = {
            {10, 12.3710213, 10.0006324}, {1000, 27.8641178, 10.0015523}, {10_000, 63.9765462, 10.0016737}
        };
        double[] adam = {10}, theirs = {10}, own = {10};
        Descent optimizer = new Descent.Adam(0.3, 0.9, 0.999, 1e-8);
        Descent plain = new Descent.Gradient(0.3, 0);
        List<Comparison> comparisons = new ArrayList<>();
        int next = 0;
        for (int t = 1; t <= 10_000; t++) {
            double[] gradient = {-Math.log(t) / t / Math.pow(adam[0], 3)};
            plain.step(own, new double[] {-Math.log(t) / t / Math.pow(own[0], 3)});
            plain.step(theirs, gradient);
            optimizer.step(adam, gradient);
            if (t != published[next][0]) continue;
            comparisons.add(Comparison.relative("Adam's m at " + t, published[next][1], adam[0], 1e-8));
            comparisons.add(Comparison.relative("their SGD's m at " + t, published[next++][2], theirs[0], 1e-8));
        }
        double flow = Math.pow(1e4 + 0.6 * Math.pow(Math.log(10_000), 2), 0.25);
        comparisons.add(Comparison.relative("SGD's own m: (m_0^4 + 2 rate log^2 t)^(1/4)", flow, own[0], 1e-5));
        return comparisons;
    }

    private static List<Comparison> minimalStack() {
        PeakCase adam = PeakCase.adam(), none = PeakCase.adamWithoutEpsilon();
        PeakCase descent = PeakCase.descent(), relu = PeakCase.reluAttention();
        double[] adams = adam.norms(10), nones = none.norms(10), descents = descent.norms(10), relus = relu.norms(10);
        SimpleRegression line = new SimpleRegression();
        for (int tenth = 3; tenth <= 10; tenth++) line.addData(tenth, adams[tenth]);
        return List.of(
                Comparison.atLeast("Adam: growth of |h|", 2.5, adams[10] / adams[0]),
                Comparison.atLeast("Adam: R^2 of a line from 1800 steps on", 0.999, line.getRSquare()),
                Comparison.atMost("SGD: growth of |h|", 1.3, descents[10] / descents[0]),
                Comparison.atLeast("SGD: its sink logit beyond Adam's", 0, descent.sinkLogit() - adam.sinkLogit()),
                Comparison.atMost("ReLU attention, Adam: growth of |h|", 1.3, relus[10] / relus[0]),
                Comparison.atMost(
                        "epsilon 0, Adam: growth after alignment by epsilon 1e-5's",
                        0.2,
                        (nones[10] - nones[1]) / (adams[10] - adams[1])));
    }

    private static List<Comparison> fullSpeed() {
        PeakCase adam = PeakCase.adam();
        double[] norms = adam.norms(10);
        double measured = (norms[10] - norms[9]) / (PeakCase.STEPS / 10.0);
        return List.of(Comparison.relative("speed of |h|, last tenth", adam.fullSpeed(), measured, 0.5));
    }
}
