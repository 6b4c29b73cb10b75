package backcopy.backend.cpu;

/** Operations on one row of numbers, in floats. An array argument is followed by where its row starts. */
interface RowKernel {
    /** {@code pattern = softmax(scores)} over {@code count} numbers; {@code pattern} is overwritten. */
    void softmax(float[] scores, int scoresAt, float[] pattern, int patternAt, int count, Workspace workspace);

    /**
     * Softmax over the scores and one more, {@code beside}, which may be minus infinity; its share is dropped. The way back is
     * that of {@link #softmax}.
     */
    void softmaxBeside(
            float beside, float[] scores, int scoresAt, float[] pattern, int patternAt, int count, Workspace workspace);

    /** {@code dScores = pattern (dPattern - sum(pattern dPattern))}; {@code dScores} may be {@code dPattern}. */
    void softmaxBackward(
            float[] pattern,
            int patternAt,
            float[] dPattern,
            int dPatternAt,
            float[] dScores,
            int dScoresAt,
            int count,
            Workspace workspace);

    /**
     * Cross-entropy of one row against {@code target}; {@code dLogits} is overwritten with
     * {@code scale (softmax - onehot)} and may be {@code logits}.
     *
     * @return the loss in nats
     */
    float crossEntropy(
            float[] logits,
            int logitsAt,
            int target,
            float[] dLogits,
            int dLogitsAt,
            int count,
            float scale,
            Workspace workspace);

    /** {@code sum(x) / count}. */
    float mean(float[] x, int at, int count, Workspace workspace);

    /** {@code sum((x - mean)²) / count}. */
    float variance(float[] x, int at, int count, float mean, Workspace workspace);

    /** {@code y = gain (x - mean) inverse + bias}; {@code y} is overwritten. */
    void normalize(
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
            int count);

    /**
     * With {@code n = (x - mean) inverse} and {@code u = gain dY}:
     * {@code dX += inverse (u - mean(u) - n mean(n u))}, {@code dGain += n dY}, {@code dBias += dY}.
     */
    void normalizeBackward(
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
            Workspace workspace);

    /** {@code y = gain x inverse}; {@code y} is overwritten. */
    void rms(float[] x, int xAt, float inverse, float[] gain, int gainAt, float[] y, int yAt, int count);

    /** With {@code n = x inverse} and {@code u = gain dY}: {@code dX += inverse (u - n mean(n u))}, {@code dGain += n dY}. */
    void rmsBackward(
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
            Workspace workspace);

    /**
     * With t the tanh of {@code alpha x} and {@code u = gain dY (1 - t²)}: {@code dX += alpha u}, {@code dGain += t dY},
     * {@code dBias += dY}.
     *
     * @return {@code sum(x u)}, the gradient of alpha
     */
    float tanhBackward(
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
            Workspace workspace);
}
