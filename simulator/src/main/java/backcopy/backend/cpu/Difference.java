package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/** The difference of two patterns, out of operations on each of them; lambda and its way back in double. */
final class Difference {
    private final Backend backend;

    Difference(Backend backend) {
        this.backend = backend;
    }

    void forward(Buffer vectors, double start, Buffer patterns, Buffer pattern, AttentionShape maps) {
        double factor = -lambda(vectors, start);
        for (int h = 0; h < heads(maps); h++) {
            Buffer difference = head(pattern, maps, h);
            backend.copy(head(patterns, maps, 2 * h + 1), difference);
            backend.scale(difference, factor);
            backend.add(head(patterns, maps, 2 * h), difference);
        }
    }

    void backward(
            Buffer vectors,
            double start,
            Buffer patterns,
            Buffer dPattern,
            Buffer dPatterns,
            Buffer dVectors,
            AttentionShape maps) {
        double factor = -lambda(vectors, start);
        double dLambda = 0;
        for (int h = 0; h < heads(maps); h++) {
            Buffer dDifference = head(dPattern, maps, h), second = head(dPatterns, maps, 2 * h + 1);
            backend.copy(dDifference, head(dPatterns, maps, 2 * h));
            backend.copy(dDifference, second);
            backend.scale(second, factor);
            dLambda -= dot((CpuBuffer) dDifference, (CpuBuffer) head(patterns, maps, 2 * h + 1));
        }
        CpuBuffer v = (CpuBuffer) vectors, dV = CpuBuffer.of(dVectors, v.size());
        vectorsBackward(v, dV, 0, dLambda);
        vectorsBackward(v, dV, v.size() / 2, -dLambda);
    }

    private static void vectorsBackward(CpuBuffer v, CpuBuffer dV, int query, double dExponential) {
        double dDot = dExponential * exponential(v, query);
        int numbers = v.size() / 4;
        for (int c = query; c < query + numbers; c++) {
            dV.array()[dV.offset() + c] += dDot * v.array()[v.offset() + c + numbers];
            dV.array()[dV.offset() + c + numbers] += dDot * v.array()[v.offset() + c];
        }
    }

    /** In four strands, so that no addition waits for the one before. */
    private static double dot(CpuBuffer x, CpuBuffer y) {
        float[] a = x.array(), b = y.array();
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int i = x.offset(), j = y.offset(), end = x.offset() + x.size();
        for (; i + 3 < end; i += 4, j += 4) {
            sum0 += (double) a[i] * b[j];
            sum1 += (double) a[i + 1] * b[j + 1];
            sum2 += (double) a[i + 2] * b[j + 2];
            sum3 += (double) a[i + 3] * b[j + 3];
        }
        for (; i < end; i++, j++) sum0 += (double) a[i] * b[j];
        return (sum0 + sum1) + (sum2 + sum3);
    }

    private static double lambda(Buffer vectors, double start) {
        CpuBuffer v = (CpuBuffer) vectors;
        return exponential(v, 0) - exponential(v, v.size() / 2) + start;
    }

    /** {@code exp(query . key)} of the two vectors from {@code query} on. */
    private static double exponential(CpuBuffer v, int query) {
        int numbers = v.size() / 4;
        double dot = 0;
        for (int c = v.offset() + query; c < v.offset() + query + numbers; c++)
            dot += (double) v.array()[c] * v.array()[c + numbers];
        return Math.exp(dot);
    }

    private static Buffer head(Buffer pairs, AttentionShape maps, int head) {
        int square = maps.length() * maps.length();
        return pairs.view(head * square, square);
    }

    private static int heads(AttentionShape maps) {
        return maps.sequences() * maps.heads() / 2;
    }
}
