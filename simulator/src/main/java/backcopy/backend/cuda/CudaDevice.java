package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR;
import static org.bytedeco.cuda.global.cudart.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR;
import static org.bytedeco.cuda.global.cudart.cuCtxSetCurrent;
import static org.bytedeco.cuda.global.cudart.cuDeviceGet;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetAttribute;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetName;
import static org.bytedeco.cuda.global.cudart.cuDevicePrimaryCtxRetain;
import static org.bytedeco.cuda.global.cudart.cuDeviceTotalMem;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.cudart.cuMemAlloc;
import static org.bytedeco.cuda.global.cudart.cuMemFree;
import static org.bytedeco.cuda.global.cudart.cuMemGetInfo;

import backcopy.backend.DeviceMemoryException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.cuda.cudart.CUctx_st;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * The first GPU, as one backend holds it: its primary context, which all backends of the process share, and the memory that
 * this backend has of it.
 */
final class CudaDevice implements AutoCloseable {
    /**
     * Held while a step is captured, and while memory is freed or a library opened or closed: those wait for the whole device,
     * which spoils a capture, also another thread's.
     */
    static final Object CAPTURE = new Object();

    private static final int NAME_BYTES = 256;

    private final int device;
    private final CUctx_st context = new CUctx_st();
    private final ThreadLocal<Boolean> entered = ThreadLocal.withInitial(() -> false);
    private final List<Long> allocated = new ArrayList<>();
    private long held;

    CudaDevice() {
        Status.check(cuInit(0), "cuInit");
        int[] first = new int[1];
        Status.check(cuDeviceGet(first, 0), "cuDeviceGet");
        device = first[0];
        Status.check(cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
        enter();
    }

    /** Makes the context that of the calling thread, as every call below needs it. */
    void enter() {
        if (entered.get()) return;
        Status.check(cuCtxSetCurrent(context), "cuCtxSetCurrent");
        entered.set(true);
    }

    /** As its maker calls it. */
    String name() {
        byte[] name = new byte[NAME_BYTES];
        Status.check(cuDeviceGetName(name, name.length, device), "cuDeviceGetName");
        int end = 0;
        while (end < name.length && name[end] != 0) end++;
        return new String(name, 0, end, StandardCharsets.UTF_8);
    }

    /** Its compute capability as the compiler names it, such as {@code sm_90}. */
    String architecture() {
        return "sm_" + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    }

    long totalBytes() {
        try (SizeTPointer bytes = new SizeTPointer(1)) {
            Status.check(cuDeviceTotalMem(bytes, device), "cuDeviceTotalMem");
            return bytes.get();
        }
    }

    /**
     * Memory that is freed when this is closed.
     *
     * @throws DeviceMemoryException when there is not so much
     */
    synchronized long allocate(long bytes) {
        enter();
        long[] address = new long[1];
        int status = cuMemAlloc(address, Math.max(bytes, Float.BYTES));
        if (status == Status.OUT_OF_MEMORY) throw outOfMemory(bytes);
        Status.check(status, "cuMemAlloc");
        allocated.add(address[0]);
        held += bytes;
        return address[0];
    }

    private DeviceMemoryException outOfMemory(long bytes) {
        try (SizeTPointer free = new SizeTPointer(1);
                SizeTPointer total = new SizeTPointer(1)) {
            Status.check(cuMemGetInfo(free, total), "cuMemGetInfo");
            return new DeviceMemoryException(bytes, held, free.get(), total.get());
        }
    }

    /** Frees the memory; nothing may be under way on it. The context stays the process's, since it takes long to make. */
    @Override
    public synchronized void close() {
        enter();
        for (long address : allocated) Status.check(cuMemFree(address), "cuMemFree");
        allocated.clear();
    }

    private int attribute(int which) {
        int[] value = new int[1];
        Status.check(cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute");
        return value[0];
    }
}
