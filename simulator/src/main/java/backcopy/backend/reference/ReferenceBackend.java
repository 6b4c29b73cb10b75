package backcopy.backend.reference;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.backend.Nonlinearity;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.backend.UpdateRule;
import java.util.Arrays;
import java.util.function.IntFunction;

/** The definition of every operation, in double. */
public final class ReferenceBackend implements Backend {
    @Override
    public String name() {
        return "reference";
    }

    @Override
    public String description() {
        return "reference, double, plain loops";
    }

    @Override
    public int vectorBits() {
        return 64;
    }

    @Override
    public int bytesPerNumber() {
        return Double.BYTES;
    }

    @Override
    public int rowsPerSlice(int rows) {
        return Math.max(64, Math.min(rows / 4, 256));
    }

    @Override
    public Buffer allocate(int size) {
        return new DoubleBuffer(new double[size], 0, size);
    }

    @Override
    public void write(double[] source, Buffer target) {
        DoubleBuffer t = of(target);
        requireSize(source.length, t.size());
        System.arraycopy(source, 0, t.array(), t.offset(), t.size());
    }

    @Override
    public void read(Buffer source, double[] target) {
        DoubleBuffer s = of(source);
        requireSize(target.length, s.size());
        System.arraycopy(s.array(), s.offset(), target, 0, s.size());
    }

    @Override
    public void fill(Buffer target, double value) {
        DoubleBuffer t = of(target);
        Arrays.fill(t.array(), t.offset(), t.offset() + t.size(), value);
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        DoubleBuffer s = of(source), t = of(target);
        requireSize(s.size(), t.size());
        System.arraycopy(s.array(), s.offset(), t.array(), t.offset(), t.size());
    }

    @Override
    public void add(Buffer source, Buffer target) {
        DoubleBuffer s = of(source), t = of(target);
        requireSize(s.size(), t.size());
        for (int i = 0; i < t.size(); i++) t.add(i, s.get(i));
    }

    @Override
    public void scale(Buffer target, double factor) {
        DoubleBuffer t = of(target);
        for (int i = 0; i < t.size(); i++) t.set(i, t.get(i) * factor);
    }

    @Override
    public double sumOfSquares(Buffer source) {
        DoubleBuffer s = of(source);
        double sum = 0;
        for (int i = 0; i < s.size(); i++) sum += s.get(i) * s.get(i);
        return sum;
    }

    @Override
    public int firstNonFinite(Buffer source) {
        DoubleBuffer s = of(source);
        for (int i = 0; i < s.size(); i++) if (!Double.isFinite(s.get(i))) return i;
        return -1;
    }

    @Override
    public Matrix matrix(Buffer weight, int out, int in) {
        requireSize(weight.size(), out * in);
        return new ReferenceMatrix(of(weight), out, in);
    }

    @Override
    public void pack(Matrix matrix) {}

