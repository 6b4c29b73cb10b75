package backcopy.pretrained;

import backcopy.run.Safetensors;
import backcopy.run.Tensor;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.apache.commons.math3.special.Erf;

/**
 * A decoder's logits in double, one position after another, from the published descriptions and the raw file: a second guess
 * that shares no line with {@link Forward}. Numbers of a state are {@code [position][feature]}.
 */
final class PlainForward {
    private final JsonNode config;
    private final Map<String, Tensor> tensors;
    private final String type;
    private final String base;
    private final int heads;
    private final int keyHeads;
    private final int headWidth;

    PlainForward(Path folder) throws IOException {
        config = new ObjectMapper().readTree(folder.resolve("config.json").toFile());
        tensors = Safetensors.read(folder.resolve("model.safetensors")).tensors();
        type = config.get("model_type").asText();
        base = switch (type) {
            case "gpt2" -> tensors.containsKey("transformer.wte.weight") ? "transformer." : "";
            case "gpt_neox" -> "gpt_neox.";
            default -> "model.";
        };
        heads = config.get(type.equals("gpt2") ? "n_head" : "num_attention_heads")
                .asInt();
        keyHeads = config.path("num_key_value_heads").asInt(heads);
        int width = config.get(type.equals("gpt2") ? "n_embd" : "hidden_size").asInt();
        headWidth = config.path("head_dim").asInt(width / heads);
    }

    private boolean is(String... types) {
        for (String one : types) if (one.equals(type)) return true;
        return false;
    }

    double[][] logits(int[] tokens) {
        Tensor table = tensor(is("gpt2") ? "wte" : is("gpt_neox") ? "embed_in" : "embed_tokens");
        double[][] h = new double[tokens.length][];
        for (int t = 0; t < h.length; t++) {
            h[t] = row(table, tokens[t]);
            if (is("gpt2")) h[t] = sum(h[t], row(tensor("wpe"), t));
        }
        int layers = config.get(is("gpt2") ? "n_layer" : "num_hidden_layers").asInt();
        for (int n = 0; n < layers; n++) h = layer(h, (is("gpt2") ? "h." : "layers.") + n + ".");
        String last = is("gpt2") ? "ln_f" : is("gpt_neox") ? "final_layer_norm" : "norm";
        Tensor head = tensors.get((is("gpt_neox") ? "embed_out" : "lm_head") + ".weight");
        double[][] logits = new double[h.length][];
        for (int t = 0; t < h.length; t++) logits[t] = times(head == null ? table : head, norm(h[t], last));
        return logits;
    }

    private double[][] layer(double[][] h, String at) {
        String first = is("gpt2") ? "ln_1" : is("olmo2") ? "post_attention_layernorm" : "input_layernorm";
        String second = is("gpt2") ? "ln_2" : is("olmo2") ? "post_feedforward_layernorm" : "post_attention_layernorm";
        double[][] read = new double[h.length][], next = new double[h.length][];
        for (int t = 0; t < h.length; t++) read[t] = is("olmo2") ? h[t] : norm(h[t], at + first);
        double[][] attention = attention(read, at);
        for (int t = 0; t < h.length; t++) {
            double[] given = is("olmo2") ? norm(attention[t], at + first) : attention[t];
            double[] mid = sum(h[t], given);
            double[] source = is("gpt_neox") ? h[t] : mid;
            double[] mlp = mlp(is("olmo2") ? source : norm(source, at + second), at);
            next[t] = sum(mid, is("olmo2") ? norm(mlp, at + second) : mlp);
        }
        return next;
    }

