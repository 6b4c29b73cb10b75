package backcopy.backend;

import java.util.function.IntUnaryOperator;

/**
 * The matrix of a linear map that stays where it is stored, in its own precision, and is read piece by piece. It is stored
 * row-major: {@code [outputs, inputs]}, or transposed, {@code [inputs, outputs]}.
 */
public interface StoredMatrix {
    /** How a number is stored. */
    enum Precision {
        /** IEEE single precision. */
        F32(4),
        /** IEEE half precision. */
        F16(2),
        /** The upper half of a single-precision number. */
        BF16(2);

        private final int bytes;

        Precision(int bytes) {
            this.bytes = bytes;
        }

        /** Of one number. */
        public int bytes() {
            return bytes;
        }

        /** The number of 16 bits, by the formats' definition. */
        public double of(short bits) {
            if (this == BF16) return Float.intBitsToFloat(bits << 16);
            if (this != F16) throw new IllegalStateException(this + " has no 16 bits");
            int exponent = bits >> 10 & 31, fraction = bits & 1023;
            double size = exponent == 0
                    ? fraction * 0x1p-24
                    : exponent < 31
                            ? Math.scalb(1 + fraction / 1024.0, exponent - 15)
                            : fraction == 0 ? Double.POSITIVE_INFINITY : Double.NaN;
            return bits < 0 ? -size : size;
        }
    }

    Precision precision();

    /** As stored. */
    int rows();

    /** As stored. */
    int columns();

    /** Whether rows are inputs, not outputs. */
    boolean isTransposed();

    /** Copies {@code count} numbers of 16 bits of a row, from a column on. */
    void read(int row, int column, int count, short[] target, int at);

    /** Copies {@code count} numbers of precision F32 of a row, from a column on. */
    void read(int row, int column, int count, float[] target, int at);

    default int outputs() {
        return isTransposed() ? columns() : rows();
    }

    default int inputs() {
        return isTransposed() ? rows() : columns();
    }

    /** The map's outputs from {@code first} on. */
    default StoredMatrix outputs(int first, int count) {
        return isTransposed()
                ? new View(this, row -> row, rows(), first, count)
                : new View(this, row -> first + row, count, 0, columns());
    }

    /** The part of the map that reads the inputs from {@code first} on. */
    default StoredMatrix inputs(int first, int count) {
        return isTransposed()
                ? new View(this, row -> first + row, count, 0, columns())
                : new View(this, row -> row, rows(), first, count);
    }

    /** Of outputs that lie in groups of {@code group} blocks of {@code block}: block {@code number} of each group. */
    default StoredMatrix everyBlock(int block, int group, int number) {
        if (isTransposed()) throw new IllegalStateException("blocks of a transposed matrix");
        return new View(
                this, row -> (row / block * group + number) * block + row % block, rows() / group, 0, columns());
    }

    /** One row in double, by definition. */
    default double[] row(int row) {
        double[] numbers = new double[columns()];
        if (precision() == Precision.F32) {
            float[] floats = new float[columns()];
            read(row, 0, columns(), floats, 0);
            for (int i = 0; i < numbers.length; i++) numbers[i] = floats[i];
        } else {
            short[] bits = new short[columns()];
            read(row, 0, columns(), bits, 0);
            for (int i = 0; i < numbers.length; i++) numbers[i] = precision().of(bits[i]);
        }
        return numbers;
    }

    /** Some rows and columns of another. */
    record View(StoredMatrix of, IntUnaryOperator place, int rows, int firstColumn, int columns)
            implements StoredMatrix {
        @Override
        public Precision precision() {
            return of.precision();
        }

        @Override
        public boolean isTransposed() {
            return of.isTransposed();
        }

        @Override
        public void read(int row, int column, int count, short[] target, int at) {
            of.read(place.applyAsInt(row), firstColumn + column, count, target, at);
        }

        @Override
        public void read(int row, int column, int count, float[] target, int at) {
            of.read(place.applyAsInt(row), firstColumn + column, count, target, at);
        }
    }
}
