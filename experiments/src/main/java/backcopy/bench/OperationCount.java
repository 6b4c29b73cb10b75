package backcopy.bench;

import backcopy.model.ModelSpec;

/**
 * Useful floating-point operations of a training step. Matrix products alone are counted, a multiply-add as two, and the way
 * back as twice the way forward; attention once for each key that a query sees, nothing recomputed and nothing padded.
 */
final class OperationCount {
    private OperationCount() {}

    /**
     * {@code 3 (sum over layers of (8 d² + 4 d (T + 1) / 2) + sum over MLPs of 4 d m + 2 d V)} operations a token, with d the
     * width, m the MLP's, T predictions in a sequence and V the vocabulary; {@code 6 d m} where the MLP is gated.
     */
    static double perToken(ModelSpec model, int length, int vocabulary) {
        double d = model.width();
        double attention = 8 * d * d + 4 * d * (length + 1) / 2,
                mlp = (model.isMlpGated() ? 6 : 4) * d * model.mlpWidth();
        int attentions = model.layers() - model.attentionOff().size();
        int mlps = model.layers() - model.mlpOff().size();
        return 3 * (attentions * attention + mlps * mlp + 2 * d * vocabulary);
    }
}
