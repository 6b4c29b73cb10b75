package backcopy.backend.reference;

import static java.lang.Double.NaN;

import backcopy.attention.AttentionKinds;
import backcopy.attention.Softmax;
import backcopy.attention.Uniform;
import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Masks;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.model.CentralDifferences;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * Each operation of the definition by itself: its way back against central differences of a random linear function of its
 * output. Gradients that an operation adds to start at 1, those that it overwrites at NaN.
 */
class ReferenceGradientTest {
    private static final int ROWS = 6, WIDTH = 5, OUT = 4;
    private static final AttentionShape SHAPE = new AttentionShape(2, 3, 4, 2);
    private static final double ADDED = 1, OVERWRITTEN = NaN;

    /** Overwritten with exactly nothing. */
    private static final double FLAT = -1;

    private final Backend backend = new ReferenceBackend();
    private final SplittableRandom random = new SplittableRandom(29);

    private interface Forward {
        void run(Buffer[] in, Buffer out);
    }

    private interface Backward {
        void run(Buffer[] in, Buffer out, Buffer dOut, Buffer[] dIn);
    }

    /** An input and what its gradient holds before the way back. */
    private record Input(String name, double[] values, double start) {}

    @Test
    void linear() {
        for (boolean add : new boolean[] {false, true})
            check(
                    "linear",
                    ROWS * OUT,
                    (in, out) -> {
                        backend.fill(out, 0.5);
                        backend.linear(in[0], backend.matrix(in[1], OUT, WIDTH), out, ROWS, add);
                    },
                    (in, out, dOut, dIn) -> {
                        backend.linearBackwardInput(dOut, backend.matrix(in[1], OUT, WIDTH), dIn[0], ROWS, add);
                        backend.linearBackwardWeight(dOut, in[0], dIn[1], ROWS, OUT, WIDTH, true);
                    },
                    new Input("x", normal(ROWS * WIDTH), add ? ADDED : OVERWRITTEN),
                    new Input("weight", normal(OUT * WIDTH), ADDED));
    }

    @Test
    void embed() {
        int[] tokens = {0, 2, 2, 1, 2, 0};
        check(
                "embed",
                ROWS * WIDTH,
                (in, out) -> backend.embed(tokens, in[0], in[1], out, 2, 3, WIDTH),
                (in, out, dOut, dIn) -> backend.embedBackward(tokens, dOut, dIn[0], dIn[1], 2, 3, WIDTH),
                new Input("tokens", normal(3 * WIDTH), ADDED),
                new Input("positions", normal(3 * WIDTH), ADDED));
    }

    @Test
    void layerNorm() {
        Buffer mean = backend.allocate(ROWS), inverse = backend.allocate(ROWS);
        for (double epsilon : new double[] {1e-5, 0.5})
            check(
                    "layerNorm",
                    ROWS * WIDTH,
                    (in, out) -> backend.layerNorm(in[0], in[1], in[2], epsilon, out, mean, inverse, ROWS, WIDTH),
                    (in, out, dOut, dIn) -> {
                        backend.layerNorm(in[0], in[1], in[2], epsilon, out, mean, inverse, ROWS, WIDTH);
                        backend.layerNormBackward(
                                in[0], in[1], mean, inverse, dOut, dIn[0], dIn[1], dIn[2], ROWS, WIDTH);
                    },
                    new Input("x", normal(ROWS * WIDTH), ADDED),
                    new Input("gain", normal(WIDTH), ADDED),
                    new Input("bias", normal(WIDTH), ADDED));
    }

    @Test
    void relu() {
        check(
                "relu",
                ROWS * WIDTH,
                (in, out) -> backend.relu(in[0], out),
                (in, out, dOut, dIn) -> backend.reluBackward(out, dOut, dIn[0]),
                new Input("x", normal(ROWS * WIDTH), OVERWRITTEN));
    }

    @Test
    void scores() {
        check(
                "scores",
                SHAPE.pairs(),
                (in, out) -> backend.scores(in[0], in[1], out, SHAPE),
                (in, out, dOut, dIn) -> backend.scoresBackward(dOut, in[0], in[1], dIn[0], dIn[1], SHAPE),
                new Input("query", normal(SHAPE.rows() * SHAPE.width()), OVERWRITTEN),
                new Input("key", normal(SHAPE.rows() * SHAPE.width()), OVERWRITTEN));
    }

    @Test
    void pattern() {
        for (RowRule kind : AttentionKinds.ALL)
            for (double size : new double[] {0.3, 1, 8})
                check(
                        kind.name() + " pattern of scores of size " + size,
                        SHAPE.pairs(),
                        (in, out) -> backend.pattern(kind, in[0], out, SHAPE),
                        (in, out, dOut, dIn) -> backend.patternBackward(kind, in[0], out, dOut, dIn[0], SHAPE),
                        new Input(
                                "scores",
                                Arrays.stream(normal(SHAPE.pairs()))
                                        .map(score -> size * score)
                                        .toArray(),
                                kind instanceof Uniform ? FLAT : OVERWRITTEN));
    }

