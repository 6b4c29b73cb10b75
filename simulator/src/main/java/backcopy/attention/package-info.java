/**
 * Attention kinds: one file for each rule that turns a query's scores into its pattern, with its derivative.
 * {@link backcopy.attention.AttentionKinds} lists them. Uses {@code backend} only. Start with
 * {@link backcopy.attention.Softmax}.
 */
package backcopy.attention;
