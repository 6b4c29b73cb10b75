package backcopy.pretrained;

import backcopy.backend.StoredMatrix;
import backcopy.pretrained.Architecture.Norm;
import backcopy.pretrained.Architecture.QueryKeyNorm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A model in a folder: its architecture, and its weights where they lie. Nothing large is read before it is used. */
public final class Checkpoint {
    private static final String CONFIG = "config.json";

    private final Path folder;
    private final Architecture architecture;
    private final Map<String, WeightFiles.Located> tensors;
    private final TensorNames names;
    private final String prefix;
    private final Set<String> dtypes = new TreeSet<>();

    private StoredMatrix embedding;
    private StoredMatrix positions;
    private final List<LayerWeights> layers = new ArrayList<>();
    private NormWeights finalNorm;
    private StoredMatrix unembedding;

    private Checkpoint(Path folder, Architecture architecture, Map<String, WeightFiles.Located> tensors) {
        this.folder = folder;
        this.architecture = architecture;
        this.tensors = tensors;
        names = TensorNames.of(architecture);
        String usual = architecture.family().prefix();
        prefix = tensors.keySet().stream().anyMatch(name -> name.startsWith(usual)) ? usual : "";
    }

    /**
     * Opens a folder with {@code config.json} and {@code model.safetensors}, or its shards with their index.
     *
     * @throws IllegalArgumentException when something is missing, damaged, or of a kind that cannot be read, in one line
     * @throws IOException when a file that is there cannot be read
     */
    public static Checkpoint open(Path folder) throws IOException {
        if (!Files.isDirectory(folder))
            throw new IllegalArgumentException(
                    folder + (Files.exists(folder) ? " is not a directory" : " does not exist"));
        Path config = folder.resolve(CONFIG);
        if (!Files.isRegularFile(config)) throw new IllegalArgumentException(folder + " has no " + CONFIG);
        Architecture architecture;
        try {
            architecture = ConfigReader.read(WeightFiles.json(config));
        } catch (IllegalArgumentException e) {
            String reason = WeightFiles.oneLine(e.getMessage());
            throw new IllegalArgumentException(reason.startsWith(config.toString()) ? reason : config + ": " + reason);
        }
        Checkpoint checkpoint = new Checkpoint(folder, architecture, WeightFiles.of(folder));
        checkpoint.check();
        checkpoint.map();
        return checkpoint;
    }

    /** Refuses what is missing, too much or of another shape or dtype, all at once. */
    private void check() {
        if (architecture.layers() > tensors.size())
            throw new IllegalArgumentException(folder + " has " + tensors.size()
                    + " tensors, but config.json says that there are " + architecture.layers() + " layers");
        String table = prefix + names.embedding() + ".weight";
        WeightFiles.Located embedded = tensors.get(table);
        if (embedded == null) throw new IllegalArgumentException(folder + " has no tensor " + table);
        List<Integer> shape = embedded.place().shape();
        if (shape.isEmpty() || shape.get(0) < architecture.vocabulary())
            throw new IllegalArgumentException(folder + ": " + table + " has the shape " + shape
                    + ", but config.json says vocab_size = " + architecture.vocabulary());
        Map<String, List<Integer>> expected = names.shapes(architecture, prefix, shape.get(0));
        Set<String> missing = new LinkedHashSet<>(expected.keySet());
        missing.removeAll(tensors.keySet());
        List<String> extra = new ArrayList<>(), wrong = new ArrayList<>();
        tensors.forEach((name, tensor) -> {
            String dtype = tensor.place().dtype();
            List<Integer> due = expected.get(name);
            if (due == null) {
                if (!names.mayIgnore(name, architecture)) extra.add(name);
            } else if (!tensor.place().shape().equals(due))
                wrong.add(name + " " + tensor.place().shape() + " in place of " + due);
            else if (!List.of("F32", "F16", "BF16").contains(dtype))
                wrong.add(name + " of dtype " + dtype + " (only F32, F16 and BF16 can be read, nothing quantized)");
            else dtypes.add(dtype);
        });
        List<String> reasons = new ArrayList<>();
        if (!missing.isEmpty()) reasons.add("missing " + WeightFiles.listed(List.copyOf(missing)));
        if (!extra.isEmpty()) reasons.add("not known " + WeightFiles.listed(extra));
        if (!wrong.isEmpty()) reasons.add("wrong " + WeightFiles.listed(wrong));
        if (!reasons.isEmpty())
            throw new IllegalArgumentException(folder + ": its tensors are not those of "
                    + architecture.family().type() + ": " + String.join("; ", reasons));
    }

