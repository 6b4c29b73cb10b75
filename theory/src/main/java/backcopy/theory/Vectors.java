package backcopy.theory;

import org.apache.commons.math3.stat.StatUtils;
import org.apache.commons.math3.util.MathArrays;

/** Vectors as plain arrays, none of them modified. */
final class Vectors {
    private Vectors() {}

    static double dot(double[] a, double[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) dot += a[i] * b[i];
        return dot;
    }

    static double mean(double[] a) {
        return StatUtils.mean(a);
    }

    static double[] sum(double[] a, double[] b) {
        return MathArrays.ebeAdd(a, b);
    }

    static double[] unit(double[] a) {
        double norm = MathArrays.safeNorm(a);
        if (!(norm > 0)) throw new IllegalArgumentException("a direction of length " + norm);
        return MathArrays.scale(1 / norm, a);
    }
}
