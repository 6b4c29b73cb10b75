package backcopy.backend.cuda;

import backcopy.backend.Buffer;

/** Floats in device memory, which is freed with its backend. */
record CudaBuffer(long address, int size) implements Buffer {
    /** The buffer as ours, which must hold at least {@code numbers}. */
    static CudaBuffer of(Buffer buffer, long numbers) {
        if (buffer.size() < numbers)
            throw new IllegalArgumentException("buffer of " + buffer.size() + " where " + numbers + " are needed");
        return (CudaBuffer) buffer;
    }

    /** The buffer as ours, which must hold {@code numbers} and no more. */
    static CudaBuffer sized(Buffer buffer, int numbers) {
        if (buffer.size() != numbers)
            throw new IllegalArgumentException("buffer of " + buffer.size() + " where " + numbers + " was expected");
        return (CudaBuffer) buffer;
    }

    /** Where the number with this index is. */
    long at(long index) {
        return address + index * Float.BYTES;
    }

    @Override
    public Buffer view(int from, int count) {
        if (from < 0 || count < 0 || from + count > size)
            throw new IndexOutOfBoundsException("view " + from + " + " + count + " of a buffer of " + size);
        return new CudaBuffer(at(from), count);
    }
}
