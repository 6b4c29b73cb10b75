package backcopy.backend.cpu;

import backcopy.backend.Buffer;

/** A range of a {@code float[]}. */
record CpuBuffer(float[] array, int offset, int size) implements Buffer {
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
