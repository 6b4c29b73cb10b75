/**
 * What the reduced model of the Bigram-Backcopy task (arXiv 2410.13835, "paper") predicts: its gradient flows,
 * integrated numerically, and the closed forms that they approach. Everything is in double, logarithms are natural,
 * risks are in nats.
 *
 * <p>May use {@code backcopy.task} and commons-math; a prediction never reads a trained model. Start reading at
 * {@link backcopy.theory.ReducedModel}.
 */
package backcopy.theory;