    private double[][] attention(double[][] x, String at) {
        int length = x.length,
                window = is("mistral") ? config.path("sliding_window").asInt(length) : length;
        double[][] q = new double[length][], k = new double[length][], v = new double[length][];
        for (int t = 0; t < length; t++) {
            if (is("gpt2")) {
                double[] all = linear(at + "attn.c_attn", x[t]);
                q[t] = part(all, 0, heads * headWidth);
                k[t] = part(all, heads * headWidth, heads * headWidth);
                v[t] = part(all, 2 * heads * headWidth, heads * headWidth);
            } else if (is("gpt_neox")) {
                double[] all = linear(at + "attention.query_key_value", x[t]);
                q[t] = new double[heads * headWidth];
                k[t] = new double[heads * headWidth];
                v[t] = new double[heads * headWidth];
                for (int head = 0; head < heads; head++)
                    for (int c = 0; c < headWidth; c++) {
                        q[t][head * headWidth + c] = all[head * 3 * headWidth + c];
                        k[t][head * headWidth + c] = all[head * 3 * headWidth + headWidth + c];
                        v[t][head * headWidth + c] = all[head * 3 * headWidth + 2 * headWidth + c];
                    }
            } else {
                q[t] = linear(at + "self_attn.q_proj", x[t]);
                k[t] = linear(at + "self_attn.k_proj", x[t]);
                v[t] = linear(at + "self_attn.v_proj", x[t]);
            }
            if (config.path("clip_qkv").isNumber())
                for (double[] one : new double[][] {q[t], k[t], v[t]})
                    for (int c = 0; c < one.length; c++)
                        one[c] = Math.min(
                                Math.max(one[c], -config.get("clip_qkv").asDouble()),
                                config.get("clip_qkv").asDouble());
            if (is("olmo2")) {
                q[t] = norm(q[t], at + "self_attn.q_norm");
                k[t] = norm(k[t], at + "self_attn.k_norm");
            }
            q[t] = placed(q[t], t, at + "self_attn.q_norm");
            k[t] = placed(k[t], t, at + "self_attn.k_norm");
        }
        double[][] out = new double[length][];
        for (int t = 0; t < length; t++) {
            double[] mixed = new double[heads * headWidth];
            for (int head = 0; head < heads; head++) {
                int from = Math.max(0, t - window + 1), group = head * keyHeads / heads;
                double[] weights = new double[t + 1];
                double total = 0;
                for (int j = from; j <= t; j++) {
                    double score = 0;
                    for (int c = 0; c < headWidth; c++)
                        score += q[t][head * headWidth + c] * k[j][group * headWidth + c];
                    total += weights[j] = Math.exp(score / Math.sqrt(headWidth));
                }
                for (int j = from; j <= t; j++)
                    for (int c = 0; c < headWidth; c++)
                        mixed[head * headWidth + c] += weights[j] / total * v[j][group * headWidth + c];
            }
            out[t] = linear(
                    at + (is("gpt2") ? "attn.c_proj" : is("gpt_neox") ? "attention.dense" : "self_attn.o_proj"), mixed);
        }
        return out;
    }

    /** Normed head by head in Qwen 3, and turned. */
    private double[] placed(double[] x, int position, String norm) {
        if (is("gpt2")) return x;
        double[] placed = new double[x.length];
        int turned = is("gpt_neox") ? (int) (config.get("rotary_pct").asDouble() * headWidth) : headWidth;
        for (int head = 0; head < x.length / headWidth; head++) {
            double[] one = part(x, head * headWidth, headWidth);
            if (is("qwen3")) one = norm(one, norm);
            for (int c = 0; c < headWidth; c++) {
                double number = one[c];
                if (c < turned) {
                    int pair = c % (turned / 2);
                    double angle = position * frequency(pair, turned);
                    double partner = c < turned / 2 ? -one[c + turned / 2] : one[c - turned / 2];
                    number = one[c] * Math.cos(angle) + partner * Math.sin(angle);
                }
                placed[head * headWidth + c] = number;
            }
        }
        return placed;
    }

