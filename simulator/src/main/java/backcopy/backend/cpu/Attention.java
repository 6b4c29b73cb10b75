package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import backcopy.backend.cpu.Matmul.Part;
import java.util.Arrays;

/**
 * The matrix products of attention, one sequence and head at a time: a head's queries, keys and values are strided parts of
 * {@code [sequences, length, width]}, its scores and pattern one square. Unless the mask looks ahead, the half of a square
 * behind the diagonal is skipped in steps of tiles. What a query does not see is set to zero where it is a result; where a
 * pattern or its gradient is read, it must be zero, as the operations here leave it.
 */
final class Attention {
    private final Matmul matmul;
    private final Panels panels;

    Attention(Matmul matmul, Panels panels) {
        this.matmul = matmul;
        this.panels = panels;
    }

    /** {@code scores = scale q kᵀ} where a query sees a key, 0 elsewhere. */
    void scores(CpuBuffer q, CpuBuffer k, CpuBuffer scores, AttentionShape shape, Workspace workspace) {
        for (int head = 0; head < shape.sequences() * shape.heads(); head++)
            seen((float) shape.scale(), q, k, head, scores.array(), square(scores, shape, head), shape, workspace);
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

    /** {@code dPattern = dMixed vᵀ} where a query sees a key, 0 elsewhere; {@code dV = patternᵀ dMixed}. */
    void mixBackward(
            CpuBuffer dMixed,
            CpuBuffer pattern,
            CpuBuffer v,
            CpuBuffer dPattern,
            CpuBuffer dV,
            AttentionShape shape,
            Workspace workspace) {
        for (int head = 0; head < shape.sequences() * shape.heads(); head++) {
            seen(1, dMixed, v, head, dPattern.array(), square(dPattern, shape, head), shape, workspace);
            mixedBack(1, pattern.array(), square(pattern, shape, head), dMixed, head, dV, shape, workspace);
        }
    }

    /** {@code square = factor x yᵀ} where a query sees a key, 0 elsewhere; x and y {@code [length, headWidth]} of a head. */
    private void seen(
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
        Part part = shape.looksAhead() ? Part.ALL : Part.RESULT_BELOW_DIAGONAL;
        Product product = workspace
                .product
                .of(part, length, headWidth, length, false)
                .a(x.array(), head(x, shape, head), width, 1)
                .c(square, squareAt, length);
        matmul.multiply(product, packed, workspace);
        int kept = shape.mask().kept();
        for (int i = 0, row = squareAt; i < length; i++, row += length) {
            int first = shape.first(head % shape.heads(), i);
            if (first > kept) Arrays.fill(square, row + kept, row + first, 0);
            Arrays.fill(square, row + shape.end(i), row + length, 0);
        }
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
        workspace.product.a(square, squareAt, shape.length(), 1);
        product(Part.STEPS_TO_ROW, factor, x, head, y, shape, workspace);
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
        workspace.product.a(square, squareAt, 1, shape.length());
        product(Part.STEPS_FROM_ROW, factor, x, head, y, shape, workspace);
    }

    /** The workspace's product already has its A. */
    private void product(
            Part part, float factor, CpuBuffer x, int head, CpuBuffer y, AttentionShape shape, Workspace workspace) {
        int length = shape.length(), width = shape.width();
        Product product = workspace
                .product
                .of(shape.looksAhead() ? Part.ALL : part, length, length, shape.headWidth(), false)
                .c(y.array(), head(y, shape, head), width);
        matmul.multiplyOnce(product, factor, x.array(), head(x, shape, head), width, workspace);
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
}
