/**
 * Optimizers: one record each, its components are the keys {@code optimizer.*}; {@link backcopy.optim.Schedule} has the keys
 * that all of them share. One that treats every number alone says so as the definition of one update; one that treats a weight
 * as a matrix says it in the backend's matrix products. {@link backcopy.optim.Optimizers} lists them. Uses {@code backend} only.
 * Start with {@link backcopy.optim.AdamW}, then {@link backcopy.optim.Muon}.
 */
package backcopy.optim;
