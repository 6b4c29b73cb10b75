package backcopy.pretrained;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * How a family calls its tensors, and their shapes. {@code input}, {@code q} and so on stand for the name without layer and
 * ending.
 *
 * @param transposed whether linear maps are stored {@code [in, out]}
 */
record TensorNames(
        String embedding,
        String positions,
        String layer,
        String attentionNorm,
        String query,
        String key,
        String value,
        String fused,
        String queryNorm,
        String keyNorm,
        String output,
        String mlpNorm,
        String gate,
        String up,
        String down,
        String finalNorm,
        String head,
        boolean transposed) {
    /** Tables that a forward pass computes itself. */
    private static final Pattern BUFFERS =
            Pattern.compile(".*(rotary_emb\\.inv_freq|\\.attn\\.(masked_)?bias|\\.attention\\.(masked_)?bias)");

    static TensorNames of(Architecture model) {
        return switch (model.family()) {
            case GPT2 ->
                new TensorNames(
                        "wte",
                        "wpe",
                        "h.",
                        "ln_1",
                        null,
                        null,
                        null,
                        "attn.c_attn",
                        null,
                        null,
                        "attn.c_proj",
                        "ln_2",
                        null,
                        "mlp.c_fc",
                        "mlp.c_proj",
                        "ln_f",
                        "lm_head",
                        true);
            case GPT_NEOX ->
                new TensorNames(
                        "embed_in",
                        null,
                        "layers.",
                        "input_layernorm",
                        null,
                        null,
                        null,
                        "attention.query_key_value",
                        null,
                        null,
                        "attention.dense",
                        "post_attention_layernorm",
                        null,
                        "mlp.dense_h_to_4h",
                        "mlp.dense_4h_to_h",
                        "final_layer_norm",
                        "embed_out",
                        false);
            default -> llamaLike(model);
        };
    }

    private static TensorNames llamaLike(Architecture model) {
        boolean outputs = model.placement() == Architecture.Placement.OUTPUT;
        boolean normed = model.queryKeyNorm() != Architecture.QueryKeyNorm.NONE;
        return new TensorNames(
                "embed_tokens",
                null,
                "layers.",
                outputs ? "post_attention_layernorm" : "input_layernorm",
                "self_attn.q_proj",
                "self_attn.k_proj",
                "self_attn.v_proj",
                null,
                normed ? "self_attn.q_norm" : null,
                normed ? "self_attn.k_norm" : null,
                "self_attn.o_proj",
                outputs ? "post_feedforward_layernorm" : "post_attention_layernorm",
                "mlp.gate_proj",
                "mlp.up_proj",
                "mlp.down_proj",
                "norm",
                "lm_head",
                false);
    }

    /** Whether a tensor that is not looked for may be there: a table, or the head of a model whose head is its embedding. */
    boolean mayIgnore(String name, Architecture model) {
        return BUFFERS.matcher(name).matches() || model.tied() && name.equals(head + ".weight");
    }

    /**
     * Every tensor that there must be, with its shape.
     *
     * @param prefix in front of all names but the head's
     * @param vocabulary rows of the tables of tokens
     */
    Map<String, List<Integer>> shapes(Architecture model, String prefix, int vocabulary) {
        Map<String, List<Integer>> shapes = new LinkedHashMap<>();
        int width = model.width(), queries = model.heads() * model.headWidth();
        int keys = model.keyHeads() * model.headWidth();
        shapes.put(prefix + embedding + ".weight", List.of(vocabulary, width));
        if (positions != null) shapes.put(prefix + positions + ".weight", List.of(model.positions(), width));
        for (int n = 0; n < model.layers(); n++) {
            String at = prefix + layer + n + ".";
            norm(shapes, at + attentionNorm, model, width);
            if (fused != null) linear(shapes, at + fused, width, queries + 2 * keys, model.attentionBias());
            else {
                linear(shapes, at + query, width, queries, model.attentionBias());
                linear(shapes, at + key, width, keys, model.attentionBias());
                linear(shapes, at + value, width, keys, model.attentionBias());
            }
            if (queryNorm != null) {
                boolean whole = model.queryKeyNorm() == Architecture.QueryKeyNorm.WHOLE;
                shapes.put(at + queryNorm + ".weight", List.of(whole ? queries : model.headWidth()));
                shapes.put(at + keyNorm + ".weight", List.of(whole ? keys : model.headWidth()));
            }
            linear(shapes, at + output, queries, width, model.outputBias());
            norm(shapes, at + mlpNorm, model, width);
            if (model.gated()) linear(shapes, at + gate, width, model.mlpWidth(), model.mlpBias());
            linear(shapes, at + up, width, model.mlpWidth(), model.mlpBias());
            linear(shapes, at + down, model.mlpWidth(), width, model.mlpBias());
        }
        norm(shapes, prefix + finalNorm, model, width);
        if (!model.tied()) shapes.put(head + ".weight", List.of(vocabulary, width));
        return shapes;
    }

    private void linear(Map<String, List<Integer>> shapes, String name, int in, int out, boolean bias) {
        shapes.put(name + ".weight", transposed ? List.of(in, out) : List.of(out, in));
        if (bias) shapes.put(name + ".bias", List.of(out));
    }

    private static void norm(Map<String, List<Integer>> shapes, String name, Architecture model, int width) {
        if (model.norm() == Architecture.Norm.WEIGHTLESS_LAYER) return;
        shapes.put(name + ".weight", List.of(width));
        if (model.norm() == Architecture.Norm.LAYER) shapes.put(name + ".bias", List.of(width));
    }
}
