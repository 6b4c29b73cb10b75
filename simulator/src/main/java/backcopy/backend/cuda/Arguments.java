package backcopy.backend.cuda;

import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;

/** The arguments of one kernel launch, in order; used again for the next. */
final class Arguments implements AutoCloseable {
    private static final int MOST = 64;

    private final LongPointer words = new LongPointer(MOST);
    private final PointerPointer<LongPointer> starts = new PointerPointer<>(MOST);
    private int used;
    private int count;

    Arguments none() {
        used = 0;
        count = 0;
        return this;
    }

    Arguments buffer(CudaBuffer buffer) {
        return address(buffer.address());
    }

    Arguments address(long address) {
        return struct(address);
    }

    Arguments integer(int value) {
        return struct(value & 0xffffffffL); // the driver reads the first four bytes
    }

    Arguments whole(long value) {
        return struct(value);
    }

    Arguments number(float value) {
        return integer(Float.floatToRawIntBits(value));
    }

    Arguments precise(double value) {
        return whole(Double.doubleToRawLongBits(value));
    }

    /** A struct of 8-byte members. */
    Arguments struct(long... members) {
        starts.put(count++, words.getPointer(used));
        for (long member : members) words.put(used++, member);
        return this;
    }

    PointerPointer<LongPointer> pointers() {
        return starts;
    }

    @Override
    public void close() {
        words.close();
        starts.close();
    }
}
