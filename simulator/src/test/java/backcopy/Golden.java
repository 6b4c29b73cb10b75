package backcopy;

import backcopy.backend.Backend;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Transformer;
import backcopy.run.Keys;
import backcopy.run.Safetensors;
import backcopy.run.Scale;
import backcopy.run.Tensor;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** The golden files: numbers of a PyTorch transformer. Their README says what each holds. */
public final class Golden {
    private final Safetensors file;

    private Golden(Safetensors file) {
        this.file = file;
    }

    /** A small case or a trace of its updates, by its name in the README. */
    public static Golden of(String name) {
        return new Golden(Safetensors.read(path(name + ".safetensors")));
    }

    /** Where a file of the golden folder lies. */
    public static Path path(String file) {
        try {
            return Path.of(Golden.class.getResource("/golden/" + file).toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    /** Every array, in the file's order. */
    public Map<String, Tensor> tensors() {
        return file.tensors();
    }

    public double[] values(String name) {
        return file.tensors().get(name).values();
    }

    /** A number of the metadata. */
    public double setting(String name) {
        return Double.parseDouble(file.metadata().get(name));
    }

    /** {@code [sequences, length + 1]}. */
    public int[] tokens() {
        return Arrays.stream(values("tokens")).mapToInt(id -> (int) id).toArray();
    }

    public int sequences() {
        return file.tensors().get("tokens").shape()[0];
    }

    /** Predictions in a sequence. */
    public int length() {
        return file.tensors().get("tokens").shape()[1] - 1;
    }

    /** The case's model with the case's weights, packed. */
    public Transformer model(Backend backend) {
        Map<String, String> keys = new LinkedHashMap<>();
        file.metadata().forEach((key, value) -> keys.put("model." + key, value));
        ModelSpec spec = Keys.parse(Scale.PAPER.spec(), keys).model();
        Transformer model =
                new Transformer(spec, file.tensors().get("embedding.token").shape()[0], length(), backend);
        for (Entry entry : model.weights().layout().entries())
            model.weights().write(entry.name(), values(entry.name()));
        model.pack();
        return model;
    }
}
