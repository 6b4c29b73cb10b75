/**
 * Checkpoints of public language models in the Hugging Face layout, and what the toy's probes measure in them. A folder's
 * {@link backcopy.pretrained.Architecture} and weights are a {@link backcopy.pretrained.Checkpoint}; its forward pass
 * ({@link backcopy.pretrained.Forward}) is for inference only and has the layers outermost, so that one pass over the weights
 * serves all texts and all ablations. May use {@code backend}, {@code probe}'s definitions and {@code file}. Bad input is an
 * {@code IllegalArgumentException} of one line. Start with {@link backcopy.pretrained.Checkpoint}.
 */
package backcopy.pretrained;
