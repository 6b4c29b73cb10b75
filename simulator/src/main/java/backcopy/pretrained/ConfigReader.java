package backcopy.pretrained;

import backcopy.pretrained.Architecture.Norm;
import backcopy.pretrained.Architecture.Placement;
import backcopy.pretrained.Architecture.QueryKeyNorm;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The architecture that a {@code config.json} tells; what it asks for and is not done here is refused by name. */
final class ConfigReader {
    private static final double ROPE_THETA = 10_000;
    /** OLMo 1 has it in its code. */
    private static final double OLMO_EPSILON = 1e-5;
    /** Mistral's, where the key is missing. */
    private static final int MISTRAL_WINDOW = 4096;

    private static final int MOST_LAYERS = 1000;

    private final Config config;

    private ConfigReader(Config config) {
        this.config = config;
    }

    /** @throws IllegalArgumentException naming the key, its value and what is allowed */
    static Architecture read(JsonNode json) {
        Config config = new Config(json);
        if (!config.has("model_type")) throw new IllegalArgumentException("model_type is missing");
        Family family = Family.of(config.text("model_type", ""));
        if (config.has("quantization_config"))
            throw new IllegalArgumentException(
                    "quantization_config is there: quantized weights cannot be read, only F32, F16 and BF16");
        ConfigReader reader = new ConfigReader(config);
        Architecture architecture = switch (family) {
            case GPT2 -> reader.gpt2();
            case GPT_NEOX -> reader.gptNeoX();
            default -> reader.llamaLike(family);
        };
        if (architecture.layers() > MOST_LAYERS)
            throw new IllegalArgumentException(architecture.layers() + " layers are more than " + MOST_LAYERS);
        return architecture;
    }

    private Architecture llamaLike(Family family) {
        int width = config.count("hidden_size"), heads = config.count("num_attention_heads");
        boolean saysKeyHeads = family == Family.LLAMA || family == Family.OLMO || family == Family.OLMO2;
        int keyHeads = saysKeyHeads ? config.count("num_key_value_heads", heads) : config.count("num_key_value_heads");
        int headWidth = family == Family.QWEN3 ? config.count("head_dim") : headWidth(width, heads);
        boolean attentionBias = family == Family.QWEN2 || config.flag("attention_bias", false);
        config.require("use_sliding_window", false);
        requireFullAttention(family);
        Norm norm = family == Family.OLMO ? Norm.WEIGHTLESS_LAYER : Norm.RMS;
        boolean mlpBias = family == Family.LLAMA && config.flag("mlp_bias", false);
        QueryKeyNorm queryKeyNorm = switch (family) {
            case OLMO2 -> QueryKeyNorm.WHOLE;
            case QWEN3 -> QueryKeyNorm.HEAD;
            default -> QueryKeyNorm.NONE;
        };
        return new Architecture(
                family,
                config.count("num_hidden_layers"),
                width,
                heads,
                keyHeads,
                headWidth,
                config.count("intermediate_size"),
                config.count("vocab_size"),
                config.count("max_position_embeddings"),
                norm,
                family == Family.OLMO ? OLMO_EPSILON : config.positive("rms_norm_eps"),
                family == Family.OLMO2 ? Placement.OUTPUT : Placement.PRE,
                false,
                rotation(headWidth, "rope_theta"),
                queryKeyNorm,
                family == Family.OLMO
                        ? config.positive("clip_qkv", Double.POSITIVE_INFINITY)
                        : Double.POSITIVE_INFINITY,
                family == Family.MISTRAL ? mistralWindow() : Integer.MAX_VALUE,
                Activation.named("hidden_act", config.text("hidden_act", "silu")),
                true,
                attentionBias,
                attentionBias && family != Family.QWEN2,
                mlpBias,
                config.flag("tie_word_embeddings", false),
                bos());
    }

    private Architecture gptNeoX() {
        int width = config.count("hidden_size"), heads = config.count("num_attention_heads");
        int headWidth = headWidth(width, heads);
        boolean attentionBias = config.flag("attention_bias", true);
        double share = rope().positive("partial_rotary_factor", config.positive("rotary_pct", 0.25));
        return new Architecture(
                Family.GPT_NEOX,
                config.count("num_hidden_layers"),
                width,
                heads,
                heads,
                headWidth,
                config.count("intermediate_size"),
                config.count("vocab_size"),
                config.count("max_position_embeddings"),
                Norm.LAYER,
                config.positive("layer_norm_eps"),
                Placement.PRE,
                config.flag("use_parallel_residual", true),
                rotation((int) (share * headWidth), "rotary_emb_base"),
                QueryKeyNorm.NONE,
                Double.POSITIVE_INFINITY,
                Integer.MAX_VALUE,
                Activation.named("hidden_act", config.text("hidden_act", "gelu")),
                false,
                attentionBias,
                attentionBias,
                true,
                config.flag("tie_word_embeddings", false),
                bos());
    }

