package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.CU_EVENT_BLOCKING_SYNC;
import static org.bytedeco.cuda.global.cudart.CU_EVENT_DISABLE_TIMING;
import static org.bytedeco.cuda.global.cudart.cuEventCreate;
import static org.bytedeco.cuda.global.cudart.cuEventDestroy;
import static org.bytedeco.cuda.global.cudart.cuEventRecord;
import static org.bytedeco.cuda.global.cudart.cuEventSynchronize;
import static org.bytedeco.cuda.global.cudart.cuMemFreeHost;
import static org.bytedeco.cuda.global.cudart.cuMemHostAlloc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import org.bytedeco.cuda.cudart.CUevent_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * Page-locked host memory that a device copies from or to while the host goes on. Before it is touched again,
 * {@link #await} the copy.
 */
final class Staging implements AutoCloseable {
    /** Numbers that a thread copies at a time. */
    static final int WORDS = 1 << 20;

    private final BytePointer memory;
    private final ByteBuffer bytes;
    private final FloatBuffer floats;
    private final IntBuffer ints;
    private final CUevent_st copied = new CUevent_st();

    /** @param words numbers or ids of four bytes */
    Staging(int words) {
        int size = Math.multiplyExact(words, Integer.BYTES);
        try (PointerPointer<Pointer> address = new PointerPointer<>(1)) {
            Status.check(cuMemHostAlloc(address, size, 0), "cuMemHostAlloc");
            memory = new BytePointer(address.get()).capacity(size);
        }
        bytes = memory.asByteBuffer().order(ByteOrder.nativeOrder());
        floats = bytes.asFloatBuffer();
        ints = bytes.asIntBuffer();
        // A thread that waits sleeps: many runs side by side have more threads than the host has cores.
        Status.check(cuEventCreate(copied, CU_EVENT_DISABLE_TIMING | CU_EVENT_BLOCKING_SYNC), "cuEventCreate");
    }

    BytePointer memory() {
        return memory;
    }

    ByteBuffer bytes() {
        return bytes;
    }

    FloatBuffer floats() {
        return floats;
    }

    IntBuffer ints() {
        return ints;
    }

    /** Notes that what is queued on the stream by now uses this memory. */
    void note(CudaStream stream) {
        Status.check(cuEventRecord(copied, stream.handle()), "cuEventRecord");
    }

    /** Waits for what was last noted; at once where nothing was. */
    void await() {
        Status.check(cuEventSynchronize(copied), "cuEventSynchronize");
    }

    @Override
    public void close() {
        synchronized (CudaDevice.CAPTURE) {
            Status.check(cuEventDestroy(copied), "cuEventDestroy");
            Status.check(cuMemFreeHost(memory), "cuMemFreeHost");
        }
    }
}