    private double frequency(int pair, int turned) {
        double frequency = 1 / Math.pow(config.get("rope_theta").asDouble(), 2.0 * pair / turned);
        JsonNode scaling = config.path("rope_scaling");
        if (!scaling.isObject()) return frequency;
        double factor = scaling.get("factor").asDouble(),
                low = scaling.get("low_freq_factor").asDouble();
        double high = scaling.get("high_freq_factor").asDouble();
        double turns = scaling.get("original_max_position_embeddings").asDouble() * frequency / (2 * Math.PI);
        double smooth = Math.min(1, Math.max(0, (turns - low) / (high - low)));
        return frequency * (smooth + (1 - smooth) / factor);
    }

    private double[] mlp(double[] x, String at) {
        if (is("gpt2", "gpt_neox")) {
            double[] hidden = linear(at + (is("gpt2") ? "mlp.c_fc" : "mlp.dense_h_to_4h"), x);
            String kind = config.path(is("gpt2") ? "activation_function" : "hidden_act")
                    .asText();
            for (int i = 0; i < hidden.length; i++) {
                double z = hidden[i];
                hidden[i] = switch (kind) {
                    case "relu" -> z > 0 ? z : 0;
                    case "gelu" -> z * (1 - Erf.erf(-z / Math.sqrt(2))) / 2;
                    default -> z * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (z + 0.044715 * Math.pow(z, 3)))) / 2;
                };
            }
            return linear(at + (is("gpt2") ? "mlp.c_proj" : "mlp.dense_4h_to_h"), hidden);
        }
        double[] gate = linear(at + "mlp.gate_proj", x), up = linear(at + "mlp.up_proj", x);
        for (int i = 0; i < up.length; i++) up[i] *= gate[i] / (1 + Math.exp(-gate[i]));
        return linear(at + "mlp.down_proj", up);
    }

    private double[] norm(double[] x, String name) {
        boolean centred = is("gpt2", "gpt_neox", "olmo");
        double mean = 0, square = 0;
        for (double number : x) mean += centred ? number / x.length : 0;
        for (double number : x) square += (number - mean) * (number - mean) / x.length;
        String key = is("gpt2") ? "layer_norm_epsilon" : is("gpt_neox") ? "layer_norm_eps" : "rms_norm_eps";
        double epsilon = is("olmo") ? 1e-5 : config.get(key).asDouble();
        double[] y = new double[x.length];
        Tensor gain = tensors.get(base + name + ".weight"), bias = tensors.get(base + name + ".bias");
        for (int i = 0; i < y.length; i++)
            y[i] = (x[i] - mean) / Math.sqrt(square + epsilon) * (gain == null ? 1 : gain.values()[i])
                    + (bias == null ? 0 : bias.values()[i]);
        return y;
    }

    private double[] linear(String name, double[] x) {
        double[] y = times(tensor(name), x);
        Tensor bias = tensors.get(base + name + ".bias");
        return bias == null ? y : sum(y, bias.values());
    }

    private double[] times(Tensor weight, double[] x) {
        boolean transposed = is("gpt2")
                && weight.shape()[0] == x.length
                && weight != tensors.get("lm_head.weight")
                && weight != tensor("wte");
        int outputs = transposed ? weight.shape()[1] : weight.shape()[0];
        double[] y = new double[outputs];
        for (int n = 0; n < outputs; n++)
            for (int k = 0; k < x.length; k++)
                y[n] += x[k] * weight.values()[transposed ? k * outputs + n : n * x.length + k];
        return y;
    }

    private Tensor tensor(String name) {
        return tensors.get(base + name + ".weight");
    }

    private static double[] row(Tensor table, int row) {
        return part(table.values(), row * table.shape()[1], table.shape()[1]);
    }

    private static double[] part(double[] x, int from, int count) {
        double[] part = new double[count];
        System.arraycopy(x, from, part, 0, count);
        return part;
    }

    private static double[] sum(double[] a, double[] b) {
        double[] sum = new double[a.length];
        for (int i = 0; i < sum.length; i++) sum[i] = a[i] + b[i];
        return sum;
    }
}
