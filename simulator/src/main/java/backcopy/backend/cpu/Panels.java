package backcopy.backend.cpu;

import java.util.Arrays;

/**
 * The packed form of a matrix {@code [steps, columns]}: panels of a fixed number of columns one after the other, in each the
 * steps one after the other, so that a tile reads it straight through. The last panel is filled up with zeros.
 */
final class Panels {
    /** Columns transposed in one pass over the steps, one line of code each. */
    private static final int TOGETHER = 8;

    private final int width;
    private final SpanKernel spans;

    Panels(int width, SpanKernel spans) {
        this.width = width;
        this.spans = spans;
    }

    /** Numbers that the packed form of {@code [steps, columns]} takes. */
    int size(int steps, int columns) {
        return (columns + width - 1) / width * width * steps;
    }

    /** Packs {@code factor * source}, whose element (k, n) is at {@code at + k stride + n}. */
    void pack(float factor, float[] source, int at, int stride, int steps, int columns, CpuBuffer packed) {
        for (int n = 0, p = packed.offset(); n < columns; n += width, p += steps * width) {
            int count = Math.min(width, columns - n);
            spans.scaledRows(factor, source, at + n, stride, packed.array(), p, width, count, steps);
            if (count < width)
                for (int k = 0, row = p; k < steps; k++, row += width)
                    Arrays.fill(packed.array(), row + count, row + width, 0);
        }
    }

    /** Packs {@code factor * sourceᵀ}: element (k, n) is at {@code at + n stride + k}. */
    void packTransposed(float factor, float[] source, int at, int stride, int steps, int columns, CpuBuffer packed) {
        for (int n = 0, p = packed.offset(); n < columns; n += width, p += width * steps)
            for (int c = 0; c < width; c += TOGETHER)
                transpose(
                        factor,
                        source,
                        at + (n + c) * stride,
                        stride,
                        steps,
                        Math.min(TOGETHER, columns - n - c),
                        packed.array(),
                        p + c,
                        Math.min(TOGETHER, width - c));
    }

    private void transpose(
            float factor, float[] source, int at, int stride, int steps, int count, float[] packed, int p, int filled) {
        if (count == TOGETHER) {
            for (int k = 0, from = at, to = p; k < steps; k++, from++, to += width) {
                packed[to] = factor * source[from];
                packed[to + 1] = factor * source[from + stride];
                packed[to + 2] = factor * source[from + 2 * stride];
                packed[to + 3] = factor * source[from + 3 * stride];
                packed[to + 4] = factor * source[from + 4 * stride];
                packed[to + 5] = factor * source[from + 5 * stride];
                packed[to + 6] = factor * source[from + 6 * stride];
                packed[to + 7] = factor * source[from + 7 * stride];
            }
            return;
        }
        for (int k = 0; k < steps; k++) {
            int target = p + k * width;
            for (int c = 0; c < count; c++) packed[target + c] = factor * source[at + c * stride + k];
            for (int c = Math.max(count, 0); c < filled; c++) packed[target + c] = 0;
        }
    }
}
