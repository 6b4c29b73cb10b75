package backcopy.backend;

/**
 * A row rule that is a function of each score alone and, where it is normalized, a division by what the row sums to. A kind
 * says its function; the row and its derivative follow. A backend may hold a faster loop for a function of its
 * {@link #function()}.
 */
public interface ElementwiseRule extends RowRule {
    /** What a row is divided by. */
    enum Normalizer {
        /** Nothing: rows need not sum to one. */
        NONE {
            @Override
            public double divisor(double sum) {
                return 1;
            }

            @Override
            public double slope(double sum) {
                return 0;
            }
        },

        /** {@code sum + 1e-8}, for functions that are nowhere negative (arXiv 2410.10781's code). */
        SUM {
            @Override
            public double divisor(double sum) {
                return sum + 1e-8;
            }

            @Override
            public double slope(double sum) {
                return 1;
            }
        },

        /** {@code max(|sum|, 1)}, for functions of either sign (arXiv 2410.10781's code). */
        BOUNDED_SUM {
            @Override
            public double divisor(double sum) {
                return Math.max(Math.abs(sum), 1);
            }

            @Override
            public double slope(double sum) {
                return Math.abs(sum) > 1 ? Math.signum(sum) : 0;
            }
        };

        /** What a row whose values sum to {@code sum} is divided by. */
        public abstract double divisor(double sum);

        /** The derivative of {@link #divisor}. */
        public abstract double slope(double sum);
    }

    /** The name of the function. */
    String function();

    Normalizer normalizer();

    /** The function of a score in a row of {@code visible} keys. */
    double value(double score, int visible);

    /** Its derivative. */
    double slope(double score, int visible);

    @Override
    default void row(double[] scores, int from, int visible, double[] pattern) {
        double sum = 0;
        for (int j = from; j < from + visible; j++) sum += pattern[j] = value(scores[j], visible);
        double divisor = normalizer().divisor(sum);
        for (int j = from; j < from + visible; j++) pattern[j] /= divisor;
    }

    /** With {@code A_j = f_j / Z}: {@code dS_j = f'_j (dA_j - Z' sum_k A_k dA_k) / Z}. */
    @Override
    default void derivative(
            double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
        double sum = 0, mean = 0;
        for (int j = from; j < from + visible; j++) {
            sum += value(scores[j], visible);
            mean += pattern[j] * dPattern[j];
        }
        double divisor = normalizer().divisor(sum), shared = normalizer().slope(sum) * mean;
        for (int j = from; j < from + visible; j++)
            dScores[j] = slope(scores[j], visible) * (dPattern[j] - shared) / divisor;
    }
}
