package backcopy.backend.cpu;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/**
 * Spans in vectors. What does not fill a vector is left to {@link ScalarSpan}, which gives the same bits: no operation here is
 * fused.
 */
final class VectorSpan implements SpanKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_PREFERRED;
    /** As many floats as there are doubles in a vector. */
    private static final VectorSpecies<Float> HALF =
            VectorSpecies.of(float.class, VectorShape.forBitSize(Math.max(DOUBLES.vectorBitSize() / 2, Long.SIZE)));
    /** None at a time where a vector holds a single double. */
    private static final int PAIR = DOUBLES.length() == HALF.length() ? DOUBLES.length() : Integer.MAX_VALUE;

    private final ScalarSpan rest = new ScalarSpan();

    @Override
    public void add(float[] x, int xAt, float[] y, int yAt, int count) {
        sum(x, xAt, y, yAt, y, yAt, count);
    }

    @Override
    public void sum(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .add(FloatVector.fromArray(SPECIES, y, yAt + i))
                    .intoArray(z, zAt + i);
        if (i < count) rest.sum(x, xAt + i, y, yAt + i, z, zAt + i, count - i);
    }

    @Override
    public void scaled(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i).mul(factor).intoArray(y, yAt + i);
        if (i < count) rest.scaled(factor, x, xAt + i, y, yAt + i, count - i);
    }

    /** Two vectors, which are a tile's row, without a loop inside. */
    @Override
    public void addRows(float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows) {
        if (count == 2 * LENGTH) {
            for (int r = 0, i = xAt, j = yAt; r < rows; r++, i += xStride, j += yStride) {
                FloatVector.fromArray(SPECIES, x, i)
                        .add(FloatVector.fromArray(SPECIES, y, j))
                        .intoArray(y, j);
                FloatVector.fromArray(SPECIES, x, i + LENGTH)
                        .add(FloatVector.fromArray(SPECIES, y, j + LENGTH))
                        .intoArray(y, j + LENGTH);
            }
            return;
        }
        for (int r = 0; r < rows; r++) add(x, xAt + r * xStride, y, yAt + r * yStride, count);
    }

    /** Two vectors and half of one, which are panels of most tiles, without a loop inside. */
    @Override
    public void scaledRows(
            float factor, float[] x, int xAt, int xStride, float[] y, int yAt, int yStride, int count, int rows) {
        if (count == 2 * LENGTH) {
            for (int r = 0, i = xAt, j = yAt; r < rows; r++, i += xStride, j += yStride) {
                FloatVector.fromArray(SPECIES, x, i).mul(factor).intoArray(y, j);
                FloatVector.fromArray(SPECIES, x, i + LENGTH).mul(factor).intoArray(y, j + LENGTH);
            }
            return;
        }
        if (count == HALF.length()) {
            for (int r = 0, i = xAt, j = yAt; r < rows; r++, i += xStride, j += yStride)
                FloatVector.fromArray(HALF, x, i).mul(factor).intoArray(y, j);
            return;
        }
        for (int r = 0; r < rows; r++) scaled(factor, x, xAt + r * xStride, y, yAt + r * yStride, count);
    }

    @Override
    public void relu(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i).max(0).mul(factor).intoArray(y, yAt + i);
        if (i < count) rest.relu(factor, x, xAt + i, y, yAt + i, count - i);
    }

    @Override
    public void reluBackward(float factor, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        FloatVector zero = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            zero.blend(
                            FloatVector.fromArray(SPECIES, dY, dYAt + i).mul(factor),
                            FloatVector.fromArray(SPECIES, x, xAt + i).compare(VectorOperators.GT, 0))
                    .intoArray(dX, dXAt + i);
        if (i < count) rest.reluBackward(factor, x, xAt + i, dY, dYAt + i, dX, dXAt + i, count - i);
    }

    @Override
    public void sigmoid(float shift, float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector s = FloatVector.fromArray(SPECIES, x, xAt + i).add(shift);
            FloatVector.broadcast(SPECIES, 1)
                    .div(VectorExp.exp(s.neg()).add(1))
                    .blend(0, s.compare(VectorOperators.LT, Exp.LOWEST))
                    .intoArray(y, yAt + i);
        }
        if (i < count) rest.sigmoid(shift, x, xAt + i, y, yAt + i, count - i);
    }

    @Override
    public void sigmoidBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector value = FloatVector.fromArray(SPECIES, y, yAt + i);
            value.mul(value.neg().add(1))
                    .mul(FloatVector.fromArray(SPECIES, dY, dYAt + i))
                    .intoArray(dX, dXAt + i);
        }
        if (i < count) rest.sigmoidBackward(y, yAt + i, dY, dYAt + i, dX, dXAt + i, count - i);
    }

    @Override
    public void elu(float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector s = FloatVector.fromArray(SPECIES, x, xAt + i);
            VectorExp.exp(s).blend(s.add(1), s.compare(VectorOperators.GT, 0)).intoArray(y, yAt + i);
        }
        if (i < count) rest.elu(x, xAt + i, y, yAt + i, count - i);
    }

    @Override
    public void eluBackward(float[] y, int yAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            FloatVector.fromArray(SPECIES, y, yAt + i)
                    .min(1)
                    .mul(FloatVector.fromArray(SPECIES, dY, dYAt + i))
                    .intoArray(dX, dXAt + i);
        if (i < count) rest.eluBackward(y, yAt + i, dY, dYAt + i, dX, dXAt + i, count - i);
    }

    @Override
    public void excess(double unit, float[] scores, int at, float[] powers, double[] excess, int count) {
        DoubleVector one = DoubleVector.broadcast(DOUBLES, 1);
        int i = 0;
        for (; i <= count - PAIR; i += PAIR) {
            DoubleVector score = (DoubleVector)
                    FloatVector.fromArray(HALF, scores, at + i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector power =
                    (DoubleVector) FloatVector.fromArray(HALF, powers, i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector series = one.add(score.div(4))
                    .mul(score.div(3))
                    .add(1)
                    .mul(score.div(2))
                    .add(1);
            power.sub(unit)
                    .blend(series.mul(score.mul(unit)), score.abs().compare(VectorOperators.LT, ScalarSpan.SMALL))
                    .intoArray(excess, i);
        }
        rest.excess(unit, scores, at, powers, excess, i, count);
    }

    @Override
    public void positiveShares(double sum, double[] x, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - PAIR; i += PAIR) {
            FloatVector positive = (FloatVector)
                    DoubleVector.fromArray(DOUBLES, x, i).max(0).convertShape(VectorOperators.D2F, HALF, 0);
            DoubleVector share = ((DoubleVector) positive.convertShape(VectorOperators.F2D, DOUBLES, 0)).div(sum);
            ((FloatVector) share.convertShape(VectorOperators.D2F, HALF, 0)).intoArray(y, yAt + i);
        }
        rest.positiveShares(sum, x, y, yAt, i, count);
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
        DoubleVector means = DoubleVector.broadcast(DOUBLES, mean);
        int i = 0;
        for (; i <= count - PAIR; i += PAIR) {
            DoubleVector score = (DoubleVector)
                    FloatVector.fromArray(HALF, scores, scoresAt + i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector power =
                    (DoubleVector) FloatVector.fromArray(HALF, powers, i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector gradient = (DoubleVector)
                    FloatVector.fromArray(HALF, dY, dYAt + i).convertShape(VectorOperators.F2D, DOUBLES, 0);
            DoubleVector both =
                    power.div(sum).mul(means.blend(gradient.sub(mean), score.compare(VectorOperators.GT, 0)));
            ((FloatVector) both.convertShape(VectorOperators.D2F, HALF, 0)).intoArray(dX, dXAt + i);
        }
        rest.softpickBackward(sum, mean, scores, scoresAt, powers, dY, dYAt, dX, dXAt, i, count);
    }

    @Override
    public float largest(float[] x, int at, int count) {
        FloatVector tops = FloatVector.zero(SPECIES);
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) tops = tops.max(FloatVector.fromArray(SPECIES, x, at + i));
        return Math.max(tops.reduceLanes(VectorOperators.MAX), rest.largest(x, at + i, count - i));
    }

    @Override
    public void product(float[] x, int xAt, float[] y, int yAt, float[] z, int zAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .mul(FloatVector.fromArray(SPECIES, y, yAt + i))
                    .intoArray(z, zAt + i);
        if (i < count) rest.product(x, xAt + i, y, yAt + i, z, zAt + i, count - i);
    }

    @Override
    public void tanh(float factor, float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH)
            sigmoid(FloatVector.fromArray(SPECIES, x, xAt + i).mul(2 * factor))
                    .mul(2)
                    .sub(1)
                    .intoArray(y, yAt + i);
        if (i < count) rest.tanh(factor, x, xAt + i, y, yAt + i, count - i);
    }

    @Override
    public void swish(float linear, float cubic, float[] x, int xAt, float[] y, int yAt, int count) {
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector at = FloatVector.fromArray(SPECIES, x, xAt + i);
            at.mul(sigmoid(at.mul(cubic).mul(at).add(linear).mul(at))).intoArray(y, yAt + i);
        }
        if (i < count) rest.swish(linear, cubic, x, xAt + i, y, yAt + i, count - i);
    }

    @Override
    public void swishBackward(
            float linear, float cubic, float[] x, int xAt, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        FloatVector one = FloatVector.broadcast(SPECIES, 1);
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector at = FloatVector.fromArray(SPECIES, x, xAt + i);
            FloatVector s = sigmoid(at.mul(cubic).mul(at).add(linear).mul(at));
            FloatVector slope = at.mul(3 * cubic).mul(at).add(linear);
            s.add(at.mul(s).mul(one.sub(s)).mul(slope))
                    .mul(FloatVector.fromArray(SPECIES, dY, dYAt + i))
                    .intoArray(dX, dXAt + i);
        }
        if (i < count) rest.swishBackward(linear, cubic, x, xAt + i, dY, dYAt + i, dX, dXAt + i, count - i);
    }

    private static FloatVector sigmoid(FloatVector x) {
        FloatVector exponential =
                VectorExp.exp(x.neg().max(-ScalarSpan.SATURATED).min(ScalarSpan.SATURATED));
        return FloatVector.broadcast(SPECIES, 1).div(exponential.add(1));
    }

    @Override
    public void adamw(
            AdamWStep step, float[] w, int wAt, float[] g, int gAt, float[] m, int mAt, float[] v, int vAt, int count) {
        float beta1 = step.beta1(), newer1 = step.newer1(), beta2 = step.beta2(), newer2 = step.newer2();
        float decay = step.decay(), rate = step.rate(), correction = step.correction(), epsilon = step.epsilon();
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector gradient = FloatVector.fromArray(SPECIES, g, gAt + i),
                    weight = FloatVector.fromArray(SPECIES, w, wAt + i);
            FloatVector first =
                    normal(FloatVector.fromArray(SPECIES, m, mAt + i).mul(beta1).add(gradient.mul(newer1)));
            FloatVector second = normal(FloatVector.fromArray(SPECIES, v, vAt + i)
                    .mul(beta2)
                    .add(gradient.mul(newer2).mul(gradient)));
            FloatVector root = second.mul(correction).sqrt().add(epsilon);
            first.intoArray(m, mAt + i);
            second.intoArray(v, vAt + i);
            weight.sub(weight.mul(decay).add(first.mul(rate).div(root))).intoArray(w, wAt + i);
        }
        if (i < count) rest.adamw(step, w, wAt + i, g, gAt + i, m, mAt + i, v, vAt + i, count - i);
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
        int i = 0;
        for (; i <= count - LENGTH; i += LENGTH) {
            FloatVector weight = FloatVector.fromArray(SPECIES, w, wAt + i);
            FloatVector moved = normal(FloatVector.fromArray(SPECIES, m, mAt + i)
                    .mul(momentum)
                    .add(FloatVector.fromArray(SPECIES, g, gAt + i).add(weight.mul(decay))));
            moved.intoArray(m, mAt + i);
            weight.sub(moved.mul(rate)).intoArray(w, wAt + i);
        }
        if (i < count) rest.sgd(rate, momentum, decay, w, wAt + i, g, gAt + i, m, mAt + i, count - i);
    }

    private static FloatVector normal(FloatVector x) {
        return x.blend(0, x.abs().compare(VectorOperators.LT, Float.MIN_NORMAL));
    }
}
