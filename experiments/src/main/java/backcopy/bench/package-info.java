/**
 * How fast a training step is: the named sizes ({@link backcopy.bench.Workload}), the operation count
 * ({@link backcopy.bench.OperationCount}), the product's own trainer in windows of time beside the matmul rate that the same
 * kernels reach alone ({@link backcopy.bench.Bench}), where the time goes ({@link backcopy.bench.TimeSplit}), and the same
 * step in another process, window against window ({@link backcopy.bench.Against}).
 *
 * <p>May use everything in the simulator; reads no environment. Start with {@link backcopy.bench.Bench#measure}.
 */
package backcopy.bench;
