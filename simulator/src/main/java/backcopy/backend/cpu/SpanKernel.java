package backcopy.backend.cpu;

/** Operations on each number of a span alone, in floats. An array argument is followed by where its span starts. */
interface SpanKernel {
    /** {@code y += x}. */
    void add(float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code z = x + y}; {@code z} is overwritten. */
    void sum(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count);

    /** {@code y = factor x}; {@code y} is overwritten and may be {@code x}. */
    void scaled(float factor, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@link #add} for {@code rows} rows of {@code count} numbers, which start {@code xStride} and {@code yStride} apart. */
    void addRows(float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows);

    /** {@link #scaled} for {@code rows} rows of {@code count} numbers, which start {@code xStride} and {@code yStride} apart. */
    void scaledRows(
            float factor, float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows);

    /** {@code y = factor max(x, 0)}; {@code y} is overwritten and may be {@code x}. */
    void relu(float factor, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code dX = x > 0 ? factor dY : 0}; {@code dX} is overwritten and may be {@code dY}. */
    void reluBackward(float factor, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count);

    /** {@code y = 1 / (1 + exp(-x - shift))}, 0 where {@code x + shift} is below -80; {@code y} is overwritten. */
    void sigmoid(float shift, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code dX = y (1 - y) dY} with y the output of {@link #sigmoid}; {@code dX} is overwritten and may be {@code dY}. */
    void sigmoidBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count);

    /** {@code y = x + 1} above 0 and {@code exp(x)} elsewhere; {@code y} is overwritten. */
    void elu(float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code dX = min(y, 1) dY} with y the output of {@link #elu}; {@code dX} is overwritten and may be {@code dY}. */
    void eluBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count);

    /**
     * Softpick's {@code e = exp(score) - 1} in units of exp(top), in double: {@code power - unit}; near 0, where that would cancel,
     * by the first terms of the series.
     *
     * @param unit {@code exp(-top)}
     * @param powers {@code exp(score - top)}, not modified
     * @param excess overwritten
     */
    void excess(double unit, float[] scores, int at, float[] powers, double[] excess, int count);

    /** {@code y = max(x, 0)} as a float, divided by {@code sum} in double; {@code y} is overwritten. */
    void positiveShares(double sum, double[] x, float[] y, int yAt, int count);

    /**
     * {@code dX = power / sum (dY - mean)} where the score is above 0 and {@code power / sum mean} elsewhere, in double; {@code dX} is
     * overwritten and may be {@code dY}.
     */
    void softpickBackward(
            double sum,
            double mean,
            float[] scores,
            int scoresAt,
            float[] powers,
            float[] dY,
            int dYAt,
            float[] dX,
            int dXAt,
            int count);

    /** The largest of the numbers and 0. */
    float largest(float[] x, int at, int count);

    /** {@code z = x y}; {@code z} is overwritten and may be either. */
    void product(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count);

    /** {@code y = tanh(factor x)} to 1e-7; {@code y} is overwritten. */
    void tanh(float factor, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code y = x sigmoid(linear x + cubic x³)}; {@code y} is overwritten. */
    void swish(float linear, float cubic, float[] x, int xAt, float[] y, int yAt, int count);

    /** {@code dX} is overwritten with {@link #swish}'s derivative at x times {@code dY}, and may be {@code dY}. */
    void swishBackward(
            float linear, float cubic, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count);

    /**
     * {@code m = b1 m + (1 - b1) g, v = b2 v + (1 - b2) g², w -= decay w + rate m / (sqrt(v correction) + epsilon)}; moments
     * below the smallest normal float become 0, as arithmetic on such numbers is slow.
     *
     * @param w overwritten
     * @param m overwritten
     * @param v overwritten
     */
    void adamw(
            AdamWStep step, float[] w, int wAt, float[] g, int gAt, float[] m, int mAt, float[] v, int vAt, int count);

    /** {@code m = momentum m + g + decay w, w -= rate m}; {@code w} and {@code m} are overwritten. */
    void sgd(
            float rate,
            float momentum,
            float decay,
            float[] w,
            int wAt,
            float[] g,
            int gAt,
            float[] m,
            int mAt,
            int count);

    /** The numbers of one AdamW update: {@code rate} is corrected for the first moment, {@code correction} is the second's. */
    record AdamWStep(
            float beta1,
            float newer1,
            float beta2,
            float newer2,
            float decay,
            float rate,
            float correction,
            float epsilon) {}
}
