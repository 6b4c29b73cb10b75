package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import backcopy.backend.ElementwiseRule;
import backcopy.backend.ElementwiseRule.Normalizer;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import java.util.Arrays;

/**
 * From scores to patterns and back, row by row: by the twin of a rule's name or function where there is one here, else by the
 * rule's definition in double. A row is the keys that its query sees; where they do not lie side by side, a copy of them.
 */
final class Patterns {
    private final RowKernel rows;
    private final SpanKernel spans;

    Patterns(RowKernel rows, SpanKernel spans) {
        this.rows = rows;
        this.spans = spans;
    }

    /** @param trained {@code [heads]} where the rule is trained, else null */
    void pattern(
            RowRule rule,
            CpuBuffer trained,
            CpuBuffer scores,
            CpuBuffer pattern,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length(), kept = shape.mask().kept();
        RowRule own = rule;
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int head = row / length % shape.heads(), query = row % length;
            int first = shape.first(head, query), end = shape.end(query);
            int scoresAt = scores.offset() + row * length, patternAt = pattern.offset() + row * length;
            if (trained != null && query == 0) own = at(rule, trained, head);
            if (first > kept && kept > 0) {
                float[] scoreRow = workspace.gathered(0, length), patternRow = workspace.gathered(1, length);
                int count = gather(scores.array(), scoresAt, kept, first, end, scoreRow);
                row(own, scoreRow, 0, patternRow, 0, count, workspace);
                scatter(patternRow, pattern.array(), patternAt, kept, first, end);
            } else {
                row(own, scores.array(), scoresAt + first, pattern.array(), patternAt + first, end - first, workspace);
                Arrays.fill(pattern.array(), patternAt, patternAt + first, 0);
            }
            Arrays.fill(pattern.array(), patternAt + end, patternAt + length, 0);
        }
    }

    /**
     * @param trained as in {@link #pattern}
     * @param dTrained {@code [heads]}, added to, where the rule is trained
     */
    void patternBackward(
            RowRule rule,
            CpuBuffer trained,
            CpuBuffer scores,
            CpuBuffer pattern,
            CpuBuffer dPattern,
            CpuBuffer dScores,
            CpuBuffer dTrained,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length(), kept = shape.mask().kept();
        RowRule own = rule;
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int head = row / length % shape.heads(), query = row % length;
            int first = shape.first(head, query), end = shape.end(query), from = row * length;
            int scoresAt = scores.offset() + from, patternAt = pattern.offset() + from;
            int dPatternAt = dPattern.offset() + from, dScoresAt = dScores.offset() + from;
            if (trained != null && query == 0) own = at(rule, trained, head);
            double dNumber;
            if (first > kept && kept > 0) {
                float[] scoreRow = workspace.gathered(0, length), patternRow = workspace.gathered(1, length);
                float[] dRow = workspace.gathered(2, length);
                int count = gather(scores.array(), scoresAt, kept, first, end, scoreRow);
                gather(pattern.array(), patternAt, kept, first, end, patternRow);
                gather(dPattern.array(), dPatternAt, kept, first, end, dRow);
                dNumber = rowBackward(own, scoreRow, 0, patternRow, 0, dRow, 0, dRow, 0, count, workspace);
                scatter(dRow, dScores.array(), dScoresAt, kept, first, end);
            } else {
                dNumber = rowBackward(
                        own,
                        scores.array(),
                        scoresAt + first,
                        pattern.array(),
                        patternAt + first,
                        dPattern.array(),
                        dPatternAt + first,
                        dScores.array(),
                        dScoresAt + first,
                        end - first,
                        workspace);
                Arrays.fill(dScores.array(), dScoresAt, dScoresAt + first, 0);
            }
            Arrays.fill(dScores.array(), dScoresAt + end, dScoresAt + length, 0);
            if (trained != null) dTrained.array()[dTrained.offset() + head] += (float) dNumber;
        }
    }

    private void row(
            RowRule rule,
            float[] scores,
            int scoresAt,
            float[] pattern,
            int patternAt,
            int count,
            Workspace workspace) {
        switch (twin(rule)) {
            case "softmax" -> rows.softmax(scores, scoresAt, pattern, patternAt, count, workspace);
            case "softmax-n" ->
                rows.softmaxBeside(
                        (float) Math.log(rule.number("n")), scores, scoresAt, pattern, patternAt, count, workspace);
            case "sink-score" ->
                rows.softmaxBeside(
                        (float) rule.number("score"), scores, scoresAt, pattern, patternAt, count, workspace);
            case "clipped-softmax" -> {
                rows.softmax(scores, scoresAt, pattern, patternAt, count, workspace);
                float gamma = (float) rule.number("gamma"), stretch = (float) (rule.number("zeta") - gamma);
                for (int i = patternAt; i < patternAt + count; i++)
                    pattern[i] = Math.min(Math.max(stretch * pattern[i] + gamma, 0), 1);
            }
            case "softpick" -> {
                float[] powers = workspace.values(count);
                double[] excess = workspace.doubles(count)[0];
                double sum = softpickSum(rule, scores, scoresAt, powers, excess, count);
                spans.positiveShares(sum, excess, pattern, patternAt, count);
            }
            case "relu" -> spans.relu(1f / count, scores, scoresAt, pattern, patternAt, count);
            case "sigmoid", "sigmoid-log-n", "elu" -> {
                ElementwiseRule elementwise = (ElementwiseRule) rule;
                values(elementwise, scores, scoresAt, pattern, patternAt, count);
                if (elementwise.normalizer() == Normalizer.NONE) return;
                double divisor = elementwise.normalizer().divisor(sum(pattern, patternAt, count));
                for (int i = patternAt; i < patternAt + count; i++) pattern[i] = (float) (pattern[i] / divisor);
            }
            default -> {
                double[][] rowOf = workspace.doubles(count);
                widen(scores, scoresAt, rowOf[0], count);
                rule.row(rowOf[0], 0, count, rowOf[1]);
                narrow(rowOf[1], pattern, patternAt, count);
            }
        }
    }

    /** @return the gradient of a trained rule's number, 0 of others */
    private double rowBackward(
            RowRule rule,
            float[] scores,
            int scoresAt,
            float[] pattern,
            int patternAt,
            float[] dPattern,
            int dPatternAt,
            float[] dScores,
            int dScoresAt,
            int count,
            Workspace workspace) {
        double dNumber = 0;
        switch (twin(rule)) {
            case "softmax", "softmax-n" ->
                rows.softmaxBackward(pattern, patternAt, dPattern, dPatternAt, dScores, dScoresAt, count, workspace);
            case "sink-score" -> {
                double share = besideShare(rule.number("score"), scores, scoresAt, pattern, patternAt, count);
                dNumber = -share * dot(pattern, patternAt, dPattern, dPatternAt, count);
                rows.softmaxBackward(pattern, patternAt, dPattern, dPatternAt, dScores, dScoresAt, count, workspace);
            }
            case "clipped-softmax" -> {
                float gamma = (float) rule.number("gamma"), stretch = (float) (rule.number("zeta") - gamma);
                float[] shares = workspace.values(count);
                rows.softmax(scores, scoresAt, shares, 0, count, workspace);
                for (int i = 0; i < count; i++) {
                    float value = stretch * shares[i] + gamma;
                    dScores[dScoresAt + i] = value >= 0 && value <= 1 ? stretch * dPattern[dPatternAt + i] : 0;
                }
                rows.softmaxBackward(shares, 0, dScores, dScoresAt, dScores, dScoresAt, count, workspace);
            }
            case "softpick" -> {
                float[] powers = workspace.values(count);
                double sum =
                        softpickSum(rule, scores, scoresAt, powers, workspace.doubles(count)[0], count);
                double mean = dot(pattern, patternAt, dPattern, dPatternAt, count);
                spans.softpickBackward(
                        sum, mean, scores, scoresAt, powers, dPattern, dPatternAt, dScores, dScoresAt, count);
            }
            case "relu" ->
                spans.reluBackward(1f / count, scores, scoresAt, dPattern, dPatternAt, dScores, dScoresAt, count);
            case "sigmoid", "sigmoid-log-n", "elu" -> {
                ElementwiseRule elementwise = (ElementwiseRule) rule;
                if (elementwise.normalizer() == Normalizer.NONE) {
                    slopes(elementwise, pattern, patternAt, dPattern, dPatternAt, dScores, dScoresAt, count);
                    return 0;
                }
                float[] values = workspace.values(count);
                values(elementwise, scores, scoresAt, values, 0, count);
                double sum = sum(values, 0, count),
                        divisor = elementwise.normalizer().divisor(sum);
                double shared =
                        elementwise.normalizer().slope(sum) * dot(pattern, patternAt, dPattern, dPatternAt, count);
                for (int i = 0; i < count; i++)
                    dScores[dScoresAt + i] = (float) ((dPattern[dPatternAt + i] - shared) / divisor);
                slopes(elementwise, values, 0, dScores, dScoresAt, dScores, dScoresAt, count);
            }
            default -> {
                double[][] rowOf = workspace.doubles(count);
                widen(scores, scoresAt, rowOf[0], count);
                widen(pattern, patternAt, rowOf[1], count);
                widen(dPattern, dPatternAt, rowOf[2], count);
                rule.derivative(rowOf[0], rowOf[1], rowOf[2], 0, count, rowOf[3]);
                if (rule instanceof TrainedRule trained)
                    dNumber = trained.trainedDerivative(rowOf[0], rowOf[1], rowOf[2], 0, count);
                narrow(rowOf[3], dScores, dScoresAt, count);
            }
        }
        return dNumber;
    }

    /** The function's name where kinds differ by what they divide by, else the kind's. */
    private static String twin(RowRule rule) {
        return rule instanceof ElementwiseRule elementwise ? elementwise.function() : rule.name();
    }

    private static RowRule at(RowRule rule, CpuBuffer trained, int head) {
        return ((TrainedRule) rule).at(trained.array()[trained.offset() + head]);
    }

    private void values(ElementwiseRule rule, float[] scores, int scoresAt, float[] values, int at, int count) {
        switch (rule.function()) {
            case "sigmoid" -> spans.sigmoid(0, scores, scoresAt, values, at, count);
            case "sigmoid-log-n" -> spans.sigmoid((float) -Math.log(count), scores, scoresAt, values, at, count);
            default -> spans.elu(scores, scoresAt, values, at, count);
        }
    }

    /** {@code dX = slope dY}, the slope by the function's value. */
    private void slopes(
            ElementwiseRule rule, float[] values, int at, float[] dY, int dYAt, float[] dX, int dXAt, int count) {
        if (rule.function().equals("elu")) spans.eluBackward(values, at, dY, dYAt, dX, dXAt, count);
        else spans.sigmoidBackward(values, at, dY, dYAt, dX, dXAt, count);
    }

    /**
     * What softpick divides by, in units of exp(top), with top the largest of 0 and the scores.
     *
     * @param powers overwritten with {@code exp(score - top)}
     * @param excess overwritten with {@code exp(score - top) - exp(-top)}
     */
    private double softpickSum(RowRule rule, float[] scores, int at, float[] powers, double[] excess, int count) {
        float top = spans.largest(scores, at, count);
        for (int i = 0; i < count; i++) powers[i] = scores[at + i] - top;
        spans.elu(powers, 0, powers, 0, count); // which is exp up to 0
        double unit = Math.exp(-top), sum = unit * rule.number("epsilon");
        spans.excess(unit, scores, at, powers, excess, count);
        for (int i = 0; i < count; i++) sum += Math.abs(excess[i]);
        return sum;
    }

    /** The share that softmax gives to a score beside the row's: {@code A_t exp(beside - s_t)}, t the largest score. */
    private static double besideShare(
            double beside, float[] scores, int scoresAt, float[] pattern, int patternAt, int count) {
        int top = 0;
        for (int i = 1; i < count; i++) if (scores[scoresAt + i] > scores[scoresAt + top]) top = i;
        double lead = beside - scores[scoresAt + top];
        return lead > 0 ? 1 - sum(pattern, patternAt, count) : pattern[patternAt + top] * Math.exp(lead);
    }

    /** In two strands, so that not every addition waits for the one before. */
    private static double sum(float[] x, int at, int count) {
        double even = 0, odd = 0;
        int i = at, end = at + count;
        for (; i + 1 < end; i += 2) {
            even += x[i];
            odd += x[i + 1];
        }
        return i < end ? even + odd + x[i] : even + odd;
    }

    private static double dot(float[] x, int xAt, float[] y, int yAt, int count) {
        double even = 0, odd = 0;
        int i = 0;
        for (; i + 1 < count; i += 2) {
            even += (double) x[xAt + i] * y[yAt + i];
            odd += (double) x[xAt + i + 1] * y[yAt + i + 1];
        }
        return i < count ? even + odd + (double) x[xAt + i] * y[yAt + i] : even + odd;
    }

    /** The first {@code kept} of a row and those from {@code first} to {@code end}, side by side; returns their number. */
    private static int gather(float[] row, int at, int kept, int first, int end, float[] target) {
        System.arraycopy(row, at, target, 0, kept);
        System.arraycopy(row, at + first, target, kept, end - first);
        return kept + end - first;
    }

    /** Back into the row, with zeros between. */
    private static void scatter(float[] source, float[] row, int at, int kept, int first, int end) {
        System.arraycopy(source, 0, row, at, kept);
        Arrays.fill(row, at + kept, at + first, 0);
        System.arraycopy(source, kept, row, at + first, end - first);
    }

    private static void widen(float[] source, int at, double[] target, int count) {
        for (int i = 0; i < count; i++) target[i] = source[at + i];
    }

    private static void narrow(double[] source, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) target[at + i] = (float) source[i];
    }
}
