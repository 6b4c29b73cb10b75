package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import backcopy.backend.RowRule;
import backcopy.backend.cpu.Matmul.Part;
import java.util.Arrays;

/**
 * The attention operations, one sequence and head at a time: a head's queries, keys and values are strided parts of
 * {@code [sequences, length, width]}, its scores and pattern one square. The half of a square behind the diagonal is skipped
 * in steps of tiles and set to zero where it is a result. Where a pattern or its gradient is read, that half must be zero, as
 * the operations here leave it.
 */
final class Attention {
    private final Matmul matmul;
    private final Panels panels;
    private final RowKernel rows;
    private final SpanKernel spans;

    Attention(Matmul matmul, Panels panels, RowKernel rows, SpanKernel spans) {
        this.matmul = matmul;
        this.panels = panels;
        this.rows = rows;
        this.spans = spans;
    }

    /** {@code scores = scale q kᵀ} on and below the diagonal, 0 behind it. */
    void scores(CpuBuffer q, CpuBuffer k, CpuBuffer scores, AttentionShape shape, Workspace workspace) {
        for (int head = 0; head < shape.sequences() * shape.heads(); head++)
            belowDiagonal(
                    (float) shape.scale(), q, k, head, scores.array(), square(scores, shape, head), shape, workspace);
    }

    /** {@code dQ = scale dScores k}, {@code dK = scale dScoresᵀ q}. */
    void scoresBackward(
            CpuBuffer dScores,
            CpuBuffer q,
            CpuBuffer k,
            CpuBuffer dQ,
            CpuBuffer dK,
            AttentionShape shape,
            Workspace workspace) {
        float scale = (float) shape.scale();
        for (int head = 0; head < shape.sequences() * shape.heads(); head++) {
            int square = square(dScores, shape, head);
            mixed(scale, dScores.array(), square, k, head, dQ, shape, workspace);
            mixedBack(scale, dScores.array(), square, q, head, dK, shape, workspace);
        }
    }

    /** {@code mixed = pattern v}. */
    void mix(CpuBuffer pattern, CpuBuffer v, CpuBuffer mixed, AttentionShape shape, Workspace workspace) {
        for (int head = 0; head < shape.sequences() * shape.heads(); head++)
            mixed(1, pattern.array(), square(pattern, shape, head), v, head, mixed, shape, workspace);
    }

    /** {@code dPattern = dMixed vᵀ} on and below the diagonal, 0 behind it; {@code dV = patternᵀ dMixed}. */
    void mixBackward(
            CpuBuffer dMixed,
            CpuBuffer pattern,
            CpuBuffer v,
            CpuBuffer dPattern,
            CpuBuffer dV,
            AttentionShape shape,
            Workspace workspace) {
        for (int head = 0; head < shape.sequences() * shape.heads(); head++) {
            belowDiagonal(1, dMixed, v, head, dPattern.array(), square(dPattern, shape, head), shape, workspace);
            mixedBack(1, pattern.array(), square(pattern, shape, head), dMixed, head, dV, shape, workspace);
        }
    }

