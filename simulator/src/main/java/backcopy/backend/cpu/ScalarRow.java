package backcopy.backend.cpu;

/** Rows in plain Java; sums in double. */
final class ScalarRow implements RowKernel {
    @Override
    public void softmax(float[] scores, int scoresAt, float[] pattern, int patternAt, int count, Workspace workspace) {
        float top = max(scores, scoresAt, count);
        double sum = 0;
        for (int i = 0; i < count; i++) sum += pattern[patternAt + i] = Exp.exp(scores[scoresAt + i] - top);
        float factor = (float) (1 / sum);
        for (int i = 0; i < count; i++) pattern[patternAt + i] *= factor;
    }

    @Override
    public void softmaxBeside(
            float beside,
            float[] scores,
            int scoresAt,
            float[] pattern,
            int patternAt,
            int count,
            Workspace workspace) {
        float top = Math.max(max(scores, scoresAt, count), beside);
        double sum = Exp.exp(beside - top);
        for (int i = 0; i < count; i++) sum += pattern[patternAt + i] = Exp.exp(scores[scoresAt + i] - top);
        float factor = (float) (1 / sum);
        for (int i = 0; i < count; i++) pattern[patternAt + i] *= factor;
    }

    @Override
    public void softmaxBackward(
            float[] pattern,
            int patternAt,
            float[] dPattern,
            int dPatternAt,
            float[] dScores,
            int dScoresAt,
            int count,
            Workspace workspace) {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += pattern[patternAt + i] * dPattern[dPatternAt + i];
        float mean = (float) sum;
        for (int i = 0; i < count; i++)
            dScores[dScoresAt + i] = pattern[patternAt + i] * (dPattern[dPatternAt + i] - mean);
    }

    @Override
    public float crossEntropy(
            float[] logits,
            int logitsAt,
            int target,
            float[] dLogits,
            int dLogitsAt,
            int count,
            float scale,
            Workspace workspace) {
        float targetLogit = logits[logitsAt + target];
        float top = max(logits, logitsAt, count);
        double sum = 0;
        for (int i = 0; i < count; i++) sum += dLogits[dLogitsAt + i] = Exp.exp(logits[logitsAt + i] - top);
        float factor = (float) (scale / sum);
        for (int i = 0; i < count; i++) dLogits[dLogitsAt + i] *= factor;
        dLogits[dLogitsAt + target] -= scale;
        return (float) (top - targetLogit + Math.log(sum));
    }

    @Override
    public float mean(float[] x, int at, int count, Workspace workspace) {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += x[at + i];
        return (float) (sum / count);
    }

    @Override
    public float variance(float[] x, int at, int count, float mean, Workspace workspace) {
        double sum = 0;
        for (int i = 0; i < count; i++) sum += (x[at + i] - mean) * (x[at + i] - mean);
        return (float) (sum / count);
    }

    @Override
    public void normalize(
            float[] x,
            int xAt,
            float mean,
            float inverse,
            float[] gain,
            int gainAt,
            float[] bias,
            int biasAt,
            float[] y,
            int yAt,
            int count) {
        for (int i = 0; i < count; i++)
            y[yAt + i] = (x[xAt + i] - mean) * inverse * gain[gainAt + i] + bias[biasAt + i];
    }

    @Override
    public void normalizeBackward(
            float[] x,
            int xAt,
            float mean,
            float inverse,
            float[] gain,
            int gainAt,
            float[] dY,
            int dYAt,
            float[] dX,
            int dXAt,
            float[] dGain,
            int dGainAt,
            float[] dBias,
            int dBiasAt,
            int count,
            Workspace workspace) {
        double sumU = 0, sumNU = 0;
        for (int i = 0; i < count; i++) {
            float n = (x[xAt + i] - mean) * inverse, dy = dY[dYAt + i], u = gain[gainAt + i] * dy;
            sumU += u;
            sumNU += n * u;
            dGain[dGainAt + i] += n * dy;
            dBias[dBiasAt + i] += dy;
        }
        float meanU = (float) (sumU / count), meanNU = (float) (sumNU / count);
        for (int i = 0; i < count; i++) {
            float n = (x[xAt + i] - mean) * inverse, u = gain[gainAt + i] * dY[dYAt + i];
            dX[dXAt + i] += (u - meanU - n * meanNU) * inverse;
        }
    }

    @Override
    public void rms(float[] x, int xAt, float inverse, float[] gain, int gainAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = x[xAt + i] * inverse * gain[gainAt + i];
    }

    @Override
    public void rmsBackward(
            float[] x,
            int xAt,
            float inverse,
            float[] gain,
            int gainAt,
            float[] dY,
            int dYAt,
            float[] dX,
            int dXAt,
            float[] dGain,
            int dGainAt,
            int count,
            Workspace workspace) {
        double sumNU = 0;
        for (int i = 0; i < count; i++) {
            float n = x[xAt + i] * inverse, dy = dY[dYAt + i];
            sumNU += n * gain[gainAt + i] * dy;
            dGain[dGainAt + i] += n * dy;
        }
        float meanNU = (float) (sumNU / count);
        for (int i = 0; i < count; i++)
            dX[dXAt + i] += (gain[gainAt + i] * dY[dYAt + i] - x[xAt + i] * inverse * meanNU) * inverse;
    }

    @Override
    public float tanhBackward(
            float[] x,
            int xAt,
            float[] t,
            int tAt,
            float alpha,
            float[] gain,
            int gainAt,
            float[] dY,
            int dYAt,
            float[] dX,
            int dXAt,
            float[] dGain,
            int dGainAt,
            float[] dBias,
            int dBiasAt,
            int count,
            Workspace workspace) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            float squashed = t[tAt + i], dy = dY[dYAt + i];
            float u = gain[gainAt + i] * dy * (1 - squashed * squashed);
            sum += x[xAt + i] * u;
            dX[dXAt + i] += alpha * u;
            dGain[dGainAt + i] += squashed * dy;
            dBias[dBiasAt + i] += dy;
        }
        return (float) sum;
    }

    private static float max(float[] x, int at, int count) {
        float top = Float.NEGATIVE_INFINITY;
        for (int i = 0; i < count; i++) top = Math.max(top, x[at + i]);
        return top;
    }
}
