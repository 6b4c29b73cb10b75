package backcopy.backend.reference;

import backcopy.backend.Buffer;

/** A range of a {@code double[]}. */
record DoubleBuffer(double[] array, int offset, int size) implements Buffer {
    @Override
    public Buffer view(int from, int count) {
        if (from < 0 || count < 0 || from + count > size)
            throw new IndexOutOfBoundsException("view " + from + " + " + count + " of a buffer of " + size);
        return new DoubleBuffer(array, offset + from, count);
    }

    double get(int i) {
        return array[offset + i];
    }

    void set(int i, double value) {
        array[offset + i] = value;
    }

    void add(int i, double value) {
        array[offset + i] += value;
    }
}
