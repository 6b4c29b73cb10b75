/**
 * The fast backend of an ordinary processor: float, no native library. {@link backcopy.backend.cpu.CpuBackend} checks
 * sizes and hands on to {@code Matmul} (every matrix product), {@code Attention} (one sequence and head at a time, the masked
 * half skipped) and three small kernel interfaces, each made twice: in the Vector API and in plain Java, the twin for a
 * machine without it. Start with {@code Matmul}, then {@code TileKernel}.
 */
package backcopy.backend.cpu;
