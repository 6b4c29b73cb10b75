package backcopy.probe;

/** The cosine between two pieces of arrays. */
final class Cosines {
    private Cosines() {}

    /** 0 where either is zero. */
    static double of(double[] x, int xAt, double[] y, int yAt, int count) {
        double product = 0;
        for (int i = 0; i < count; i++) product += x[xAt + i] * y[yAt + i];
        double norms = NormMeans.norm(x, xAt, count) * NormMeans.norm(y, yAt, count);
        return norms > 0 ? product / norms : 0;
    }
}
