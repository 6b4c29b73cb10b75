package backcopy.pytorch;

import static org.bytedeco.pytorch.global.torch.cat;
import static org.bytedeco.pytorch.global.torch.cross_entropy_loss;
import static org.bytedeco.pytorch.global.torch.embedding;
import static org.bytedeco.pytorch.global.torch.layer_norm;
import static org.bytedeco.pytorch.global.torch.linear;
import static org.bytedeco.pytorch.global.torch.relu;
import static org.bytedeco.pytorch.global.torch.scaled_dot_product_attention;
import static org.bytedeco.pytorch.global.torch.tensor;

import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import java.util.List;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorVector;

/**
 * The transformer as one writes it in PyTorch: one matrix for query, key and value, its own layer norm, its own causal
 * attention, its own cross-entropy.
 */
final class PyTorchModel {
    private final ModelSpec spec;
    private final TensorVector parameters = new TensorVector();
    private final Tensor tokens;
    private final Tensor positions;
    private final Layer[] layers;
    private final Normalization norm;
    private final Tensor unembedding;

    private record Normalization(Tensor gain, Tensor bias) {}

    private record Layer(
            Normalization attentionNorm,
            Tensor queryKeyValue,
            Tensor output,
            Normalization mlpNorm,
            Tensor up,
            Tensor down) {}

    /** @param weights to begin with, copied */
    PyTorchModel(ModelSpec spec, Parameters weights) {
        this.spec = spec;
        tokens = parameter(read(weights, "embedding.token"));
        positions = parameter(read(weights, "embedding.position"));
        layers = new Layer[spec.layers()];
        for (int n = 0; n < layers.length; n++) layers[n] = layer(weights, "layers." + n + ".");
        norm = norm(weights, "final_norm");
        unembedding = parameter(read(weights, "unembedding.weight"));
    }

    private Layer layer(Parameters weights, String name) {
        TensorVector parts = new TensorVector();
        for (String part : List.of("query", "key", "value"))
            parts.push_back(read(weights, name + "attention." + part + ".weight"));
        return new Layer(
                norm(weights, name + "attention.norm"),
                parameter(cat(parts)),
                parameter(read(weights, name + "attention.output.weight")),
                norm(weights, name + "mlp.norm"),
                parameter(read(weights, name + "mlp.up.weight")),
                parameter(read(weights, name + "mlp.down.weight")));
    }

    private Normalization norm(Parameters weights, String name) {
        return new Normalization(parameter(read(weights, name + ".gain")), parameter(read(weights, name + ".bias")));
    }

    private Tensor parameter(Tensor value) {
        value.set_requires_grad(true);
        parameters.push_back(value);
        return value;
    }

    private static Tensor read(Parameters weights, String name) {
        Entry entry = weights.layout().entries().stream()
                .filter(candidate -> candidate.name().equals(name))
                .findFirst()
                .orElseThrow();
        double[] values = weights.read(name);
        float[] floats = new float[values.length];
        for (int i = 0; i < floats.length; i++) floats[i] = (float) values[i];
        return tensor(floats)
                .reshape(entry.shape().stream().mapToLong(axis -> axis).toArray());
    }

    TensorVector parameters() {
        return parameters;
    }

    /** How many numbers are trained. */
    long size() {
        long size = 0;
        for (Tensor parameter : parameters.get()) size += parameter.numel();
        return size;
    }

    /**
     * Mean cross-entropy in nats.
     *
     * @param inputs {@code [batch, position]}
     * @param targets {@code [batch * position]}
     */
    Tensor loss(Tensor inputs, Tensor targets) {
        long batch = inputs.size(0), length = inputs.size(1), width = spec.width();
        Tensor h = embedding(tokens, inputs).add(positions);
        for (Layer layer : layers) {
            TensorVector parts =
                    linear(normed(h, layer.attentionNorm), layer.queryKeyValue).chunk(3, -1);
            Tensor mixed = scaled_dot_product_attention(
                    heads(parts.get(0), batch, length),
                    heads(parts.get(1), batch, length),
                    heads(parts.get(2), batch, length),
                    new TensorOptional(),
                    0,
                    true,
                    new DoubleOptional(),
                    false);
            h = h.add(linear(mixed.transpose(1, 2).reshape(batch, length, width), layer.output));
            h = h.add(linear(relu(linear(normed(h, layer.mlpNorm), layer.up)), layer.down));
        }
        Tensor logits = linear(normed(h, norm), unembedding);
        return cross_entropy_loss(logits.reshape(batch * length, logits.size(2)), targets);
    }

    private Tensor normed(Tensor h, Normalization n) {
        return layer_norm(
                h,
                new long[] {spec.width()},
                new TensorOptional(n.gain),
                new TensorOptional(n.bias),
                spec.normEpsilon(),
                true);
    }

    /** {@code [batch, position, width]} to {@code [batch, head, position, head width]}. */
    private Tensor heads(Tensor x, long batch, long length) {
        return x.view(batch, length, spec.heads(), spec.headWidth()).transpose(1, 2);
    }
}