    private Architecture gpt2() {
        int width = config.count("n_embd"), heads = config.count("n_head");
        config.require("scale_attn_weights", true);
        config.require("scale_attn_by_inverse_layer_idx", false);
        config.require("add_cross_attention", false);
        return new Architecture(
                Family.GPT2,
                config.count("n_layer"),
                width,
                heads,
                heads,
                headWidth(width, heads),
                config.count("n_inner", 4 * width),
                config.count("vocab_size"),
                config.count("n_positions"),
                Norm.LAYER,
                config.positive("layer_norm_epsilon"),
                Placement.PRE,
                false,
                null,
                QueryKeyNorm.NONE,
                Double.POSITIVE_INFINITY,
                Integer.MAX_VALUE,
                Activation.named("activation_function", config.text("activation_function", "gelu_new")),
                false,
                true,
                true,
                true,
                config.flag("tie_word_embeddings", true),
                bos());
    }

    private int headWidth(int width, int heads) {
        if (config.has("head_dim")) return config.count("head_dim");
        if (width % heads != 0)
            throw new IllegalArgumentException("a width of " + width + " is no multiple of " + heads + " heads");
        return width / heads;
    }

    private int mistralWindow() {
        if (config.keys().has("sliding_window") && !config.has("sliding_window")) return Integer.MAX_VALUE;
        return config.count("sliding_window", MISTRAL_WINDOW);
    }

    private void requireFullAttention(Family family) {
        String only = family == Family.MISTRAL && config.has("sliding_window") ? "sliding_attention" : "full_attention";
        for (JsonNode type : config.keys().path("layer_types"))
            if (!type.asText().equals(only))
                throw new IllegalArgumentException("layer_types has a " + type + ", not only \"" + only + "\"");
    }

    private int bos() {
        JsonNode bos = config.keys().path("bos_token_id");
        return bos.isInt() && bos.intValue() >= 0 ? bos.intValue() : -1;
    }

    /** The keys of the rotation, which are the config's own in older files. */
    private Config rope() {
        return config.has("rope_parameters") ? config.inside("rope_parameters") : config;
    }

    private Rotation rotation(int turned, String key) {
        double theta = rope().positive("rope_theta", config.positive("rope_theta", ROPE_THETA));
        if (config.has(key) && config.has("rope_theta") && config.positive(key) != theta)
            throw new IllegalArgumentException(key + " = " + config.keys().path(key) + ", but rope_theta = " + theta);
        theta = config.positive(key, theta);
        List<Double> frequencies = new ArrayList<>();
        for (int c = 0; c < turned / 2; c++) frequencies.add(scaled(Math.pow(theta, -2.0 * c / turned)));
        return new Rotation(turned, frequencies);
    }

    /** A frequency as {@code rope_scaling} (now {@code rope_parameters}) changes it. */
    private double scaled(double frequency) {
        String key = config.has("rope_parameters") ? "rope_parameters" : "rope_scaling";
        if (!config.has(key)) return frequency;
        Config scaling = config.inside(key);
        String type = scaling.text("rope_type", scaling.text("type", "default"));
        return switch (type) {
            case "default", "dynamic" -> frequency; // dynamic: up to the positions that the model was made for
            case "linear" -> frequency / scaling.positive("factor");
            case "llama3" -> llama3(frequency, scaling);
            default ->
                throw new IllegalArgumentException(key + " has the type " + type
                        + ", which cannot be computed; there are default, linear, dynamic, llama3");
        };
    }

    /** Slow pairs turn slower, fast ones as before, and those between a little slower. */
    private static double llama3(double frequency, Config scaling) {
        double factor = scaling.positive("factor");
        double low = scaling.positive("low_freq_factor"), high = scaling.positive("high_freq_factor");
        double old = scaling.positive("original_max_position_embeddings"), wavelength = 2 * Math.PI / frequency;
        if (high <= low)
            throw new IllegalArgumentException("high_freq_factor = " + high + " is not above low_freq_factor = " + low);
        if (wavelength < old / high) return frequency;
        if (wavelength > old / low) return frequency / factor;
        double share = (old / wavelength - low) / (high - low);
        return (1 - share) * frequency / factor + share * frequency;
    }
}
