package backcopy.model;

/**
 * What training minimizes besides the mean cross-entropy, with its weights. The recorded loss is the cross-entropy alone.
 *
 * @param zLoss of the mean over predictions of {@code (log sum_v exp(logit_v))^2} (arXiv 2204.02311)
 * @param decorrelation of the mean, over sequences, over all blocks' outputs but the last, and over positions t behind 0, of
 *     {@code cos(h_t, h_0)^2} (arXiv 2510.22603)
 */
public record AuxiliaryLosses(double zLoss, double decorrelation) {
    /** The cross-entropy alone. */
    public static final AuxiliaryLosses NONE = new AuxiliaryLosses(0, 0);
}