    /** Every row through the rule: by its twin if there is one of its name, else by its definition. */
    void pattern(RowRule rule, CpuBuffer scores, CpuBuffer pattern, AttentionShape shape, Workspace workspace) {
        int length = shape.length();
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int visible = row % length + 1;
            int scoresAt = scores.offset() + row * length, patternAt = pattern.offset() + row * length;
            switch (rule.name()) {
                case "softmax" ->
                    rows.softmax(scores.array(), scoresAt, pattern.array(), patternAt, visible, workspace);
                case "relu" -> spans.relu(1f / visible, scores.array(), scoresAt, pattern.array(), patternAt, visible);
                default -> {
                    double[][] rowOf = workspace.doubles(length);
                    widen(scores.array(), scoresAt, rowOf[0], visible);
                    rule.row(rowOf[0], 0, visible, rowOf[1]);
                    narrow(rowOf[1], pattern.array(), patternAt, visible);
                }
            }
            Arrays.fill(pattern.array(), patternAt + visible, patternAt + length, 0);
        }
    }

    /** Way back of {@link #pattern}. */
    void patternBackward(
            RowRule rule,
            CpuBuffer scores,
            CpuBuffer pattern,
            CpuBuffer dPattern,
            CpuBuffer dScores,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length();
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int visible = row % length + 1, from = row * length;
            int scoresAt = scores.offset() + from, patternAt = pattern.offset() + from;
            int dPatternAt = dPattern.offset() + from, dScoresAt = dScores.offset() + from;
            switch (rule.name()) {
                case "softmax" ->
                    rows.softmaxBackward(
                            pattern.array(),
                            patternAt,
                            dPattern.array(),
                            dPatternAt,
                            dScores.array(),
                            dScoresAt,
                            visible,
                            workspace);
                case "relu" ->
                    spans.reluBackward(
                            1f / visible,
                            scores.array(),
                            scoresAt,
                            dPattern.array(),
                            dPatternAt,
                            dScores.array(),
                            dScoresAt,
                            visible);
                default -> {
                    double[][] rowOf = workspace.doubles(length);
                    widen(scores.array(), scoresAt, rowOf[0], visible);
                    widen(pattern.array(), patternAt, rowOf[1], visible);
                    widen(dPattern.array(), dPatternAt, rowOf[2], visible);
                    rule.derivative(rowOf[0], rowOf[1], rowOf[2], 0, visible, rowOf[3]);
                    narrow(rowOf[3], dScores.array(), dScoresAt, visible);
                }
            }
            Arrays.fill(dScores.array(), dScoresAt + visible, dScoresAt + length, 0);
        }
    }

    /** {@code square = factor x yᵀ} on and below the diagonal, 0 behind it; x and y {@code [length, headWidth]} of a head. */
    private void belowDiagonal(
            float factor,
            CpuBuffer x,
            CpuBuffer y,
            int head,
            float[] square,
            int squareAt,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length(), headWidth = shape.headWidth(), width = shape.width();
        CpuBuffer packed = workspace.panels(panels.size(headWidth, length));
        panels.packTransposed(factor, y.array(), head(y, shape, head), width, headWidth, length, packed);
        matmul.multiply(
                Part.RESULT_BELOW_DIAGONAL,
                x.array(),
                head(x, shape, head),
                width,
                1,
                packed,
                square,
                squareAt,
                length,
                length,
                headWidth,
                length,
                false,
                workspace);
        for (int i = 0, row = squareAt; i < length; i++, row += length)
            Arrays.fill(square, row + i + 1, row + length, 0);
    }

    /** {@code y = factor square x}. */
    private void mixed(
            float factor,
            float[] square,
            int squareAt,
            CpuBuffer x,
            int head,
            CpuBuffer y,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length();
        product(Part.STEPS_TO_ROW, factor, square, squareAt, length, 1, x, head, y, shape, workspace);
    }

    /** {@code y = factor squareᵀ x}. */
    private void mixedBack(
            float factor,
            float[] square,
            int squareAt,
            CpuBuffer x,
            int head,
            CpuBuffer y,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length();
        product(Part.STEPS_FROM_ROW, factor, square, squareAt, 1, length, x, head, y, shape, workspace);
    }

    private void product(
            Part part,
            float factor,
            float[] square,
            int squareAt,
            int squareRow,
            int squareStep,
            CpuBuffer x,
            int head,
            CpuBuffer y,
            AttentionShape shape,
            Workspace workspace) {
        int length = shape.length(), headWidth = shape.headWidth(), width = shape.width();
        matmul.multiplyOnce(
                part,
                square,
                squareAt,
                squareRow,
                squareStep,
                factor,
                x.array(),
                head(x, shape, head),
                width,
                y.array(),
                head(y, shape, head),
                width,
                length,
                length,
                headWidth,
                false,
                workspace);
    }

    /** Where a head of {@code [sequences, length, width]} starts; heads are numbered through all sequences. */
    private static int head(CpuBuffer x, AttentionShape shape, int head) {
        return x.offset()
                + head / shape.heads() * shape.length() * shape.width()
                + head % shape.heads() * shape.headWidth();
    }

    private static int square(CpuBuffer pairs, AttentionShape shape, int head) {
        return pairs.offset() + head * shape.length() * shape.length();
    }

    private static void widen(float[] source, int at, double[] target, int count) {
        for (int i = 0; i < count; i++) target[i] = source[at + i];
    }

    private static void narrow(double[] source, float[] target, int at, int count) {
        for (int i = 0; i < count; i++) target[at + i] = (float) source[i];
    }
}
