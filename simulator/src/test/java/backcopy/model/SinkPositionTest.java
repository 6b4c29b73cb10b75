package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.attention.AttentionKinds;
import backcopy.attention.Uniform;
import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.EveryBackend;
import backcopy.backend.TrainedRule;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Intervention.ClampScore;
import backcopy.model.Intervention.ClampValue;
import backcopy.model.Intervention.ScaleValue;
import backcopy.model.Intervention.SinkScore;
import backcopy.model.Intervention.StopScoreGradient;
import backcopy.model.Intervention.StopValueGradient;
import backcopy.model.ParameterLayout.Entry;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Interventions on the sink in one attention block: what they change, and the way back by central differences. */
class SinkPositionTest {
    private static final int SEQUENCES = 2, LENGTH = 5, ROWS = SEQUENCES * LENGTH, WIDTH = 6, VOCABULARY = 7, HEADS = 2;
    private static final int HEAD_WIDTH = WIDTH / HEADS;
    private static final SinkScore SCORE = (token, position) -> 0.3 * token - 0.2 * position;
    /** The query at position 0 keeps its score. */
    private static final SinkScore LATER = (token, position) -> position == 0 ? Double.NaN : SCORE.of(token, position);

    private final SplittableRandom random = new SplittableRandom(5);
    private final double[] in = normal(), direction = normal();
    private final int[] tokens = random.ints(ROWS, 0, VOCABULARY).toArray();

    static Stream<Arguments> kindsAndHeads() {
        return AttentionKinds.names().stream()
                .flatMap(kind -> Stream.of(-1, 0, 1).map(head -> Arguments.of(kind, head)));
    }

    /** One block on one backend with its buffers. */
    private final class Block {
        final ModelSpec spec;
        final Backend backend;
        final Parameters weights;
        final Parameters gradients;
        final AttentionBlock attention;
        final AttentionBlock.State state;
        final Buffer input;
        final Buffer mid;
        final Buffer dInput;

        Block(String kind, Backend backend) {
            this.backend = backend;
            spec = new ModelSpec(
                    1, HEADS, WIDTH, 9, "relu", kind, "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
            weights = new Parameters(new ParameterLayout(spec, VOCABULARY, LENGTH), backend);
            Initialization.draw(weights, new SplittableRandom(3));
            gradients = new Parameters(weights.layout(), backend);
            attention = new AttentionBlock(spec, 0, LENGTH, weights, backend);
            state = attention.new State(SEQUENCES, LENGTH, true);
            input = buffer(in);
            mid = backend.allocate(ROWS * WIDTH);
            dInput = buffer(direction);
        }

        double forward(List<Intervention> interventions) {
            attention.matrices().forEach(backend::pack);
            attention.forward(input, mid, state, tokens, interventions);
            double[] out = read(mid);
            double sum = 0;
            for (int i = 0; i < out.length; i++) sum += direction[i] * out[i];
            return sum;
        }

        /** Leaves gradients in {@link #gradients} and {@link #dInput}. */
        Block backward(List<Intervention> interventions) {
            backend.fill(gradients.flat(), 0);
            backend.write(direction, dInput);
            AttentionShape shape = new AttentionShape(SEQUENCES, HEADS, LENGTH, HEAD_WIDTH);
            attention.backward(
                    input,
                    state,
                    dInput,
                    new AttentionBlock.Gradients(backend, shape, shape.pairs()),
                    gradients,
                    interventions);
            return this;
        }

        void assertGradient(DoubleSupplier loss) {
            double[] x = in.clone();
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        backend.write(x, input);
                        return loss.getAsDouble();
                    },
                    x);
            backend.write(in, input);
            CentralDifferences.assertSame("input", numerical, read(dInput));
            for (Entry entry : own()) {
                double[] values = weights.read(entry.name());
                double[] ofWeight = CentralDifferences.gradient(
                        () -> {
                            weights.write(entry.name(), values);
                            return loss.getAsDouble();
                        },
                        values);
                weights.write(entry.name(), values);
                FlatScores.assertGradient(spec, entry.name(), ofWeight, gradients.read(entry.name()));
            }
        }