    private void map() throws IOException {
        embedding = matrix(prefix + names.embedding() + ".weight", false);
        if (names.positions() != null) positions = matrix(prefix + names.positions() + ".weight", false);
        for (int n = 0; n < architecture.layers(); n++) layers.add(layer(prefix + names.layer() + n + "."));
        finalNorm = norm(prefix + names.finalNorm());
        unembedding = architecture.tied() ? embedding : matrix(names.head() + ".weight", false);
    }

    private LayerWeights layer(String at) throws IOException {
        boolean normed = architecture.queryKeyNorm() != QueryKeyNorm.NONE;
        Linear[] maps = names.fused() == null
                ? new Linear[] {linear(at + names.query()), linear(at + names.key()), linear(at + names.value())}
                : parts(linear(at + names.fused()));
        return new LayerWeights(
                norm(at + names.attentionNorm()),
                maps[0],
                maps[1],
                maps[2],
                normed ? gain(at + names.queryNorm()) : null,
                normed ? gain(at + names.keyNorm()) : null,
                linear(at + names.output()),
                norm(at + names.mlpNorm()),
                architecture.gated() ? linear(at + names.gate()) : null,
                linear(at + names.up()),
                linear(at + names.down()));
    }

    /** Queries, keys and values of one map: head by head in GPT-NeoX, one after the other in GPT-2. */
    private Linear[] parts(Linear fused) {
        Linear[] parts = new Linear[3];
        int width = architecture.heads() * architecture.headWidth(), block = architecture.headWidth();
        for (int part = 0; part < 3; part++) {
            double[] bias = fused.bias() == null ? null : new double[width];
            boolean byHead = architecture.family() == Family.GPT_NEOX;
            for (int i = 0; bias != null && i < width; i++)
                bias[i] = fused.bias()[byHead ? (i / block * 3 + part) * block + i % block : part * width + i];
            StoredMatrix weight = byHead
                    ? fused.weight().everyBlock(block, 3, part)
                    : fused.weight().outputs(part * width, width);
            parts[part] = new Linear(weight, bias);
        }
        return parts;
    }

    private StoredMatrix matrix(String name, boolean transposed) throws IOException {
        return new MappedMatrix(tensors.get(name), transposed);
    }

    private double[] vector(String name) throws IOException {
        return tensors.containsKey(name) ? matrix(name, false).row(0) : null;
    }

    private Linear linear(String name) throws IOException {
        return new Linear(matrix(name + ".weight", names.transposed()), vector(name + ".bias"));
    }

    private NormWeights norm(String name) throws IOException {
        return new NormWeights(
                architecture.norm(), architecture.epsilon(), vector(name + ".weight"), vector(name + ".bias"));
    }

    private NormWeights gain(String name) throws IOException {
        return new NormWeights(Norm.RMS, architecture.epsilon(), vector(name + ".weight"), null);
    }

    public Path folder() {
        return folder;
    }

    public Architecture architecture() {
        return architecture;
    }

    /** Rows of the table of tokens, which may be more than the tokenizer has ids. */
    public int vocabulary() {
        return embedding.rows();
    }

    /** In what the weights are stored. */
    public Set<String> dtypes() {
        return Set.copyOf(dtypes);
    }

    /** Numbers of all tensors that are used. */
    public long weights() {
        return names.shapes(architecture, prefix, vocabulary()).values().stream()
                .mapToLong(shape -> shape.stream().mapToLong(Integer::longValue).reduce(1, Math::multiplyExact))
                .sum();
    }

    StoredMatrix embedding() {
        return embedding;
    }

    /** [positions, width]; null where positions are not learned. */
    StoredMatrix positions() {
        return positions;
    }

    LayerWeights layer(int n) {
        return layers.get(n);
    }

    NormWeights finalNorm() {
        return finalNorm;
    }

    StoredMatrix unembedding() {
        return unembedding;
    }
}
