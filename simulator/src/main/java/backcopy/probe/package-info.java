/**
 * What is measured on the evaluation batch: one {@link backcopy.probe.Probe} for each observable, listed in
 * {@link backcopy.probe.Probes}. A probe names the activations it reads, folds over the batch's slices and leaves numbers
 * and arrays ({@link backcopy.probe.Observable}) in a {@link backcopy.probe.Record}; it changes nothing. What single updates of
 * the weights do is for {@link backcopy.probe.UpdateProbe}s. Uses {@code task} and {@code model}'s specification only. Start with {@link backcopy.probe.AttentionProbe}.
 */
package backcopy.probe;
