package backcopy.run;

import java.util.Arrays;

/**
 * A named array of a {@link Safetensors} file.
 *
 * @param precision in which the numbers are stored; the host holds both as double, which changes no bit
 * @param shape outermost axis first; empty for a single number
 * @param values row-major; shared, not copied
 */
public record Tensor(Precision precision, int[] shape, double[] values) {
    /** How a number is stored, by its name in the file. */
    public enum Precision {
        F32(4),
        F64(8);

        final int bytes;

        Precision(int bytes) {
            this.bytes = bytes;
        }
    }

    public Tensor {
        long size = 1;
        for (int axis : shape) {
            if (axis < 0)
                throw new IllegalArgumentException("a tensor's shape " + Arrays.toString(shape) + " is below 0");
            size = Math.multiplyExact(size, axis);
        }
        if (size != values.length)
            throw new IllegalArgumentException("a tensor of shape " + Arrays.toString(shape) + " holds " + size
                    + " numbers, not " + values.length);
    }

    /** Bytes of its numbers in a file. */
    long bytes() {
        return (long) values.length * precision.bytes;
    }
}