    @Override
    public void linear(Buffer x, Matrix w, Buffer y, int rows, boolean add) {
        DoubleBuffer xs = of(x), ys = of(y);
        ReferenceMatrix m = (ReferenceMatrix) w;
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < m.out(); o++) {
                double sum = 0;
                for (int i = 0; i < m.in(); i++) sum += xs.get(r * m.in() + i) * m.get(o, i);
                put(ys, r * m.out() + o, sum, add);
            }
    }

    @Override
    public void linearBackwardInput(Buffer dY, Matrix w, Buffer dX, int rows, boolean add) {
        DoubleBuffer dYs = of(dY), dXs = of(dX);
        ReferenceMatrix m = (ReferenceMatrix) w;
        if (!add) fill(dX.view(0, rows * m.in()), 0);
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < m.out(); o++) {
                double dy = dYs.get(r * m.out() + o);
                for (int i = 0; i < m.in(); i++) dXs.add(r * m.in() + i, dy * m.get(o, i));
            }
    }

    @Override
    public void linearBackwardWeight(Buffer dY, Buffer x, Buffer dW, int rows, int out, int in, boolean add) {
        DoubleBuffer dYs = of(dY), xs = of(x), dWs = of(dW);
        if (!add) fill(dWs.view(0, out * in), 0);
        for (int r = 0; r < rows; r++)
            for (int o = 0; o < out; o++) {
                double dy = dYs.get(r * out + o);
                for (int i = 0; i < in; i++) dWs.add(o * in + i, dy * xs.get(r * in + i));
            }
    }

    @Override
    public void embed(
            int[] tokens, Buffer tokenTable, Buffer positionTable, Buffer h, int sequences, int length, int width) {
        DoubleBuffer token = of(tokenTable), position = of(positionTable), hs = of(h);
        for (int r = 0; r < sequences * length; r++)
            for (int c = 0; c < width; c++)
                hs.set(r * width + c, token.get(tokens[r] * width + c) + position.get(r % length * width + c));
    }

    @Override
    public void embedBackward(
            int[] tokens, Buffer dH, Buffer dTokenTable, Buffer dPositionTable, int sequences, int length, int width) {
        DoubleBuffer dHs = of(dH), dToken = of(dTokenTable), dPosition = of(dPositionTable);
        for (int r = 0; r < sequences * length; r++)
            for (int c = 0; c < width; c++) {
                dToken.add(tokens[r] * width + c, dHs.get(r * width + c));
                dPosition.add(r % length * width + c, dHs.get(r * width + c));
            }
    }

    @Override
    public void layerNorm(
            Buffer x,
            Buffer gain,
            Buffer bias,
            double epsilon,
            Buffer y,
            Buffer mean,
            Buffer inverse,
            int rows,
            int width) {
        DoubleBuffer xs = of(x), g = of(gain), b = of(bias), ys = of(y);
        for (int r = 0; r < rows; r++) {
            double mu = 0, variance = 0;
            for (int c = 0; c < width; c++) mu += xs.get(r * width + c) / width;
            for (int c = 0; c < width; c++) variance += Math.pow(xs.get(r * width + c) - mu, 2) / width;
            double inv = 1 / Math.sqrt(variance + epsilon);
            for (int c = 0; c < width; c++)
                ys.set(r * width + c, g.get(c) * (xs.get(r * width + c) - mu) * inv + b.get(c));
            of(mean).set(r, mu);
            of(inverse).set(r, inv);
        }
    }

    /**
     * With {@code n = (x - mean) inverse} and {@code u = gain dY}:
     * {@code dX = inverse (u - mean(u) - n mean(n u))}, {@code dGain = sum n dY}, {@code dBias = sum dY}.
     */
    @Override
    public void layerNormBackward(
            Buffer x,
            Buffer gain,
            Buffer mean,
            Buffer inverse,
            Buffer dY,
            Buffer dX,
            Buffer dGain,
            Buffer dBias,
            int rows,
            int width) {
        DoubleBuffer xs = of(x), g = of(gain), dYs = of(dY), dXs = of(dX);
        for (int r = 0; r < rows; r++) {
            double mu = of(mean).get(r), inv = of(inverse).get(r), meanU = 0, meanNU = 0;
            for (int c = 0; c < width; c++) {
                double n = (xs.get(r * width + c) - mu) * inv, u = g.get(c) * dYs.get(r * width + c);
                meanU += u / width;
                meanNU += n * u / width;
            }
            for (int c = 0; c < width; c++) {
                double dy = dYs.get(r * width + c), n = (xs.get(r * width + c) - mu) * inv;
                dXs.add(r * width + c, inv * (g.get(c) * dy - meanU - n * meanNU));
                of(dGain).add(c, n * dy);
                of(dBias).add(c, dy);
            }
        }
    }

    @Override
    public void rmsNorm(Buffer x, Buffer gain, double epsilon, Buffer y, Buffer inverse, int rows, int width) {
        DoubleBuffer xs = of(x), g = of(gain), ys = of(y);
        for (int r = 0; r < rows; r++) {
            double square = 0;
            for (int c = 0; c < width; c++) square += Math.pow(xs.get(r * width + c), 2) / width;
            double inv = 1 / Math.sqrt(square + epsilon);
            for (int c = 0; c < width; c++) ys.set(r * width + c, g.get(c) * xs.get(r * width + c) * inv);
            of(inverse).set(r, inv);
        }
    }

    /**
     * With {@code n = x inverse} and {@code u = gain dY}: {@code dX = inverse (u - n mean(n u))}, {@code dGain = sum n dY}.
     */
    @Override
    public void rmsNormBackward(
            Buffer x, Buffer gain, Buffer inverse, Buffer dY, Buffer dX, Buffer dGain, int rows, int width) {
        DoubleBuffer xs = of(x), g = of(gain), dYs = of(dY), dXs = of(dX);
        for (int r = 0; r < rows; r++) {
            double inv = of(inverse).get(r), meanNU = 0;
            for (int c = 0; c < width; c++)
                meanNU += xs.get(r * width + c) * inv * g.get(c) * dYs.get(r * width + c) / width;
            for (int c = 0; c < width; c++) {
                double dy = dYs.get(r * width + c), n = xs.get(r * width + c) * inv;
                dXs.add(r * width + c, inv * (g.get(c) * dy - n * meanNU));
                of(dGain).add(c, n * dy);
            }
        }
    }

    @Override
    public void dynamicTanh(
            Buffer x, Buffer alpha, Buffer gain, Buffer bias, Buffer squashed, Buffer y, int rows, int width) {
        DoubleBuffer xs = of(x), g = of(gain), b = of(bias), ts = of(squashed), ys = of(y);
        for (int i = 0; i < rows * width; i++) {
            ts.set(i, Math.tanh(of(alpha).get(0) * xs.get(i)));
            ys.set(i, g.get(i % width) * ts.get(i) + b.get(i % width));
        }
    }

    /**
     * With t the tanh and {@code u = gain dY (1 - t²)}: {@code dX = alpha u}, {@code dAlpha = sum x u}, {@code dGain = sum t dY},
     * {@code dBias = sum dY}.
     */
    @Override
    public void dynamicTanhBackward(
            Buffer x,
            Buffer alpha,
            Buffer gain,
            Buffer squashed,
            Buffer dY,
            Buffer dX,
            Buffer dAlpha,
            Buffer dGain,
            Buffer dBias,
            int rows,
            int width) {
        DoubleBuffer xs = of(x), g = of(gain), ts = of(squashed), dYs = of(dY), dXs = of(dX);
        for (int i = 0; i < rows * width; i++) {
            double t = ts.get(i), dy = dYs.get(i), u = g.get(i % width) * dy * (1 - t * t);
            dXs.add(i, of(alpha).get(0) * u);
            of(dAlpha).add(0, xs.get(i) * u);
            of(dGain).add(i % width, t * dy);
            of(dBias).add(i % width, dy);
        }
    }

    @Override
    public void multiply(Buffer x, Buffer y, Buffer product) {
        DoubleBuffer xs = of(x), ys = of(y), ps = of(product);
        for (int i = 0; i < ps.size(); i++) ps.set(i, xs.get(i) * ys.get(i));
    }

    @Override
    public void nonlinear(Nonlinearity f, Buffer x, Buffer y) {
        DoubleBuffer xs = of(x), ys = of(y);
        for (int i = 0; i < ys.size(); i++) ys.set(i, f.value(xs.get(i)));
    }

    @Override
    public void nonlinearBackward(Nonlinearity f, Buffer x, Buffer dY, Buffer dX) {
        DoubleBuffer xs = of(x), dYs = of(dY), dXs = of(dX);
        for (int i = 0; i < dXs.size(); i++) dXs.set(i, f.derivative(xs.get(i)) * dYs.get(i));
    }

    @Override
    public void relu(Buffer x, Buffer y) {
        DoubleBuffer xs = of(x), ys = of(y);
        for (int i = 0; i < ys.size(); i++) ys.set(i, Math.max(xs.get(i), 0));
    }

    @Override
    public void reluBackward(Buffer y, Buffer dY, Buffer dX) {
        DoubleBuffer ys = of(y), dYs = of(dY), dXs = of(dX);
        for (int i = 0; i < dXs.size(); i++) dXs.set(i, ys.get(i) > 0 ? dYs.get(i) : 0);
    }

    @Override
    public void elu(Buffer x, Buffer y) {
        DoubleBuffer xs = of(x), ys = of(y);
        for (int i = 0; i < ys.size(); i++) ys.set(i, xs.get(i) > 0 ? xs.get(i) + 1 : Math.exp(xs.get(i)));
    }

    @Override
    public void eluBackward(Buffer y, Buffer dY, Buffer dX) {
        DoubleBuffer ys = of(y), dYs = of(dY), dXs = of(dX);
        for (int i = 0; i < dXs.size(); i++) dXs.set(i, Math.min(ys.get(i), 1) * dYs.get(i));
    }

    @Override
    public void gate(Buffer x, Buffer gates, Buffer y, int rows, int groups, int groupWidth) {
        DoubleBuffer xs = of(x), gs = of(gates), ys = of(y);
        for (int g = 0; g < rows * groups; g++) {
            gs.set(g, 1 / (1 + Math.exp(-gs.get(g))));
            for (int i = g * groupWidth; i < (g + 1) * groupWidth; i++) ys.set(i, gs.get(g) * xs.get(i));
        }
    }

    @Override
    public void gateBackward(Buffer x, Buffer gates, Buffer dX, Buffer dLogits, int rows, int groups, int groupWidth) {
        DoubleBuffer xs = of(x), gs = of(gates), dXs = of(dX);
        for (int g = 0; g < rows * groups; g++) {
            double gate = gs.get(g), sum = 0;
            for (int i = g * groupWidth; i < (g + 1) * groupWidth; i++) {
                sum += xs.get(i) * dXs.get(i);
                dXs.set(i, gate * dXs.get(i));
            }
            of(dLogits).set(g, gate * (1 - gate) * sum);
        }
    }

    @Override
    public void scores(Buffer q, Buffer k, Buffer scores, AttentionShape shape) {
        DoubleBuffer qs = of(q), ks = of(k), ss = of(scores);
        forEachQuery(shape, (s, h, i, row) -> {
            for (int j = 0; j < shape.length(); j++) {
                double dot = 0;
                if (shape.sees(h, i, j))
                    for (int c = 0; c < shape.headWidth(); c++)
                        dot += qs.get(at(shape, s, i, h) + c) * ks.get(at(shape, s, j, h) + c);
                ss.set(row + j, dot * shape.scale());
            }
        });
    }

    @Override
    public void scoresBackward(Buffer dScores, Buffer q, Buffer k, Buffer dQ, Buffer dK, AttentionShape shape) {
        DoubleBuffer dSs = of(dScores), qs = of(q), ks = of(k), dQs = of(dQ), dKs = of(dK);
        fill(dQ, 0);
        fill(dK, 0);
        forEachQuery(shape, (s, h, i, row) -> {
            for (int j = 0; j < shape.length(); j++)
                for (int c = 0; c < shape.headWidth() && shape.sees(h, i, j); c++) {
                    double dDot = dSs.get(row + j) * shape.scale();
                    dQs.add(at(shape, s, i, h) + c, dDot * ks.get(at(shape, s, j, h) + c));
                    dKs.add(at(shape, s, j, h) + c, dDot * qs.get(at(shape, s, i, h) + c));
                }
        });
    }

    @Override
    public void scoresByDistance(Buffer bias, Buffer scores, AttentionShape shape) {
        DoubleBuffer bs = of(bias), ss = of(scores);
        int kept = shape.mask().kept(), distances = shape.length() - kept;
        forEachQuery(shape, (s, h, i, row) -> {
            for (int j = kept; i >= kept && j < shape.length(); j++)
                if (shape.sees(h, i, j)) ss.add(row + j, bs.get(h * distances + Math.max(i - j, 0)));
        });
    }

    @Override
    public void scoresByDistanceBackward(Buffer dScores, Buffer dBias, AttentionShape shape) {
        DoubleBuffer dSs = of(dScores), dBs = of(dBias);
        int kept = shape.mask().kept(), distances = shape.length() - kept;
        fill(dBias, 0);
        forEachQuery(shape, (s, h, i, row) -> {
            for (int j = kept; i >= kept && j < shape.length(); j++)
                if (shape.sees(h, i, j)) dBs.add(h * distances + Math.max(i - j, 0), dSs.get(row + j));
        });
    }

    @Override
    public void rotate(Buffer cosines, Buffer sines, Buffer x, AttentionShape shape, boolean back) {
        DoubleBuffer cos = of(cosines), sin = of(sines), xs = of(x);
        int half = shape.headWidth() / 2;
        for (int s = 0; s < shape.sequences(); s++)
            for (int t = 0; t < shape.length(); t++)
                for (int h = 0; h < shape.heads(); h++)
                    for (int c = 0; c < half; c++) {
                        int first = at(shape, s, t, h) + c, second = first + half;
                        double a = xs.get(first), b = xs.get(second);
                        double cosine = cos.get(t * half + c), sine = (back ? -1 : 1) * sin.get(t * half + c);
                        xs.set(first, a * cosine - b * sine);
                        xs.set(second, a * sine + b * cosine);
                    }
    }

    @Override
    public void pattern(RowRule rule, Buffer scores, Buffer pattern, AttentionShape shape) {
        pattern(head -> rule, of(scores), of(pattern), shape);
    }

    @Override
    public void pattern(TrainedRule rule, Buffer trained, Buffer scores, Buffer pattern, AttentionShape shape) {
        pattern(head -> rule.at(of(trained).get(head)), of(scores), of(pattern), shape);
    }

    private static void pattern(
            IntFunction<RowRule> ruleOf, DoubleBuffer scores, DoubleBuffer pattern, AttentionShape shape) {
        double[] scoreRow = new double[shape.length()], patternRow = new double[shape.length()];
        forEachQuery(shape, (s, h, i, row) -> {
            int visible = get(scores, row, shape, h, i, scoreRow);
            ruleOf.apply(h).row(scoreRow, 0, visible, patternRow);
            put(pattern, row, shape, h, i, patternRow);
        });
    }

    @Override
    public void patternBackward(
            RowRule rule, Buffer scores, Buffer pattern, Buffer dPattern, Buffer dScores, AttentionShape shape) {
        DoubleBuffer ss = of(scores), ps = of(pattern), dPs = of(dPattern), dSs = of(dScores);
        patternBackward(head -> rule, ss, ps, dPs, dSs, null, shape);
    }

    @Override
    public void patternBackward(
            TrainedRule rule,
            Buffer trained,
            Buffer scores,
            Buffer pattern,
            Buffer dPattern,
            Buffer dScores,
            Buffer dTrained,
            AttentionShape shape) {
        DoubleBuffer ss = of(scores), ps = of(pattern), dPs = of(dPattern), dSs = of(dScores);
        patternBackward(head -> rule.at(of(trained).get(head)), ss, ps, dPs, dSs, of(dTrained), shape);
    }

    /** @param dTrained null unless the rules are trained */
    private static void patternBackward(
            IntFunction<RowRule> ruleOf,
            DoubleBuffer scores,
            DoubleBuffer pattern,
            DoubleBuffer dPattern,
            DoubleBuffer dScores,
            DoubleBuffer dTrained,
            AttentionShape shape) {
        int length = shape.length();
        double[] scoreRow = new double[length], patternRow = new double[length];
        double[] dPatternRow = new double[length], dScoreRow = new double[length];
        forEachQuery(shape, (s, h, i, row) -> {
            int visible = get(scores, row, shape, h, i, scoreRow);
            get(pattern, row, shape, h, i, patternRow);
            get(dPattern, row, shape, h, i, dPatternRow);
            RowRule rule = ruleOf.apply(h);
            rule.derivative(scoreRow, patternRow, dPatternRow, 0, visible, dScoreRow);
            if (rule instanceof TrainedRule trained && dTrained != null)
                dTrained.add(h, trained.trainedDerivative(scoreRow, patternRow, dPatternRow, 0, visible));
            put(dScores, row, shape, h, i, dScoreRow);
        });
    }

    @Override
    public void difference(Buffer vectors, double start, Buffer patterns, Buffer pattern, AttentionShape maps) {
        DoubleBuffer pairs = of(patterns), difference = of(pattern);
        double lambda = exponential(of(vectors), 0) - exponential(of(vectors), 1) + start;
        int square = maps.length() * maps.length();
        for (int i = 0; i < difference.size(); i++) {
            int first = i + i / square * square;
            difference.set(i, pairs.get(first) - lambda * pairs.get(first + square));
        }
    }

    @Override
    public void differenceBackward(
            Buffer vectors,
            double start,
            Buffer patterns,
            Buffer dPattern,
            Buffer dPatterns,
            Buffer dVectors,
            AttentionShape maps) {
        DoubleBuffer v = of(vectors), dV = of(dVectors), pairs = of(patterns), dDifference = of(dPattern);
        double lambda = exponential(v, 0) - exponential(v, 1) + start, dLambda = 0;
        int square = maps.length() * maps.length(), numbers = v.size() / 4;
        for (int i = 0; i < dDifference.size(); i++) {
            int first = i + i / square * square;
            of(dPatterns).set(first, dDifference.get(i));
            of(dPatterns).set(first + square, -lambda * dDifference.get(i));
            dLambda -= dDifference.get(i) * pairs.get(first + square);
        }
        for (int pair = 0; pair < 2; pair++) {
            double dDot = (pair == 0 ? dLambda : -dLambda) * exponential(v, pair);
            for (int c = 0; c < numbers; c++) {
                int query = 2 * pair * numbers + c, key = query + numbers;
                dV.add(query, dDot * v.get(key));
                dV.add(key, dDot * v.get(query));
            }
        }
    }

    /** {@code exp(v_0 . v_1)}, or that of the second pair. */
    private static double exponential(DoubleBuffer vectors, int pair) {
        int numbers = vectors.size() / 4;
        double dot = 0;
        for (int c = 2 * pair * numbers; c < (2 * pair + 1) * numbers; c++)
            dot += vectors.get(c) * vectors.get(c + numbers);
        return Math.exp(dot);
    }

    @Override
    public void mix(Buffer pattern, Buffer v, Buffer mixed, AttentionShape shape) {
        DoubleBuffer ps = of(pattern), vs = of(v), ms = of(mixed);
        forEachQuery(shape, (s, h, i, row) -> {
            for (int c = 0; c < shape.headWidth(); c++) {
                double sum = 0;
                for (int j = 0; j < shape.length(); j++)
                    if (shape.sees(h, i, j)) sum += ps.get(row + j) * vs.get(at(shape, s, j, h) + c);
                ms.set(at(shape, s, i, h) + c, sum);
            }
        });
    }

    @Override
    public void mixBackward(Buffer dMixed, Buffer pattern, Buffer v, Buffer dPattern, Buffer dV, AttentionShape shape) {
        DoubleBuffer dMs = of(dMixed), ps = of(pattern), vs = of(v), dPs = of(dPattern), dVs = of(dV);
        fill(dV, 0);
        forEachQuery(shape, (s, h, i, row) -> {
            for (int j = 0; j < shape.length(); j++) {
                double dot = 0;
                if (shape.sees(h, i, j))
                    for (int c = 0; c < shape.headWidth(); c++) {
                        dot += dMs.get(at(shape, s, i, h) + c) * vs.get(at(shape, s, j, h) + c);
                        dVs.add(at(shape, s, j, h) + c, ps.get(row + j) * dMs.get(at(shape, s, i, h) + c));
                    }
                dPs.set(row + j, dot);
            }
        });
    }

    @Override
    public void crossEntropy(
            Buffer logits, int[] targets, Buffer losses, Buffer dLogits, double scale, int rows, int vocabulary) {
        DoubleBuffer ls = of(logits), dLs = of(dLogits);
        for (int r = 0; r < rows; r++) {
            int row = r * vocabulary;
            if (targets[r] < 0) {
                of(losses).set(r, 0);
                for (int v = 0; v < vocabulary; v++) dLs.set(row + v, 0);
                continue;
            }
            double top = Double.NEGATIVE_INFINITY, sum = 0, target = ls.get(row + targets[r]);
            for (int v = 0; v < vocabulary; v++) top = Math.max(top, ls.get(row + v));
            for (int v = 0; v < vocabulary; v++) sum += Math.exp(ls.get(row + v) - top);
            of(losses).set(r, top + Math.log(sum) - target);
            for (int v = 0; v < vocabulary; v++)
                dLs.set(row + v, scale * (Math.exp(ls.get(row + v) - top) / sum - (v == targets[r] ? 1 : 0)));
        }
    }

    /** With {@code z = log sum exp} and {@code p = softmax}: {@code dLogits += 2 weight scale z p}. */
    @Override
    public void zLoss(
            Buffer logits,
            int[] targets,
            Buffer losses,
            Buffer dLogits,
            double scale,
            double weight,
            int rows,
            int vocabulary) {
        DoubleBuffer ls = of(logits), dLs = of(dLogits);
        for (int r = 0; r < rows; r++) {
            if (targets[r] < 0) continue;
            double z = of(losses).get(r) + ls.get(r * vocabulary + targets[r]);
            for (int v = 0; v < vocabulary; v++)
                dLs.add(r * vocabulary + v, 2 * weight * scale * z * Math.exp(ls.get(r * vocabulary + v) - z));
        }
    }

    @Override
    public void decorrelate(Buffer h, Buffer dH, double weight, int sequences, int skipped, int length, int width) {
        for (int s = 0; s < sequences; s++) {
            int first = (s * (skipped + length) + skipped) * width;
            for (int t = 1; t < length; t++) decorrelate(of(h), of(dH), first, first + t * width, weight, width);
        }
    }

    private static void decorrelate(DoubleBuffer h, DoubleBuffer dH, int first, int at, double weight, int width) {
        double product = 0, own = 0, sink = 0;
        for (int c = 0; c < width; c++) {
            product += h.get(at + c) * h.get(first + c);
            own += h.get(at + c) * h.get(at + c);
            sink += h.get(first + c) * h.get(first + c);
        }
        if (own == 0 || sink == 0) return;
        double norms = Math.sqrt(own * sink), cosine = product / norms, factor = 2 * weight * cosine;
        for (int c = 0; c < width; c++) {
            dH.add(at + c, factor * (h.get(first + c) / norms - cosine * h.get(at + c) / own));
            dH.add(first + c, factor * (h.get(at + c) / norms - cosine * h.get(first + c) / sink));
        }
    }

    @Override
    public void update(UpdateRule rule, Buffer weights, Buffer gradients, Buffer[] moments, long step) {
        DoubleBuffer ws = of(weights), gs = of(gradients);
        double[] state = new double[1 + moments.length];
        for (int i = 0; i < ws.size(); i++) {
            state[0] = ws.get(i);
            for (int m = 0; m < moments.length; m++)
                state[1 + m] = of(moments[m]).get(i);
            rule.update(state, gs.get(i), step);
            ws.set(i, state[0]);
            for (int m = 0; m < moments.length; m++) of(moments[m]).set(i, state[1 + m]);
        }
    }

    @Override
    public void close() {}

    /** What is done for the query at position {@code i}; {@code row} is where its row of pairs starts. */
    private interface QueryAction {
        void run(int sequence, int head, int i, int row);
    }

    private static void forEachQuery(AttentionShape shape, QueryAction action) {
        int row = 0;
        for (int s = 0; s < shape.sequences(); s++)
            for (int h = 0; h < shape.heads(); h++)
                for (int i = 0; i < shape.length(); i++, row += shape.length()) action.run(s, h, i, row);
    }

    /** Where the head's part of a position starts in queries, keys and values. */
    private static int at(AttentionShape shape, int sequence, int position, int head) {
        return (sequence * shape.length() + position) * shape.width() + head * shape.headWidth();
    }

    /** What a query sees of a row, side by side; returns how many that are. */
    private static int get(DoubleBuffer source, int row, AttentionShape shape, int head, int query, double[] target) {
        int count = 0;
        for (int j = 0; j < shape.length(); j++) if (shape.sees(head, query, j)) target[count++] = source.get(row + j);
        return count;
    }

    /** The way back of {@link #get}, and zeros where a query does not see. */
    private static void put(DoubleBuffer target, int row, AttentionShape shape, int head, int query, double[] source) {
        int count = 0;
        for (int j = 0; j < shape.length(); j++) target.set(row + j, shape.sees(head, query, j) ? source[count++] : 0);
    }

    private static void put(DoubleBuffer target, int i, double value, boolean add) {
        target.set(i, add ? target.get(i) + value : value);
    }

    private static DoubleBuffer of(Buffer buffer) {
        return (DoubleBuffer) buffer;
    }

    private static void requireSize(int size, int expected) {
        if (size != expected)
            throw new IllegalArgumentException("size " + size + " where " + expected + " was expected");
    }
}
