package backcopy.pretrained;

import java.util.Arrays;
import java.util.Map;
import java.util.stream.Collectors;

/** The families of models that can be read, by the {@code model_type} of a {@code config.json}. */
public enum Family {
    LLAMA("llama", "model.", "Llama 2, 3, 3.1, 3.2"),
    MISTRAL("mistral", "model.", "Mistral"),
    OLMO("olmo", "model.", "OLMo 1"),
    OLMO2("olmo2", "model.", "OLMo 2"),
    GPT_NEOX("gpt_neox", "gpt_neox.", "GPT-NeoX, Pythia"),
    GPT2("gpt2", "transformer.", "GPT-2"),
    QWEN2("qwen2", "model.", "Qwen 2, 2.5"),
    QWEN3("qwen3", "model.", "Qwen 3");

    /** Well-known others, and why they are not read. */
    private static final Map<String, String> REFUSED = Map.ofEntries(
            Map.entry("gpt_oss", "its experts are quantized (MXFP4) and its positions are YaRN's"),
            Map.entry("gemma", "its gains are 1 + w and its embeddings are scaled"),
            Map.entry("gemma2", "its gains are 1 + w and its scores are capped"),
            Map.entry("gemma3", "its gains are 1 + w and its layers differ"),
            Map.entry("gemma3_text", "its gains are 1 + w and its layers differ"),
            Map.entry("phi", "its attention and MLP share a norm"),
            Map.entry("phi3", "its positions are LongRoPE's and its maps are fused"),
            Map.entry("falcon", "its attention and MLP share a norm"),
            Map.entry("mpt", "its positions are ALiBi's"),
            Map.entry("bloom", "its positions are ALiBi's"),
            Map.entry("opt", "its positions are offset and its norms differ by size"),
            Map.entry("mixtral", "it is a mixture of experts"),
            Map.entry("olmoe", "it is a mixture of experts"),
            Map.entry("qwen2_moe", "it is a mixture of experts"),
            Map.entry("qwen3_moe", "it is a mixture of experts"),
            Map.entry("llama4", "it is a mixture of experts"),
            Map.entry("deepseek_v2", "it has latent attention and experts"),
            Map.entry("deepseek_v3", "it has latent attention and experts"),
            Map.entry("mamba", "it is a state-space model"),
            Map.entry("mamba2", "it is a state-space model"),
            Map.entry("bert", "it is an encoder"),
            Map.entry("t5", "it has an encoder"));

    private final String type;
    private final String prefix;
    private final String about;

    Family(String type, String prefix, String about) {
        this.type = type;
        this.prefix = prefix;
        this.about = about;
    }

    /** What {@code config.json} calls it. */
    public String type() {
        return type;
    }

    /** Its members, for people. */
    public String about() {
        return about;
    }

    /** What stands in front of all names of weights but the head's; some files leave it out. */
    String prefix() {
        return prefix;
    }

    /** @throws IllegalArgumentException when it is none of these, with the reason where one is known */
    static Family of(String type) {
        for (Family family : values()) if (family.type.equals(type)) return family;
        String reason = REFUSED.containsKey(type) ? " cannot be read: " + REFUSED.get(type) : " is not known";
        throw new IllegalArgumentException("model_type = " + type + reason + "; there are "
                + Arrays.stream(values()).map(Family::type).collect(Collectors.joining(", ")));
    }
}
