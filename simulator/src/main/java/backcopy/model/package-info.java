/**
 * The transformer and the reduced simple model: layers with forward and backward side by side, weights and gradients in one
 * flat buffer each, named activations, interventions. Uses {@code attention}, {@code backend} and {@code task}'s Batch. Start with
 * {@link backcopy.model.Transformer}.
 */
package backcopy.model;
