/**
 * One NVIDIA GPU in float, on {@code org.bytedeco:cuda}: matrix products by cuBLAS, everything else by the kernels of the
 * {@code .cu} files here and beside the attention kinds and optimizers, compiled by NVRTC at start. Work is queued on one
 * stream of a backend; several backends share a device. Uses {@code backend} alone. Start with
 * {@link backcopy.backend.cuda.CudaBackend}; {@code docs/gpu.md} says what has been run where.
 */
package backcopy.backend.cuda;