        List<Entry> own() {
            List<Entry> own = weights.layout().entries().stream()
                    .filter(entry -> entry.name().startsWith("layers.0.attention."))
                    .toList();
            assertEquals(spec.attention() instanceof TrainedRule ? 7 : 6, own.size());
            return own;
        }

        /** The value state that one head brings at position 0 of a sequence. */
        double[] sinkState(int sequence, int head) {
            double[] output = weights.read("layers.0.attention.output.weight"), value = read(state.value);
            double[] sink = new double[WIDTH];
            for (int row = 0; row < WIDTH; row++)
                for (int c = head * HEAD_WIDTH; c < (head + 1) * HEAD_WIDTH; c++)
                    sink[row] += output[row * WIDTH + c] * value[sequence * LENGTH * WIDTH + c];
            return sink;
        }

        double weightOnSink(int sequence, int head, int query) {
            return read(state.pattern)[((sequence * HEADS + head) * LENGTH + query) * LENGTH];
        }

        private Buffer buffer(double[] values) {
            Buffer buffer = backend.allocate(values.length);
            backend.write(values, buffer);
            return buffer;
        }

        double[] read(Buffer buffer) {
            double[] values = new double[buffer.size()];
            backend.read(buffer, values);
            return values;
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void theGradientOfWhatIsChangedAgrees(String kind, int head) {
        for (Intervention intervention : List.of(
                new ClampValue(0, head, 1.7),
                new ScaleValue(0, head, 2.5),
                new ClampScore(0, head, SCORE),
                new ClampScore(0, head, LATER))) {
            Block block = new Block(kind, new ReferenceBackend());
            double free = block.forward(List.of());
            if (intervention instanceof ClampScore && block.spec.attention() instanceof Uniform) {
                assertEquals(free, block.forward(List.of(intervention)), "it changes what has no scores");
                continue;
            }
            assertNotEquals(free, block.forward(List.of(intervention)), "it changes nothing");
            block.backward(List.of(intervention)).assertGradient(() -> block.forward(List.of(intervention)));
            assertEquals(free, block.forward(List.of()), "it leaves something behind");
        }
    }

    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void aClampedValueStateHasItsNormAndItsDirection(String kind, int head) {
        Block block = new Block(kind, new ReferenceBackend());
        for (double norm : new double[] {1.7, 0}) {
            block.forward(List.of());
            double[][] before = {block.sinkState(1, 0), block.sinkState(1, 1)};
            block.forward(List.of(new ClampValue(0, head, norm)));
            for (int h = 0; h < HEADS; h++) {
                double[] after = block.sinkState(1, h);
                double factor = head == -1 || head == h ? norm / norm(before[h]) : 1;
                for (int i = 0; i < WIDTH; i++) assertEquals(factor * before[h][i], after[i], 1e-12);
            }
        }
    }

    @Test
    void aValueClampedToZeroHasNoGradient() {
        Block block = new Block("softmax", new ReferenceBackend());
        List<Intervention> zero = List.of(new ClampValue(0, -1, 0));
        block.forward(zero);
        block.backward(zero).assertGradient(() -> block.forward(zero));
    }

    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void clampedScoresAreThoseGiven(String kind, int head) {
        Block block = new Block(kind, new ReferenceBackend());
        block.forward(List.of());
        double[] free = block.read(block.state.scores);
        block.forward(List.of(new ClampScore(0, head, SCORE)));
        double[] scores = block.read(block.state.scores);
        for (int i = 0; i < scores.length; i++) {
            int query = i / LENGTH % LENGTH,
                    h = i / (LENGTH * LENGTH) % HEADS,
                    sequence = i / (LENGTH * LENGTH * HEADS);
            boolean clamped = i % LENGTH == 0 && (head == -1 || head == h);
            assertEquals(clamped ? SCORE.of(tokens[sequence * LENGTH + query], query) : free[i], scores[i]);
        }
    }

    /**
     * Independent of how it is done: the same block with the stopped heads' sinks taken out and their value states, as they
     * are, added as constants.
     */
    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void aStoppedValueStateCountsAsAConstant(String kind, int head) {
        Block block = new Block(kind, new ReferenceBackend());
        List<Intervention> stop = List.of(new StopValueGradient(0, head)), out = List.of(new ClampValue(0, head, 0));
        double free = block.forward(List.of());
        assertEquals(free, block.forward(stop), "the forward pass is changed");
        double[][] constants = new double[SEQUENCES * HEADS][];
        for (int i = 0; i < constants.length; i++) constants[i] = block.sinkState(i / HEADS, i % HEADS);
        DoubleSupplier surrogate = () -> {
            double loss = block.forward(out);
            for (int s = 0; s < SEQUENCES; s++)
                for (int h = 0; h < HEADS; h++)
                    for (int t = 0; t < LENGTH && (head == -1 || head == h); t++)
                        for (int c = 0; c < WIDTH; c++)
                            loss += block.weightOnSink(s, h, t)
                                    * constants[s * HEADS + h][c]
                                    * direction[(s * LENGTH + t) * WIDTH + c];
            return loss;
        };
        assertEquals(free, surrogate.getAsDouble(), 1e-12);
        block.forward(stop);
        block.backward(stop).assertGradient(surrogate);
    }

    /** The scores as they are, given as constants, are an intervention whose gradient is tested above. */
    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void stoppedScoresCountAsConstants(String kind, int head) {
        Block stopped = new Block(kind, new ReferenceBackend()), held = new Block(kind, new ReferenceBackend());
        for (int i = 0; i < ROWS; i++) tokens[i] = i; // so that a score can be told by its token
        double free = stopped.forward(List.of());
        double[] scores = stopped.read(stopped.state.scores);
        List<Intervention> stop = List.of(new StopScoreGradient(0, head));
        assertEquals(free, stopped.forward(stop), "the forward pass is changed");
        stopped.backward(stop);
        List<Intervention> constants = Stream.of(0, 1)
                .filter(h -> head == -1 || head == h)
                .<Intervention>map(h ->
                        new ClampScore(0, h, (row, t) -> scores[((row / LENGTH * HEADS + h) * LENGTH + t) * LENGTH]))
                .toList();
        assertEquals(free, held.forward(constants), 1e-12);
        held.backward(constants);
        for (Entry entry : stopped.own())
            assertArrayEquals(held.gradients.read(entry.name()), stopped.gradients.read(entry.name()), 1e-12);
        assertArrayEquals(held.read(held.dInput), stopped.read(stopped.dInput), 1e-12);
    }

    @ParameterizedTest
    @MethodSource("kindsAndHeads")
    void everyBackendAgreesWithTheReference(String kind, int head) {
        for (Intervention intervention : List.of(
                new ClampValue(0, head, 1.7),
                new ScaleValue(0, head, 2.5),
                new ClampScore(0, head, SCORE),
                new StopValueGradient(0, head),
                new StopScoreGradient(0, head))) {
            Block reference = new Block(kind, new ReferenceBackend());
            double expected = reference.forward(List.of(intervention));
            reference.backward(List.of(intervention));
            for (Backend backend : EveryBackend.ALL) {
                Block block = new Block(kind, backend);
                assertEquals(expected, block.forward(List.of(intervention)), 1e-4);
                block.backward(List.of(intervention));
                for (Entry entry : block.own()) {
                    double error = Tolerances.relativeError(
                            reference.gradients.read(entry.name()), block.gradients.read(entry.name()));
                    assertTrue(error < Tolerances.FLOAT_MODEL, intervention + ": " + entry.name() + " " + error);
                }
                double error = Tolerances.relativeError(reference.read(reference.dInput), block.read(block.dInput));
                assertTrue(error < Tolerances.FLOAT_MODEL, intervention + ": input " + error);
            }
        }
    }

    private double[] normal() {
        double[] values = new double[ROWS * WIDTH];
        for (int i = 0; i < values.length; i++) values[i] = random.nextGaussian();
        return values;
    }

    private static double norm(double[] values) {
        double squares = 0;
        for (double value : values) squares += value * value;
        return Math.sqrt(squares);
    }
}
