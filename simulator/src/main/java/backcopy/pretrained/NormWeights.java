package backcopy.pretrained;

import backcopy.pretrained.Architecture.Norm;

/**
 * A norm with its weights.
 *
 * @param gain [width]; null for a weightless one
 * @param bias [width]; null where the kind has none
 */
record NormWeights(Norm kind, double epsilon, double[] gain, double[] bias) {
    /** Norms {@code count} numbers from {@code at} on, in place. */
    void apply(double[] x, int at, int count) {
        double mean = 0, square = 0;
        if (kind != Norm.RMS) {
            for (int i = 0; i < count; i++) mean += x[at + i];
            mean /= count;
        }
        for (int i = 0; i < count; i++) square += (x[at + i] - mean) * (x[at + i] - mean);
        double inverse = 1 / Math.sqrt(square / count + epsilon);
        for (int i = 0; i < count; i++) {
            double normed = (x[at + i] - mean) * inverse;
            if (gain != null) normed *= gain[i];
            if (bias != null) normed += bias[i];
            x[at + i] = normed;
        }
    }
}
