/**
 * Optimizers: one record each, its components are the keys {@code optimizer.*}, its method the definition of one update.
 * {@link backcopy.optim.Optimizers} lists them. Uses {@code backend} only. Start with {@link backcopy.optim.AdamW}.
 */
package backcopy.optim;
