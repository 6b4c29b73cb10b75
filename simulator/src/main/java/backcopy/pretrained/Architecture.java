package backcopy.pretrained;

/**
 * What a forward pass must know of a model beside its weights.
 *
 * @param width of the residual stream
 * @param heads query heads
 * @param keyHeads key and value heads; query head h reads number {@code h / (heads / keyHeads)}
 * @param headWidth need not be width / heads
 * @param positions that the model was made for
 * @param norm kind of all norms
 * @param epsilon added to the variance or the mean square
 * @param placement {@code PRE}: before attention and MLP; {@code OUTPUT}: on what they give
 * @param parallel whether attention and MLP read the same residual stream
 * @param rotation of queries and keys; null where positions are learned
 * @param queryKeyNorm RMSNorm of queries and keys
 * @param clip queries, keys and values stay within plus and minus this; infinite where they do not
 * @param window keys that a query sees, itself included
 * @param activation of the MLP
 * @param gated whether the MLP has a third map
 * @param attentionBias of queries, keys and values
 * @param outputBias of attention's output
 * @param mlpBias of the MLP's maps
 * @param tied whether the unembedding is the embedding
 * @param bos the id that the model's tokenizer may put in front, -1 where config.json names none
 */
public record Architecture(
        Family family,
        int layers,
        int width,
        int heads,
        int keyHeads,
        int headWidth,
        int mlpWidth,
        int vocabulary,
        int positions,
        Norm norm,
        double epsilon,
        Placement placement,
        boolean parallel,
        Rotation rotation,
        QueryKeyNorm queryKeyNorm,
        double clip,
        int window,
        Activation activation,
        boolean gated,
        boolean attentionBias,
        boolean outputBias,
        boolean mlpBias,
        boolean tied,
        int bos) {
    /** Kinds of norms, by the weights that they have. */
    public enum Norm {
        RMS,
        LAYER,
        WEIGHTLESS_LAYER
    }

    /** Where norms stand. */
    public enum Placement {
        PRE,
        OUTPUT
    }

    /** Of nothing, of each head with one gain for all, or of all heads together. */
    public enum QueryKeyNorm {
        NONE,
        HEAD,
        WHOLE
    }

    public Architecture {
        if (heads % keyHeads != 0)
            throw new IllegalArgumentException(
                    heads + " attention heads are no multiple of " + keyHeads + " key and value heads");
        if (rotation != null && rotation.turned() > headWidth)
            throw new IllegalArgumentException(
                    rotation.turned() + " numbers of a head turn, but a head has " + headWidth);
    }

    /** The key and value head of a query head. */
    int keyHead(int head) {
        return head / (heads / keyHeads);
    }
}
