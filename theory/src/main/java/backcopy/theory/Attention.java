package backcopy.theory;

/**
 * How a query of the reduced model attends. Each token has one logit: on {@code <s>} (alpha) if it is no trigger, on the token
 * before it (lambda) if it is one; all other scores are 0. (arXiv 2410.13835, the simplified model.)
 */
public enum Attention {
    /** A weight is {@code e^score / sum of e^score}. */
    SOFTMAX {
        @Override
        Pattern pattern(Context context, double logit) {
            double n = context.length();
            double share = 1 / (1 + n * Math.exp(-logit)); // of the key that has the logit, among n others with score 0
            double rest = 1 / (1 + Math.exp(logit) / n);
            double slope = share * rest;
            double bend = 1 - 2 * share;
            return context.isTrigger()
                    ? new Pattern(rest / n, -slope / n, rest / n, -slope / n, share - rest / n, slope + slope / n, bend)
                    : new Pattern(share, slope, rest / n, -slope / n, 0, 0, bend);
        }
    },

    /** A weight is {@code max(score, 0)} over the number of visible keys, as in the paper's code. */
    RELU {
        @Override
        Pattern pattern(Context context, double logit) {
            double keys = context.length() + 1;
            double weight = Math.max(logit, 0) / keys;
            double slope = logit > 0 ? 1 / keys : 0;
            return context.isTrigger()
                    ? new Pattern(0, 0, 0, 0, weight, slope, 0)
                    : new Pattern(weight, slope, 0, 0, 0, 0, 0);
        }
    };

    abstract Pattern pattern(Context context, double logit);

    /**
     * The weights of one query: {@code sink} on {@code <s>}, {@code each} on every token, and {@code copy} more on the token
     * before. A {@code d} is the derivative by the logit; the second derivatives are {@code bend} times the first.
     */
    record Pattern(double sink, double dSink, double each, double dEach, double copy, double dCopy, double bend) {}
}
