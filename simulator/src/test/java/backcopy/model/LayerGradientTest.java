package backcopy.model;

import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.attention.AttentionKinds;
import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.TrainedRule;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.ParameterLayout.Entry;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each layer by itself: the gradient of a random linear function of its output against central differences. */
class LayerGradientTest {
    private static final int SEQUENCES = 2, LENGTH = 5, ROWS = SEQUENCES * LENGTH, WIDTH = 6, VOCABULARY = 7;

    private final Backend backend = new ReferenceBackend();
    private final SplittableRandom random = new SplittableRandom(23);
    private final double[] in = normal(ROWS * WIDTH), direction = normal(ROWS * WIDTH);

    static Stream<Arguments> attention() {
        return AttentionKinds.names().stream()
                .flatMap(kind -> Stream.of(1, 3)
                        .flatMap(
                                heads -> Stream.of("layer-norm", "none").map(norm -> Arguments.of(kind, heads, norm))));
    }

    @ParameterizedTest
    @MethodSource("attention")
    void attentionAgreesAtInitialization(String kind, int heads, String norm) {
        checkAttention(kind, heads, norm, weights -> {});
    }

    /** Every query scores the first key highest, as in a model that has been trained for long. */
    @ParameterizedTest
    @MethodSource("attention")
    void attentionAgreesAtASink(String kind, int heads, String norm) {
        if (norm.equals("none")) return; // the queries' common part is the norm's bias
        System.arraycopy(in, 0, in, LENGTH * WIDTH, WIDTH);
        double[] pattern = checkAttention(kind, heads, norm, this::sink);
        if (!kind.equals("softmax")) return;
        double mass = 0;
        for (int row = 0; row < pattern.length; row += LENGTH) mass += pattern[row];
        assertTrue(mass * LENGTH > 0.8 * pattern.length, "attention of " + mass + " on the first key");
    }

    @ParameterizedTest
    @MethodSource("attention")
    void attentionAgreesWithSaturatedPatterns(String kind, int heads, String norm) {
        double[] pattern = checkAttention(kind, heads, norm, weights -> {
            for (String matrix : List.of("query", "key")) {
                String name = "layers.0.attention." + matrix + ".weight";
                weights.write(
                        name, Arrays.stream(weights.read(name)).map(x -> 14 * x).toArray());
            }
        });
        if (!kind.equals("softmax")) return;
        long rows = 0, saturated = 0;
        for (int from = 0; from < pattern.length; from += LENGTH) {
            if (from % (LENGTH * LENGTH) == 0) continue; // the first query has no choice
            double top = Arrays.stream(pattern, from, from + LENGTH).max().orElseThrow();
            rows++;
            if (top > 0.99) saturated++;
        }
        assertTrue(saturated > rows / 2, saturated + " rows of " + rows + " are saturated");
    }

    static Stream<Arguments> mlps() {
        return MlpKind.NAMES.stream()
                .flatMap(kind -> ModelSpec.PLACEMENTS.stream()
                        .flatMap(place -> NormKind.NAMES.stream().map(norm -> Arguments.of(kind, place, norm))));
    }

    @ParameterizedTest
    @MethodSource("mlps")
    void mlpAgrees(String kind, String place, String norm) {
        ModelSpec spec =
                new ModelSpec(1, 1, WIDTH, 9, kind, "softmax", "learned", norm, 1e-5, place, List.of(), List.of());
        Parameters weights = weights(spec);
        MlpBlock mlp = new MlpBlock(spec, 0, weights, backend);
        MlpBlock.State state = mlp.new State(ROWS);
        Buffer mid = buffer(in), out = backend.allocate(ROWS * WIDTH);
        DoubleSupplier loss = () -> {
            mlp.forward(mid, out, state, ROWS, List.of());
            return dot(out);
        };
        loss.getAsDouble();
        Buffer dResidual = buffer(direction);
        Parameters gradients = new Parameters(weights.layout(), backend);
        MlpBlock.Gradients g = new MlpBlock.Gradients(backend, ROWS, spec);
        mlp.backward(mid, state, dResidual, g, gradients, ROWS, List.of());
        checkInput(loss, mid, dResidual);
        int ofNorm = NormKind.of(norm).weights().size();
        int expected = (spec.isMlpGated() ? 3 : 2) + (place.equals("sandwich") ? 2 : 1) * ofNorm;
        checkWeights(spec, loss, weights, gradients, "layers.0.mlp.", expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"layer-norm", "rms-norm", "dyt", "none"})
    void normAgrees(String name) {
        ModelSpec spec = spec("softmax", 1, name);
        Parameters weights = weights(spec);
        Norm norm = new Norm(spec, "final_norm", true, weights, backend);
        Norm.State state = norm.new State(ROWS);
        Buffer x = buffer(in);
        DoubleSupplier loss = () -> dot(norm.forward(x, state, ROWS));
        loss.getAsDouble();
        Buffer dX = backend.allocate(ROWS * WIDTH);
        Parameters gradients = new Parameters(weights.layout(), backend);
        norm.backward(x, state, buffer(direction), dX, gradients, ROWS);
        checkInput(loss, x, dX);
        int expected = NormKind.of(name).weights().size();
        checkWeights(spec, loss, weights, gradients, "final_norm.", expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"layer-norm", "none"})
    void unembeddingAgrees(String norm) {
        double scale = 0.3;
        ModelSpec spec = spec("softmax", 1, norm);
        Parameters weights = weights(spec);
        Unembedding unembedding = new Unembedding(spec, VOCABULARY, weights, backend);
        Unembedding.State state = unembedding.new State(ROWS);
        int[] targets = random.ints(ROWS, 0, VOCABULARY).toArray();
        Buffer h = buffer(in);
        DoubleSupplier loss = () -> {
            unembedding.forward(h, state, targets, scale, ROWS);
            return scale * Arrays.stream(read(state.losses)).sum();
        };
        loss.getAsDouble();
        Buffer dResidual = buffer(direction); // must be overwritten
        Parameters gradients = new Parameters(weights.layout(), backend);
        unembedding.backward(h, state, dResidual, gradients, ROWS);
        checkInput(loss, h, dResidual);
        checkWeights(spec, loss, weights, gradients, "unembedding.", 1);
        checkWeights(spec, loss, weights, gradients, "final_norm.", norm.equals("none") ? 0 : 2);
    }

