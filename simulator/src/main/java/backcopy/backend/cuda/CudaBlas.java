package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cublas.CUBLAS_DEFAULT_MATH;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_N;
import static org.bytedeco.cuda.global.cublas.CUBLAS_OP_T;
import static org.bytedeco.cuda.global.cublas.CUBLAS_TF32_TENSOR_OP_MATH;
import static org.bytedeco.cuda.global.cublas.cublasCreate_v2;
import static org.bytedeco.cuda.global.cublas.cublasDestroy_v2;
import static org.bytedeco.cuda.global.cublas.cublasSetMathMode;
import static org.bytedeco.cuda.global.cublas.cublasSetStream_v2;
import static org.bytedeco.cuda.global.cublas.cublasSetWorkspace_v2;
import static org.bytedeco.cuda.global.cublas.cublasSgemmStridedBatched;
import static org.bytedeco.cuda.global.cublas.cublasSgemm_v2;

import backcopy.backend.DeviceException;
import org.bytedeco.cuda.cublas.cublasContext;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.Pointer;

/**
 * Matrix products on one stream. cuBLAS counts columns first, so what is {@code [rows, columns]} for us is its transpose for
 * cuBLAS. A handle with a workspace of its own gives the same bits whatever other streams do.
 */
final class CudaBlas implements AutoCloseable {
    /** What NVIDIA advises for the newest devices; small enough for many backends on one. */
    private static final long WORKSPACE_BYTES = 32 << 20;

    private final cublasContext handle = new cublasContext();
    private final FloatPointer alpha = new FloatPointer(1);
    private final FloatPointer beta = new FloatPointer(1);
    private final DevicePointer a = new DevicePointer();
    private final DevicePointer b = new DevicePointer();
    private final DevicePointer c = new DevicePointer();

    /** A matrix in device memory as cuBLAS takes it. */
    private static final class DevicePointer extends FloatPointer {
        DevicePointer() {
            super((Pointer) null);
        }

        DevicePointer to(long address) {
            this.address = address;
            return this;
        }
    }

    /**
     * One operand of a product.
     *
     * @param transposed whether our rows are what the product sums over
     * @param leading numbers from one of our rows to the next
     * @param stride numbers from one matrix of a batch to the next
     */
    record Operand(long address, boolean transposed, int leading, long stride) {
        Operand(long address, boolean transposed, int leading) {
            this(address, transposed, leading, 0);
        }
    }

    CudaBlas(CudaDevice device, CudaStream stream, boolean tf32) {
        synchronized (CudaDevice.CAPTURE) {
            check(cublasCreate_v2(handle), "cublasCreate");
        }
        check(cublasSetStream_v2(handle, stream.handle()), "cublasSetStream");
        long workspace = device.allocate(WORKSPACE_BYTES);
        check(cublasSetWorkspace_v2(handle, new DevicePointer().to(workspace), WORKSPACE_BYTES), "cublasSetWorkspace");
        check(cublasSetMathMode(handle, tf32 ? CUBLAS_TF32_TENSOR_OP_MATH : CUBLAS_DEFAULT_MATH), "cublasSetMathMode");
    }

    /**
     * {@code y = factor x w}, or added to y, with y {@code [rows, columns]} and {@code steps} summed over.
     *
     * @param x {@code [rows, steps]}, or {@code [steps, rows]} where it is transposed
     * @param w {@code [steps, columns]}, or {@code [columns, steps]} where it is transposed
     */
    void multiply(float factor, Operand x, Operand w, Operand y, int rows, int columns, int steps, boolean add) {
        alpha.put(factor);
        beta.put(add ? 1 : 0);
        check(
                cublasSgemm_v2(
                        handle,
                        operation(w),
                        operation(x),
                        columns,
                        rows,
                        steps,
                        alpha,
                        a.to(w.address),
                        w.leading,
                        b.to(x.address),
                        x.leading,
                        beta,
                        c.to(y.address),
                        y.leading),
                "cublasSgemm");
    }

    /** {@link #multiply} for {@code count} matrices, each a stride behind the last. */
    void multiplyEach(float factor, Operand x, Operand w, Operand y, int rows, int columns, int steps, int count) {
        alpha.put(factor);
        beta.put(0);
        check(
                cublasSgemmStridedBatched(
                        handle,
                        operation(w),
                        operation(x),
                        columns,
                        rows,
                        steps,
                        alpha,
                        a.to(w.address),
                        w.leading,
                        w.stride,
                        b.to(x.address),
                        x.leading,
                        x.stride,
                        beta,
                        c.to(y.address),
                        y.leading,
                        y.stride,
                        count),
                "cublasSgemmStridedBatched");
    }

    private static int operation(Operand operand) {
        return operand.transposed ? CUBLAS_OP_T : CUBLAS_OP_N;
    }

    private static void check(int status, String call) {
        if (status != 0) throw new DeviceException("the GPU failed in " + call + ": cuBLAS status " + status);
    }

    @Override
    public void close() {
        check(cublasDestroy_v2(handle), "cublasDestroy");
        alpha.close();
        beta.close();
    }
}
