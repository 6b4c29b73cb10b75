package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL;
import static org.bytedeco.cuda.global.cudart.CU_STREAM_NON_BLOCKING;
import static org.bytedeco.cuda.global.cudart.cuGraphDestroy;
import static org.bytedeco.cuda.global.cudart.cuGraphInstantiate;
import static org.bytedeco.cuda.global.cudart.cuGraphLaunch;
import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyDtoHAsync;
import static org.bytedeco.cuda.global.cudart.cuMemcpyHtoDAsync;
import static org.bytedeco.cuda.global.cudart.cuMemsetD32Async;
import static org.bytedeco.cuda.global.cudart.cuStreamBeginCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamCreate;
import static org.bytedeco.cuda.global.cudart.cuStreamDestroy;
import static org.bytedeco.cuda.global.cudart.cuStreamEndCapture;
import static org.bytedeco.cuda.global.cudart.cuStreamSynchronize;

import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUgraphExec_st;
import org.bytedeco.cuda.cudart.CUgraph_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/** What one backend has queued on its device, in order. Of one thread at a time. */
final class CudaStream implements AutoCloseable {
    private final CUstream_st stream = new CUstream_st();
    private final Arguments arguments = new Arguments();

    CudaStream() {
        Status.check(cuStreamCreate(stream, CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    }

    CUstream_st handle() {
        return stream;
    }

    /** Queues a kernel. */
    void launch(CUfunc_st kernel, long blocks, int threads, Object... values) {
        Status.check(
                cuLaunchKernel(
                        kernel,
                        Math.toIntExact(blocks),
                        1,
                        1,
                        threads,
                        1,
                        1,
                        0,
                        stream,
                        arguments.of(values),
                        (PointerPointer<?>) null),
                "cuLaunchKernel");
    }

    void fill(long address, int word, long words) {
        if (words > 0) Status.check(cuMemsetD32Async(address, word, words, stream), "cuMemsetD32Async");
    }

    void copy(long from, long to, long bytes) {
        if (bytes > 0) Status.check(cuMemcpyDtoDAsync(to, from, bytes, stream), "cuMemcpyDtoDAsync");
    }

    void upload(Pointer from, long to, long bytes) {
        Status.check(cuMemcpyHtoDAsync(to, from, bytes, stream), "cuMemcpyHtoDAsync");
    }

    void download(long from, Pointer to, long bytes) {
        Status.check(cuMemcpyDtoHAsync(to, from, bytes, stream), "cuMemcpyDtoHAsync");
    }

    /** Waits for all that is queued. */
    void await() {
        Status.check(cuStreamSynchronize(stream), "cuStreamSynchronize");
    }

    /** What {@code work} queues, as one graph; nothing of it is done. */
    CUgraphExec_st capture(Runnable work) {
        CUgraph_st graph = new CUgraph_st();
        int status;
        synchronized (CudaDevice.CAPTURE) {
            Status.check(cuStreamBeginCapture(stream, CU_STREAM_CAPTURE_MODE_THREAD_LOCAL), "cuStreamBeginCapture");
            try {
                work.run();
            } finally {
                status = cuStreamEndCapture(stream, graph);
            }
        }
        Status.check(status, "cuStreamEndCapture, since a step does what cannot be recorded");
        CUgraphExec_st executable = new CUgraphExec_st();
        Status.check(cuGraphInstantiate(executable, graph, 0), "cuGraphInstantiate");
        Status.check(cuGraphDestroy(graph), "cuGraphDestroy");
        return executable;
    }

    void launch(CUgraphExec_st graph) {
        Status.check(cuGraphLaunch(graph, stream), "cuGraphLaunch");
    }

    @Override
    public void close() {
        Status.check(cuStreamDestroy(stream), "cuStreamDestroy");
        arguments.close();
    }
}
