package backcopy.pretrained;

/**
 * The weights of one layer.
 *
 * @param attentionNorm before attention or on what it gives, as the architecture has it
 * @param queryNorm null where queries are not normed
 * @param gate null where the MLP has two maps
 */
record LayerWeights(
        NormWeights attentionNorm,
        Linear query,
        Linear key,
        Linear value,
        NormWeights queryNorm,
        NormWeights keyNorm,
        Linear output,
        NormWeights mlpNorm,
        Linear gate,
        Linear up,
        Linear down) {}