    /** @return the pattern */
    private double[] checkAttention(String kind, int heads, String norm, Consumer<Parameters> change) {
        ModelSpec spec = spec(kind, heads, norm);
        Parameters weights = weights(spec);
        change.accept(weights);
        AttentionBlock attention = new AttentionBlock(spec, 0, LENGTH, weights, backend);
        AttentionBlock.State state = attention.new State(SEQUENCES, LENGTH, false);
        Buffer input = buffer(in), mid = backend.allocate(ROWS * WIDTH);
        DoubleSupplier loss = () -> {
            attention.forward(input, mid, state, new int[ROWS], List.of());
            return dot(mid);
        };
        loss.getAsDouble();
        double[] pattern = read(state.pattern);
        Buffer dResidual = buffer(direction);
        Parameters gradients = new Parameters(weights.layout(), backend);
        AttentionShape shape = new AttentionShape(SEQUENCES, heads, LENGTH, WIDTH / heads);
        AttentionBlock.Gradients g = new AttentionBlock.Gradients(backend, shape, shape.pairs());
        attention.backward(input, state, dResidual, g, gradients, List.of());
        checkInput(loss, input, dResidual);
        int trained = spec.attention() instanceof TrainedRule ? 1 : 0;
        checkWeights(spec, loss, weights, gradients, "layers.0.attention.", (norm.equals("none") ? 4 : 6) + trained);
        return pattern;
    }

    /** Adds to the keys what the first position has in common with the common part of all queries. */
    private void sink(Parameters weights) {
        String layer = "layers.0.attention.";
        double[] gain = weights.read(layer + "norm.gain"), bias = weights.read(layer + "norm.bias");
        double[] first = Arrays.copyOf(in, WIDTH);
        double mean = Arrays.stream(first).average().orElseThrow();
        double deviation = Math.sqrt(
                Arrays.stream(first).map(x -> Math.pow(x - mean, 2)).average().orElseThrow());
        for (int c = 0; c < WIDTH; c++) {
            first[c] = gain[c] * (first[c] - mean) / deviation;
            bias[c] *= 8;
        }
        weights.write(layer + "norm.bias", bias);
        double[] query = weights.read(layer + "query.weight"), key = weights.read(layer + "key.weight");
        double[] common = new double[WIDTH];
        for (int r = 0; r < WIDTH; r++) for (int c = 0; c < WIDTH; c++) common[r] += query[r * WIDTH + c] * bias[c];
        double size = Arrays.stream(common).map(x -> x * x).sum(),
                squares = Arrays.stream(first).map(x -> x * x).sum();
        for (int r = 0; r < WIDTH; r++)
            for (int c = 0; c < WIDTH; c++) key[r * WIDTH + c] += 60 * common[r] * first[c] / size / squares;
        weights.write(layer + "key.weight", key);
    }

    private void checkInput(DoubleSupplier loss, Buffer input, Buffer dInput) {
        double[] values = read(input);
        double[] numerical = CentralDifferences.gradient(
                () -> {
                    backend.write(values, input);
                    return loss.getAsDouble();
                },
                values);
        backend.write(values, input);
        CentralDifferences.assertSame("input", numerical, read(dInput));
    }

    /** @param count how many weights the layer must have */
    private void checkWeights(
            ModelSpec spec, DoubleSupplier loss, Parameters weights, Parameters gradients, String prefix, int count) {
        List<Entry> own = weights.layout().entries().stream()
                .filter(entry -> entry.name().startsWith(prefix))
                .toList();
        assertTrue(own.size() == count, own + " are not " + count);
        for (Entry entry : own) {
            double[] values = weights.read(entry.name());
            double[] numerical = CentralDifferences.gradient(
                    () -> {
                        weights.write(entry.name(), values);
                        return loss.getAsDouble();
                    },
                    values);
            weights.write(entry.name(), values);
            FlatScores.assertGradient(spec, entry.name(), numerical, gradients.read(entry.name()));
        }
    }

    /** Initial weights with gains and biases moved off 1 and 0. */
    private Parameters weights(ModelSpec spec) {
        Parameters weights = new Parameters(new ParameterLayout(spec, VOCABULARY, LENGTH), backend);
        Initialization.draw(weights, random);
        for (Entry entry : weights.layout().entries())
            if (entry.name().contains("norm.")) {
                double[] values = weights.read(entry.name());
                for (int i = 0; i < values.length; i++) values[i] += random.nextDouble(-0.5, 0.5);
                weights.write(entry.name(), values);
            }
        return weights;
    }

    private static ModelSpec spec(String attention, int heads, String norm) {
        return new ModelSpec(1, heads, WIDTH, 9, "relu", attention, "learned", norm, 1e-5, "pre", List.of(), List.of());
    }

    private double dot(Buffer out) {
        double[] values = read(out);
        double sum = 0;
        for (int i = 0; i < values.length; i++) sum += direction[i] * values[i];
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
