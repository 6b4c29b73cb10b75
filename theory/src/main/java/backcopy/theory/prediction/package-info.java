/**
 * What the theory states as numbers, each beside its measurement: {@code bb theory} prints them and the tests demand them.
 *
 * <p>One class for each flow or theorem lists its predictions; {@link backcopy.theory.prediction.Predictions} lists them all.
 * Uses {@code backcopy.theory}, which knows nothing of it. Start reading at {@link backcopy.theory.prediction.Prediction}.
 */
package backcopy.theory.prediction;