    @Test
    void patternOfTrainedRules() {
        for (RowRule kind : AttentionKinds.ALL)
            if (kind instanceof TrainedRule rule)
                check(
                        kind.name(),
                        SHAPE.pairs(),
                        (in, out) -> backend.pattern(rule, in[0], in[1], out, SHAPE),
                        (in, out, dOut, dIn) ->
                                backend.patternBackward(rule, in[0], in[1], out, dOut, dIn[1], dIn[0], SHAPE),
                        new Input(rule.trainedName(), normal(SHAPE.heads()), ADDED),
                        new Input("scores", normal(SHAPE.pairs()), OVERWRITTEN));
    }

    /** Every operation of attention under every mask; what a query does not see has no gradient. */
    @Test
    void attentionUnderMasks() {
        for (AttentionShape shape : Masks.SHAPES) {
            int states = shape.rows() * shape.width();
            check(
                    "scores under " + shape,
                    shape.pairs(),
                    (in, out) -> backend.scores(in[0], in[1], out, shape),
                    (in, out, dOut, dIn) -> backend.scoresBackward(dOut, in[0], in[1], dIn[0], dIn[1], shape),
                    new Input("query", normal(states), OVERWRITTEN),
                    new Input("key", normal(states), OVERWRITTEN));
            check(
                    "pattern under " + shape,
                    shape.pairs(),
                    (in, out) -> backend.pattern(new Softmax(), in[0], out, shape),
                    (in, out, dOut, dIn) -> backend.patternBackward(new Softmax(), in[0], out, dOut, dIn[0], shape),
                    new Input("scores", normal(shape.pairs()), OVERWRITTEN));
            check(
                    "mix under " + shape,
                    states,
                    (in, out) -> backend.mix(in[0], in[1], out, shape),
                    (in, out, dOut, dIn) -> backend.mixBackward(dOut, in[0], in[1], dIn[0], dIn[1], shape),
                    new Input("pattern", normal(shape.pairs()), OVERWRITTEN),
                    new Input("value", normal(states), OVERWRITTEN));
        }
    }

    @Test
    void mix() {
        check(
                "mix",
                SHAPE.rows() * SHAPE.width(),
                (in, out) -> backend.mix(in[0], in[1], out, SHAPE),
                (in, out, dOut, dIn) -> backend.mixBackward(dOut, in[0], in[1], dIn[0], dIn[1], SHAPE),
                new Input("pattern", normal(SHAPE.pairs()), OVERWRITTEN),
                new Input("value", normal(SHAPE.rows() * SHAPE.width()), OVERWRITTEN));
    }

    /** The operation itself gives its gradient, of the scaled sum of losses; a random linear function has none. */
    @Test
    void crossEntropy() {
        int[] targets = {3, 0, -1, 1, 2, 3};
        double scale = 0.3;
        for (double size : new double[] {1, 8}) {
            double[] logits =
                    Arrays.stream(normal(ROWS * OUT)).map(x -> size * x).toArray();
            Buffer in = buffer(logits), losses = backend.allocate(ROWS), dLogits = backend.allocate(ROWS * OUT);
            backend.crossEntropy(in, targets, losses, dLogits, scale, ROWS, OUT);
            double[] analytic = read(dLogits);
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        backend.write(logits, in);
                        backend.crossEntropy(in, targets, losses, dLogits, scale, ROWS, OUT);
                        return scale * Arrays.stream(read(losses)).sum();
                    },
                    logits);
            CentralDifferences.assertSame("logits", numerical, analytic);
        }
    }

    private void check(String what, int outSize, Forward forward, Backward backward, Input... inputs) {
        double[] direction = normal(outSize);
        Buffer[] in = new Buffer[inputs.length], dIn = new Buffer[inputs.length];
        for (int i = 0; i < in.length; i++) {
            in[i] = buffer(inputs[i].values);
            dIn[i] = backend.allocate(in[i].size());
            backend.fill(dIn[i], inputs[i].start);
        }
        Buffer out = backend.allocate(outSize);
        forward.run(in, out);
        backward.run(in, out, buffer(direction), dIn);
        for (int i = 0; i < in.length; i++) {
            Buffer input = in[i];
            double[] values = inputs[i].values;
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        backend.write(values, input);
                        forward.run(in, out);
                        return dot(direction, read(out));
                    },
                    values);
            backend.write(values, input);
            double before = inputs[i].start == ADDED ? ADDED : 0;
            double[] analytic =
                    Arrays.stream(read(dIn[i])).map(after -> after - before).toArray();
            String which = what + " by " + inputs[i].name;
            if (inputs[i].start == FLAT) CentralDifferences.assertFlat(which, numerical, analytic);
            else CentralDifferences.assertSame(which, numerical, analytic);
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }

    private double[] normal(int size) {
        double[] values = new double[size];
        for (int i = 0; i < size; i++) values[i] = random.nextGaussian();
        return values;
    }

    private Buffer buffer(double[] values) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        return buffer;
    }

    private double[] read(Buffer buffer) {
        double[] values = new double[buffer.size()];
        backend.read(buffer, values);
        return values;
    }
}
