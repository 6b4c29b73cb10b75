/**
 * The training step of {@link backcopy.train.Trainer} in PyTorch, in a process of its own because the environment chooses
 * its matmul library before it is loaded. Begins from the product's initial weights and takes the product's batches, so that
 * the two losses can be compared. Only the Maven profile {@code pytorch} builds it. Start with
 * {@link backcopy.pytorch.PyTorchModel}.
 */
package backcopy.pytorch;
