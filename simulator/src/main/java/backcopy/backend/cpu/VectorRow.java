package backcopy.backend.cpu;

import java.util.Arrays;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * Rows in vectors. A row that goes through the exponential is worked on in a copy that is filled up to whole vectors; the
 * others end in a plain loop. Lanes are summed in a fixed order: the API leaves the order of its own sum open, so that
 * interpreted and compiled code may differ. Loads are written out: the JIT compiler stops inlining our own methods in large
 * code, and a vector that is returned by one becomes an object.
 */
final class VectorRow implements RowKernel {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int LENGTH = SPECIES.length();

    private final VectorSpan spans = new VectorSpan();

    @Override
    public void softmax(float[] scores, int scoresAt, float[] pattern, int patternAt, int count, Workspace workspace) {
        float[] row = workspace.row(count);
        float top = copyPadded(scores, scoresAt, count, row);
        float factor = 1 / exponentials(row, count, top, workspace.lanes);
        spans.scaled(factor, row, 0, pattern, patternAt, count);
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
        float[] row = workspace.row(count);
        float top = Math.max(copyPadded(scores, scoresAt, count, row), beside);
        float factor = 1 / (exponentials(row, count, top, workspace.lanes) + Exp.exp(beside - top));
        spans.scaled(factor, row, 0, pattern, patternAt, count);
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
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LENGTH)
            sums = FloatVector.fromArray(SPECIES, pattern, patternAt + i)
                    .fma(FloatVector.fromArray(SPECIES, dPattern, dPatternAt + i), sums);
        sums.intoArray(workspace.lanes, 0);
        float mean = sum(workspace.lanes);
        for (int i = whole; i < count; i++) mean += pattern[patternAt + i] * dPattern[dPatternAt + i];
        for (int i = 0; i < whole; i += LENGTH)
            FloatVector.fromArray(SPECIES, pattern, patternAt + i)
                    .mul(FloatVector.fromArray(SPECIES, dPattern, dPatternAt + i)
                            .sub(mean))
                    .intoArray(dScores, dScoresAt + i);
        for (int i = whole; i < count; i++)
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
        float[] row = workspace.row(count);
        float top = copyPadded(logits, logitsAt, count, row);
        float sum = exponentials(row, count, top, workspace.lanes);
        float factor = scale / sum;
        spans.scaled(factor, row, 0, dLogits, dLogitsAt, count);
        dLogits[dLogitsAt + target] -= scale;
        return (float) (top - targetLogit + Math.log(sum));
    }

    @Override
    public float mean(float[] x, int at, int count, Workspace workspace) {
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LENGTH) sums = sums.add(FloatVector.fromArray(SPECIES, x, at + i));
        sums.intoArray(workspace.lanes, 0);
        float sum = sum(workspace.lanes);
        for (int i = whole; i < count; i++) sum += x[at + i];
        return sum / count;
    }

    @Override
    public float variance(float[] x, int at, int count, float mean, Workspace workspace) {
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector d = FloatVector.fromArray(SPECIES, x, at + i).sub(mean);
            sums = d.fma(d, sums);
        }
        sums.intoArray(workspace.lanes, 0);
        float sum = sum(workspace.lanes);
        for (int i = whole; i < count; i++) sum += (x[at + i] - mean) * (x[at + i] - mean);
        return sum / count;
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
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .sub(mean)
                    .mul(inverse)
                    .fma(
                            FloatVector.fromArray(SPECIES, gain, gainAt + i),
                            FloatVector.fromArray(SPECIES, bias, biasAt + i))
                    .intoArray(y, yAt + i);
        for (int i = whole; i < count; i++)
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
        int whole = SPECIES.loopBound(count);
        FloatVector sumsU = FloatVector.zero(SPECIES), sumsNU = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector n = FloatVector.fromArray(SPECIES, x, xAt + i).sub(mean).mul(inverse),
                    dy = FloatVector.fromArray(SPECIES, dY, dYAt + i);
            FloatVector u = FloatVector.fromArray(SPECIES, gain, gainAt + i).mul(dy);
            sumsU = sumsU.add(u);
            sumsNU = n.fma(u, sumsNU);
            n.fma(dy, FloatVector.fromArray(SPECIES, dGain, dGainAt + i)).intoArray(dGain, dGainAt + i);
            FloatVector.fromArray(SPECIES, dBias, dBiasAt + i).add(dy).intoArray(dBias, dBiasAt + i);
        }
        sumsU.intoArray(workspace.lanes, 0);
        float sumU = sum(workspace.lanes);
        sumsNU.intoArray(workspace.lanes, 0);
        float sumNU = sum(workspace.lanes);
        for (int i = whole; i < count; i++) {
            float n = (x[xAt + i] - mean) * inverse, dy = dY[dYAt + i], u = gain[gainAt + i] * dy;
            sumU += u;
            sumNU += n * u;
            dGain[dGainAt + i] += n * dy;
            dBias[dBiasAt + i] += dy;
        }
        float meanU = sumU / count, meanNU = sumNU / count;
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector n = FloatVector.fromArray(SPECIES, x, xAt + i).sub(mean).mul(inverse);
            FloatVector u =
                    FloatVector.fromArray(SPECIES, gain, gainAt + i).mul(FloatVector.fromArray(SPECIES, dY, dYAt + i));
            u.sub(meanU)
                    .sub(n.mul(meanNU))
                    .mul(inverse)
                    .add(FloatVector.fromArray(SPECIES, dX, dXAt + i))
                    .intoArray(dX, dXAt + i);
        }
        for (int i = whole; i < count; i++) {
            float n = (x[xAt + i] - mean) * inverse, u = gain[gainAt + i] * dY[dYAt + i];
            dX[dXAt + i] += (u - meanU - n * meanNU) * inverse;
        }
    }

    @Override
    public void rms(float[] x, int xAt, float inverse, float[] gain, int gainAt, float[] y, int yAt, int count) {
        int whole = SPECIES.loopBound(count);
        for (int i = 0; i < whole; i += LENGTH)
            FloatVector.fromArray(SPECIES, x, xAt + i)
                    .mul(inverse)
                    .mul(FloatVector.fromArray(SPECIES, gain, gainAt + i))
                    .intoArray(y, yAt + i);
        for (int i = whole; i < count; i++) y[yAt + i] = x[xAt + i] * inverse * gain[gainAt + i];
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
        int whole = SPECIES.loopBound(count);
        FloatVector sumsNU = FloatVector.zero(SPECIES);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector n = FloatVector.fromArray(SPECIES, x, xAt + i).mul(inverse),
                    dy = FloatVector.fromArray(SPECIES, dY, dYAt + i);
            sumsNU = n.fma(FloatVector.fromArray(SPECIES, gain, gainAt + i).mul(dy), sumsNU);
            n.fma(dy, FloatVector.fromArray(SPECIES, dGain, dGainAt + i)).intoArray(dGain, dGainAt + i);
        }
        sumsNU.intoArray(workspace.lanes, 0);
        float sumNU = sum(workspace.lanes);
        for (int i = whole; i < count; i++) {
            float n = x[xAt + i] * inverse, dy = dY[dYAt + i];
            sumNU += n * gain[gainAt + i] * dy;
            dGain[dGainAt + i] += n * dy;
        }
        float meanNU = sumNU / count;
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector n = FloatVector.fromArray(SPECIES, x, xAt + i).mul(inverse);
            FloatVector.fromArray(SPECIES, gain, gainAt + i)
                    .mul(FloatVector.fromArray(SPECIES, dY, dYAt + i))
                    .sub(n.mul(meanNU))
                    .mul(inverse)
                    .add(FloatVector.fromArray(SPECIES, dX, dXAt + i))
                    .intoArray(dX, dXAt + i);
        }
        for (int i = whole; i < count; i++)
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
        int whole = SPECIES.loopBound(count);
        FloatVector sums = FloatVector.zero(SPECIES), one = FloatVector.broadcast(SPECIES, 1);
        for (int i = 0; i < whole; i += LENGTH) {
            FloatVector squashed = FloatVector.fromArray(SPECIES, t, tAt + i),
                    dy = FloatVector.fromArray(SPECIES, dY, dYAt + i);
            FloatVector u =
                    FloatVector.fromArray(SPECIES, gain, gainAt + i).mul(dy).mul(one.sub(squashed.mul(squashed)));
            sums = FloatVector.fromArray(SPECIES, x, xAt + i).fma(u, sums);
            u.mul(alpha).add(FloatVector.fromArray(SPECIES, dX, dXAt + i)).intoArray(dX, dXAt + i);
            squashed.fma(dy, FloatVector.fromArray(SPECIES, dGain, dGainAt + i)).intoArray(dGain, dGainAt + i);
            FloatVector.fromArray(SPECIES, dBias, dBiasAt + i).add(dy).intoArray(dBias, dBiasAt + i);
        }
        sums.intoArray(workspace.lanes, 0);
        float sum = sum(workspace.lanes);
        for (int i = whole; i < count; i++) {
            float squashed = t[tAt + i], dy = dY[dYAt + i];
            float u = gain[gainAt + i] * dy * (1 - squashed * squashed);
            sum += x[xAt + i] * u;
            dX[dXAt + i] += alpha * u;
            dGain[dGainAt + i] += squashed * dy;
            dBias[dBiasAt + i] += dy;
        }
        return sum;
    }

    /** Copies a row, fills it up to whole vectors with minus infinity, and returns its largest number. */
    private static float copyPadded(float[] source, int at, int count, float[] row) {
        System.arraycopy(source, at, row, 0, count);
        Arrays.fill(row, count, count + LENGTH, Float.NEGATIVE_INFINITY);
        FloatVector top = FloatVector.fromArray(SPECIES, row, 0);
        for (int i = LENGTH; i < count; i += LENGTH) top = top.max(FloatVector.fromArray(SPECIES, row, i));
        return top.reduceLanes(VectorOperators.MAX);
    }

    /** {@code row = exp(row - top)}; returns the sum. */
    private static float exponentials(float[] row, int count, float top, float[] lanes) {
        FloatVector sums = FloatVector.zero(SPECIES);
        for (int i = 0; i < count; i += LENGTH) {
            FloatVector e = VectorExp.exp(FloatVector.fromArray(SPECIES, row, i).sub(top));
            e.intoArray(row, i);
            sums = sums.add(e);
        }
        sums.intoArray(lanes, 0);
        return sum(lanes);
    }

    /**
     * The sum of the lanes that the caller has stored, in four strands. The store stands at the caller's, so that no vector
     * becomes an object.
     */
    private static float sum(float[] lanes) {
        float a = 0, b = 0, c = 0, d = 0;
        int i = 0;
        for (; i + 3 < LENGTH; i += 4) {
            a += lanes[i];
            b += lanes[i + 1];
            c += lanes[i + 2];
            d += lanes[i + 3];
        }
        for (; i < LENGTH; i++) a += lanes[i];
        return (a + b) + (c + d);
    }
}
