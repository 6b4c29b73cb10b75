package backcopy.backend.cpu;

/** A matrix somewhere in an array: element (r, c) at {@code at + r row + c column}. */
record Strided(float[] array, int at, int row, int column) {
    /** Rows of {@code width} numbers, one after the other. */
    static Strided rows(CpuBuffer buffer, int width) {
        return new Strided(buffer.array(), buffer.offset(), width, 1);
    }

    /** The same numbers with rows and columns exchanged. */
    Strided transposed() {
        return new Strided(array, at, column, row);
    }
}
