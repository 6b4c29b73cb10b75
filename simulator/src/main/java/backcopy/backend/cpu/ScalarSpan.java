package backcopy.backend.cpu;

/** Spans in plain Java, in loops that the JIT compiler can turn into vectors by itself. */
final class ScalarSpan implements SpanKernel {
    /** Beyond it a sigmoid is 0 or 1 in float, or so near that its product with x is 0; its exponential is finite. */
    static final float SATURATED = 80;

    /** Below it softpick's series has four good terms, and a difference would cancel. */
    static final double SMALL = 0.05;

    @Override
    public void add(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] += x[xAt + i];
    }

    @Override
    public void sum(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count) {
        for (int i = 0; i < count; i++) z[zAt + i] = x[xAt + i] + y[yAt + i];
    }

    @Override
    public void scaled(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = factor * x[xAt + i];
    }

    @Override
    public void addRows(float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows) {
        for (int r = 0; r < rows; r++) add(x, xAt + r * xStride, y, yAt + r * yStride, count);
    }

    @Override
    public void scaledRows(
            float factor, float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows) {
        for (int r = 0; r < rows; r++) scaled(factor, x, xAt + r * xStride, y, yAt + r * yStride, count);
    }

    @Override
    public void relu(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = factor * Math.max(x[xAt + i], 0);
    }

    @Override
    public void reluBackward(float factor, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        for (int i = 0; i < count; i++) dX[dXAt + i] = x[xAt + i] > 0 ? factor * dY[dYAt + i] : 0;
    }

    @Override
    public void sigmoid(float shift, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float s = x[xAt + i] + shift;
            y[yAt + i] = s < Exp.LOWEST ? 0 : 1 / (1 + Exp.exp(-s));
        }
    }

    @Override
    public void sigmoidBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        for (int i = 0; i < count; i++) dX[dXAt + i] = y[yAt + i] * (1 - y[yAt + i]) * dY[dYAt + i];
    }

    @Override
    public void elu(float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = x[xAt + i] > 0 ? x[xAt + i] + 1 : Exp.exp(x[xAt + i]);
    }

    @Override
    public void eluBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        for (int i = 0; i < count; i++) dX[dXAt + i] = Math.min(y[yAt + i], 1) * dY[dYAt + i];
    }

    @Override
    public void excess(double unit, float[] scores, int at, float[] powers, double[] excess, int count) {
        excess(unit, scores, at, powers, excess, 0, count);
    }

    /** Those from {@code from} on of {@code powers} and {@code excess}. */
    void excess(double unit, float[] scores, int at, float[] powers, double[] excess, int from, int count) {
        for (int i = from; i < count; i++) {
            double score = scores[at + i];
            excess[i] = Math.abs(score) < SMALL
                    ? unit * score * (1 + score / 2 * (1 + score / 3 * (1 + score / 4)))
                    : powers[i] - unit;
        }
    }

    @Override
    public void positiveShares(double sum, double[] x, float[] y, int yAt, int count) {
        positiveShares(sum, x, y, yAt, 0, count);
    }

    void positiveShares(double sum, double[] x, float[] y, int yAt, int from, int count) {
        for (int i = from; i < count; i++) y[yAt + i] = (float) ((float) Math.max(x[i], 0) / sum);
    }

    @Override
    public void softpickBackward(
            double sum,
            double mean,
            float[] scores,
            int scoresAt,
            float[] powers,
            float[] dY,
            int dYAt,
            float[] dX,
            int dXAt,
            int count) {
        softpickBackward(sum, mean, scores, scoresAt, powers, dY, dYAt, dX, dXAt, 0, count);
    }

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
            int from,
            int count) {
        for (int i = from; i < count; i++)
            dX[dXAt + i] = (float) (powers[i] / sum * (scores[scoresAt + i] > 0 ? dY[dYAt + i] - mean : mean));
    }

    @Override
    public float largest(float[] x, int at, int count) {
        float largest = 0;
        for (int i = at; i < at + count; i++) largest = Math.max(largest, x[i]);
        return largest;
    }

    @Override
    public void product(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count) {
        for (int i = 0; i < count; i++) z[zAt + i] = x[xAt + i] * y[yAt + i];
    }

    /** {@code 2 sigmoid(2 x) - 1}. */
    @Override
    public void tanh(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) y[yAt + i] = 2 * sigmoid(2 * factor * x[xAt + i]) - 1;
    }

    @Override
    public void swish(float linear, float cubic, float[] x, int xAt, float[] y, int yAt, int count) {
        for (int i = 0; i < count; i++) {
            float at = x[xAt + i];
            y[yAt + i] = at * sigmoid((cubic * at * at + linear) * at);
        }
    }

    @Override
    public void swishBackward(
            float linear, float cubic, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        for (int i = 0; i < count; i++) {
            float at = x[xAt + i], s = sigmoid((cubic * at * at + linear) * at);
            float slope = 3 * cubic * at * at + linear;
            dX[dXAt + i] = (s + at * s * (1 - s) * slope) * dY[dYAt + i];
        }
    }

    private static float sigmoid(float x) {
        return 1 / (1 + Exp.exp(Math.min(Math.max(-x, -SATURATED), SATURATED)));
    }

    @Override
    public void adamw(
            AdamWStep step, float[] w, int wAt, float[] g, int gAt, float[] m, int mAt, float[] v, int vAt, int count) {
        for (int i = 0; i < count; i++) {
            float gradient = g[gAt + i];
            float first = normal(step.beta1() * m[mAt + i] + step.newer1() * gradient);
            float second = normal(step.beta2() * v[vAt + i] + step.newer2() * gradient * gradient);
            float root = (float) Math.sqrt(second * step.correction()) + step.epsilon();
            m[mAt + i] = first;
            v[vAt + i] = second;
            w[wAt + i] -= step.decay() * w[wAt + i] + step.rate() * first / root;
        }
    }

    @Override
    public void sgd(
            float rate,
            float momentum,
            float decay,
            float[] w,
            int wAt,
            float[] g,
            int gAt,
            float[] m,
            int mAt,
            int count) {
        for (int i = 0; i < count; i++) {
            float moved = normal(momentum * m[mAt + i] + (g[gAt + i] + decay * w[wAt + i]));
            m[mAt + i] = moved;
            w[wAt + i] -= rate * moved;
        }
    }

    private static float normal(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
    }
}
