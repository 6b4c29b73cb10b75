package backcopy.backend.cpu;

import backcopy.backend.Buffer;

/** A range of a {@code float[]}. */
record CpuBuffer(float[] array, int offset, int size) implements Buffer {
    /**
     * Where numbers start in an array of ours: behind a header of 16 bytes, at byte 64 of the object. With objects aligned to
     * cache lines (the launcher's {@code -XX:ObjectAlignmentInBytes=64}) vectors then lie in one line each; a matmul loses up
     * to a fifth of its speed where they lie across two.
     */
    private static final int START = 12;

    /** {@code size} zeros. */
    static CpuBuffer zeros(int size) {
        return new CpuBuffer(new float[START + size], START, size);
    }

    @Override
    public Buffer view(int from, int count) {
        if (from < 0 || count < 0 || from + count > size)
            throw new IndexOutOfBoundsException("view " + from + " + " + count + " of a buffer of " + size);
        return new CpuBuffer(array, offset + from, count);
    }

    /** The buffer as ours, which must hold at least {@code numbers}. */
    static CpuBuffer of(Buffer buffer, int numbers) {
        if (buffer.size() < numbers)
            throw new IllegalArgumentException("buffer of " + buffer.size() + " where " + numbers + " are needed");
        return (CpuBuffer) buffer;
    }
}
