package backcopy.backend.cpu;

import backcopy.backend.cpu.Matmul.Part;

/**
 * One matrix product {@code C = A B} or {@code C += A B}: its factor A and its result. Each thread has one, in its {@link Workspace},
 * which is set anew for every product: a step makes thousands and should allocate nothing.
 */
final class Product {
    Part part;
    int rows;
    int steps;
    int columns;
    boolean add;
    float[] a;
    int aAt;
    int aRow;
    int aStep;
    float[] c;
    int cAt;
    int cRow;

    /** A {@code [rows, steps]} times B {@code [steps, columns]}; {@code add} to C, or overwrite it. */
    Product of(Part part, int rows, int steps, int columns, boolean add) {
        this.part = part;
        this.rows = rows;
        this.steps = steps;
        this.columns = columns;
        this.add = add;
        return this;
    }

    /** Element (r, k) of A is at {@code at + r row + k step}, one of {@code row} and {@code step} being 1; not modified. */
    Product a(float[] array, int at, int row, int step) {
        a = array;
        aAt = at;
        aRow = row;
        aStep = step;
        return this;
    }

    /** Element (r, n) of C is at {@code at + r row + n}. */
    Product c(float[] array, int at, int row) {
        c = array;
        cAt = at;
        cRow = row;
        return this;
    }

    /** Where row {@code r} of A begins to be anything but zero. */
    int firstStep(int r) {
        return part == Part.STEPS_FROM_ROW ? r : 0;
    }

    /** Behind the last step of the row before {@code end}. */
    int lastStep(int end) {
        return part == Part.STEPS_TO_ROW ? Math.min(steps, end) : steps;
    }

    boolean isByRows() {
        return aStep == 1;
    }
}
