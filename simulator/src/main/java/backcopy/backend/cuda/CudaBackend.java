package backcopy.backend.cuda;

import backcopy.backend.AttentionShape;
import backcopy.backend.Buffer;
import backcopy.backend.Device;
import backcopy.backend.Matrix;
import backcopy.backend.Nonlinearity;
import backcopy.backend.RowRule;
import backcopy.backend.TokenPattern;
import backcopy.backend.TokenTable;
import backcopy.backend.TrainedRule;
import backcopy.backend.UpdateRule;
import backcopy.backend.cuda.CudaBlas.Operand;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUfunc_st;

/**
 * One NVIDIA GPU in float, a whole batch at a time. An operation is queued when it returns; {@link #read},
 * {@link #sumOfSquares} and {@link #firstNonFinite} wait for what was queued. The bits of a result depend on the numbers, the
 * sizes, the device and its libraries, never on what else is queued on the device.
 */
public final class CudaBackend implements Device {
    private static final int THREADS = 256;
    private static final int WARPS = THREADS / 32;
    /** Blocks of an operation on a span; each thread takes several numbers where they are more. */
    private static final int MOST_BLOCKS = 4096;
    /** Blocks of a sum in double: as many partial sums. */
    private static final int SUM_BLOCKS = 256;
    /** Rows of a partial sum over rows; those of tokens are fixed in their kernel. */
    private static final int ROWS_PER_CHUNK = 512;

    private static final int ROWS_PER_TOKEN_CHUNK = 1024;
    /** Lambda and two powers in double. */
    private static final int LAMBDA_NUMBERS = 6;

    private final CudaDevice device;
    private final CudaStream stream;
    private final CudaBlas blas;
    private final CudaAttention attention;
    private final Transfers transfers;
    private final KernelCompiler compiler;
    private final Kernels operations;
    private final Map<RowRule, Kernels> rows = new HashMap<>();
    private final Map<String, Kernels> updates = new HashMap<>();
    private final List<CudaRecording> recorded = new ArrayList<>();
    private final long failed;
    private final boolean tf32;
    private CudaBuffer workspace;
    private CudaRecording recording;

    /**
     * On the first GPU.
     *
     * @param tf32 whether matrix products may round their factors to ten bits, which is faster
     * @throws IllegalArgumentException when there is none that can be used, with the reason
     */
    public static CudaBackend open(boolean tf32) {
        String reason = CudaSearch.reason();
        if (reason != null) throw new IllegalArgumentException(reason);
        return new CudaBackend(tf32);
    }

    /** Which of the two has no kernel, in words; null where both have one. Looks at files alone. */
    public static String missingKernel(RowRule rule, UpdateRule optimizer) {
        try {
            KernelSource.of(rule);
            KernelSource.of(optimizer);
            return null;
        } catch (IllegalArgumentException e) {
            return e.getMessage();
        }
    }

    private CudaBackend(boolean tf32) {
        this.tf32 = tf32;
        device = new CudaDevice();
        stream = new CudaStream();
        blas = new CudaBlas(device, stream, tf32);
        attention = new CudaAttention(blas);
        transfers = new Transfers(this, device, stream);
        compiler = KernelCompiler.of(device);
        operations = new Kernels(KernelSource.operations(), compiler);
        failed = device.allocate(Long.BYTES);
        stream.fill(failed, -1, Long.BYTES / Integer.BYTES);
        workspace = new CudaBuffer(0, 0);
    }

    @Override
    public String name() {
        return "cuda";
    }

    @Override
    public String description() {
        return "cuda, " + (tf32 ? "float, products in TF32" : "float") + ", " + CudaSearch.deviceAndLibraries();
    }

    @Override
    public int vectorBits() {
        return Float.SIZE;
    }

    @Override
    public int bytesPerNumber() {
        return Float.BYTES;
    }

    @Override
    public int rowsPerSlice(int rows) {
        return rows;
    }

    @Override
    public synchronized void require(RowRule rule) {
        kernels(rule);
    }

    @Override
    public synchronized void require(UpdateRule rule) {
        kernels(rule);
    }

    @Override
    public synchronized Buffer allocate(int size) {
        CudaBuffer buffer = new CudaBuffer(device.allocate((long) size * Float.BYTES), size);
        fill(buffer, 0);
        return buffer;
    }

    /** Within recorded work, what the array holds at each run. */
    @Override
    public void write(double[] source, Buffer target) {
        CudaBuffer t = CudaBuffer.sized(target, source.length);
        device.enter();
        synchronized (this) {
            if (recording != null) {
                stream.copy(recording.address(source), t.address(), (long) source.length * Float.BYTES);
                return;
            }
        }
        transfers.upload(source, t);
    }

    @Override
    public void read(Buffer source, double[] target) {
        transfers.download(CudaBuffer.sized(source, target.length), target);
    }

    @Override
    public synchronized void fill(Buffer target, double value) {
        CudaBuffer t = (CudaBuffer) target;
        device.enter();
        stream.fill(t.address(), Float.floatToRawIntBits((float) value), t.size());
    }

    @Override
    public synchronized void copy(Buffer source, Buffer target) {
        CudaBuffer s = (CudaBuffer) source, t = CudaBuffer.sized(target, source.size());
        device.enter();
        stream.copy(s.address(), t.address(), (long) s.size() * Float.BYTES);
    }

    @Override
    public synchronized void add(Buffer source, Buffer target) {
        CudaBuffer s = (CudaBuffer) source, t = CudaBuffer.sized(target, source.size());
        span("addTo", t.size(), s, t, t.size());
    }

    @Override
    public synchronized void scale(Buffer target, double factor) {
        CudaBuffer t = (CudaBuffer) target;
        span("scaleBy", t.size(), t, (float) factor, t.size());
    }

    @Override
    public synchronized void copyEach(
            Buffer source, int sourceStride, Buffer target, int targetStride, int numbers, int count) {
        long size = (long) numbers * count;
        span(
                "copyEach",
                size,
                CudaBuffer.of(source, (count - 1L) * sourceStride + numbers),
                sourceStride,
                CudaBuffer.of(target, (count - 1L) * targetStride + numbers),
                targetStride,
                numbers,
                size);
    }

    @Override
    public synchronized void addEach(Buffer source, int stride, Buffer target, int count) {
        CudaBuffer t = (CudaBuffer) target;
        addColumns(CudaBuffer.of(source, (count - 1L) * stride + t.size()), stride, t, count, t.size());
    }

    @Override
    public synchronized void scaleEach(Buffer target, int stride, int numbers, Buffer factors) {
        long size = (long) factors.size() * numbers;
        span(
                "scaleEach",
                size,
                CudaBuffer.of(target, (factors.size() - 1L) * stride + numbers),
                stride,
                numbers,
                (CudaBuffer) factors,
                size);
    }

    @Override
    public synchronized void dotEach(
            Buffer x, int xStride, Buffer y, int yStride, int numbers, double divisor, Buffer dots) {
        int count = dots.size();
        warps(
                "dotEach",
                count,
                CudaBuffer.of(x, (count - 1L) * xStride + numbers),
                xStride,
                CudaBuffer.of(y, (count - 1L) * yStride + numbers),
                yStride,
                numbers,
                divisor,
                (CudaBuffer) dots,
                count);
    }

    @Override
    public synchronized void normFactors(Buffer x, double norm, Buffer factors) {
        int count = factors.size();
        warps("normFactors", count, (CudaBuffer) x, norm, (CudaBuffer) factors, count, x.size() / count);
    }

    @Override
    public synchronized void round(Buffer x, int groups, int bits) {
        launch("roundGroups", groups, THREADS, (CudaBuffer) x, x.size() / groups, (1 << bits - 1) - 1);
    }

    @Override
    public double sumOfSquares(Buffer source) {
        CudaBuffer s = (CudaBuffer) source;
        int blocks = sumBlocks(s.size());
        ByteBuffer sums = transfers.download(blocks * Double.BYTES, () -> {
            CudaBuffer partials = workspace(2L * SUM_BLOCKS);
            launch("squares", blocks, THREADS, s, partials, s.size());
            return partials.address();
        });
        double sum = 0;
        for (int b = 0; b < blocks; b++) sum += sums.getDouble(b * Double.BYTES);
        return sum;
    }

    @Override
    public int firstNonFinite(Buffer source) {
        CudaBuffer s = (CudaBuffer) source;
        int where = transfers
                .download(Integer.BYTES, () -> {
                    CudaBuffer first = workspace(1);
                    stream.fill(first.address(), Integer.MAX_VALUE, 1);
                    span("nonFinite", s.size(), s, first, s.size());
                    return first.address();
                })
                .getInt(0);
        return where == Integer.MAX_VALUE ? -1 : where;
    }

    @Override
    public Matrix matrix(Buffer weight, int out, int in) {
        return new CudaMatrix(CudaBuffer.sized(weight, out * in), out, in);
    }

    @Override
    public void pack(Matrix matrix) {}

    @Override
    public synchronized void linear(Buffer x, Matrix w, Buffer y, int rowCount, boolean add) {
        CudaMatrix m = (CudaMatrix) w;
        CudaBuffer xs = CudaBuffer.of(x, (long) rowCount * m.in()), ys = CudaBuffer.of(y, (long) rowCount * m.out());
        device.enter();
        blas.multiply(
                1,
                new Operand(xs.address(), false, m.in()),
                new Operand(m.weight().address(), true, m.in()),
                new Operand(ys.address(), false, m.out()),
                rowCount,
                m.out(),
                m.in(),
                add);
    }

    @Override
    public synchronized void linearBackwardInput(Buffer dY, Matrix w, Buffer dX, int rowCount, boolean add) {
        CudaMatrix m = (CudaMatrix) w;
        CudaBuffer dYs = CudaBuffer.of(dY, (long) rowCount * m.out());
        CudaBuffer dXs = CudaBuffer.of(dX, (long) rowCount * m.in());
        device.enter();
        blas.multiply(
                1,
                new Operand(dYs.address(), false, m.out()),
                new Operand(m.weight().address(), false, m.in()),
                new Operand(dXs.address(), false, m.in()),
                rowCount,
                m.in(),
                m.out(),
                add);
    }

    @Override
    public synchronized void linearBackwardWeight(
            Buffer dY, Buffer x, Buffer dW, int rowCount, int out, int in, boolean add) {
        CudaBuffer dYs = CudaBuffer.of(dY, (long) rowCount * out), xs = CudaBuffer.of(x, (long) rowCount * in);
        CudaBuffer dWs = CudaBuffer.of(dW, (long) out * in);
        device.enter();
        blas.multiply(
                1,
                new Operand(dYs.address(), true, out),
                new Operand(xs.address(), false, in),
                new Operand(dWs.address(), false, in),
                out,
                in,
                rowCount,
                add);
    }

    @Override
    public synchronized void embed(
            int[] tokens, Buffer tokenTable, Buffer positionTable, Buffer h, int sequences, int length, int width) {
        int rowCount = sequences * length;
        CudaBuffer position = CudaBuffer.of(positionTable, (long) length * width);
        CudaBuffer hs = CudaBuffer.of(h, (long) rowCount * width);
        long tokenIds = ids(tokens);
        warps("embed", rowCount, tokenIds, (CudaBuffer) tokenTable, position, hs, rowCount, length, width);
    }

    @Override
    public synchronized void embedBackward(
            int[] tokens, Buffer dH, Buffer dTokenTable, Buffer dPositionTable, int sequences, int length, int width) {
        int rowCount = sequences * length;
        CudaBuffer dHs = CudaBuffer.of(dH, (long) rowCount * width), dTokens = (CudaBuffer) dTokenTable;
        CudaBuffer dPositions = CudaBuffer.of(dPositionTable, (long) length * width);
        int vocabulary = dTokens.size() / width;
        int chunks = (int) blocks(rowCount, ROWS_PER_TOKEN_CHUNK);
        CudaBuffer parts = workspace((long) chunks * vocabulary * width);
        long tokenIds = ids(tokens);
        launch("tokenParts", (long) chunks * vocabulary, THREADS, tokenIds, dHs, parts, rowCount, vocabulary, width);
        addColumns(parts, dTokens, chunks, (long) vocabulary * width);
        addColumns(dHs, dPositions, sequences, (long) length * width);
    }

    @Override
    public synchronized void layerNorm(
            Buffer x,
            Buffer gain,
            Buffer bias,
            double epsilon,
            Buffer y,
            Buffer mean,
            Buffer inverse,
            int rowCount,
            int width) {
        warps(
                "layerNorm",
                rowCount,
                CudaBuffer.of(x, (long) rowCount * width),
                CudaBuffer.of(gain, width),
                CudaBuffer.of(bias, width),
                (float) epsilon,
                CudaBuffer.of(y, (long) rowCount * width),
                CudaBuffer.of(mean, rowCount),
                CudaBuffer.of(inverse, rowCount),
                rowCount,
                width);
    }

    @Override
    public synchronized void layerNormBackward(
            Buffer x,
            Buffer gain,
            Buffer mean,
            Buffer inverse,
            Buffer dY,
            Buffer dX,
            Buffer dGain,
            Buffer dBias,
            int rowCount,
            int width) {
        CudaBuffer xs = CudaBuffer.of(x, (long) rowCount * width), dYs = CudaBuffer.of(dY, (long) rowCount * width);
        CudaBuffer means = CudaBuffer.of(mean, rowCount), inverses = CudaBuffer.of(inverse, rowCount);
        warps(
                "layerNormBackward",
                rowCount,
                xs,
                CudaBuffer.of(gain, width),
                means,
                inverses,
                dYs,
                CudaBuffer.of(dX, (long) rowCount * width),
                rowCount,
                width);
        normParts(xs, means.address(), inverses.address(), dYs, dGain, dBias, rowCount, width);
    }

    /**
     * {@code dGain += sum n dY}, {@code dBias += sum dY} with {@code n = (x - mean) inverse}; no means count as 0, no inverses
     * as 1.
     *
     * @param dBias null where there is none
     */
    private void normParts(
            CudaBuffer x,
            long means,
            long inverses,
            CudaBuffer dY,
            Buffer dGain,
            Buffer dBias,
            int rowCount,
            int width) {
        int chunks = (int) blocks(rowCount, ROWS_PER_CHUNK);
        CudaBuffer parts = workspace(2L * chunks * width);
        CudaBuffer gainParts = (CudaBuffer) parts.view(0, chunks * width);
        CudaBuffer biasParts = (CudaBuffer) parts.view(chunks * width, chunks * width);
        launch(
                "normParts",
                chunks * blocks(width, 32),
                THREADS,
                x,
                means,
                inverses,
                dY,
                gainParts,
                biasParts,
                rowCount,
                width,
                ROWS_PER_CHUNK);
        addColumns(gainParts, CudaBuffer.of(dGain, width), chunks, width);
        if (dBias != null) addColumns(biasParts, CudaBuffer.of(dBias, width), chunks, width);
    }

    @Override
    public synchronized void rmsNorm(
            Buffer x, Buffer gain, double epsilon, Buffer y, Buffer inverse, int rowCount, int width) {
        warps(
                "rmsNorm",
                rowCount,
                CudaBuffer.of(x, (long) rowCount * width),
                CudaBuffer.of(gain, width),
                (float) epsilon,
                CudaBuffer.of(y, (long) rowCount * width),
                CudaBuffer.of(inverse, rowCount),
                rowCount,
                width);
    }

    @Override
    public synchronized void rmsNormBackward(
            Buffer x, Buffer gain, Buffer inverse, Buffer dY, Buffer dX, Buffer dGain, int rowCount, int width) {
        CudaBuffer xs = CudaBuffer.of(x, (long) rowCount * width), dYs = CudaBuffer.of(dY, (long) rowCount * width);
        CudaBuffer inverses = CudaBuffer.of(inverse, rowCount);
        warps(
                "rmsNormBackward",
                rowCount,
                xs,
                CudaBuffer.of(gain, width),
                inverses,
                dYs,
                CudaBuffer.of(dX, (long) rowCount * width),
                rowCount,
                width);
        normParts(xs, 0, inverses.address(), dYs, dGain, null, rowCount, width);
    }

    @Override
    public synchronized void dynamicTanh(
            Buffer x, Buffer alpha, Buffer gain, Buffer bias, Buffer squashed, Buffer y, int rowCount, int width) {
        long size = (long) rowCount * width;
        span(
                "dynamicTanh",
                size,
                CudaBuffer.of(x, size),
                CudaBuffer.of(alpha, 1),
                CudaBuffer.of(gain, width),
                CudaBuffer.of(bias, width),
                CudaBuffer.of(squashed, size),
                CudaBuffer.of(y, size),
                width,
                size);
    }

    /** The parts of dAlpha, one for each row, are summed in columns first and the columns then. */
    @Override
    public synchronized void dynamicTanhBackward(
            Buffer x,
            Buffer alpha,
            Buffer gain,
            Buffer squashed,
            Buffer dY,
            Buffer dX,
            Buffer dAlpha,
            Buffer dGain,
            Buffer dBias,
            int rowCount,
            int width) {
        long size = (long) rowCount * width;
        int rest = (int) blocks(rowCount, THREADS), padded = rest * THREADS;
        CudaBuffer parts = workspace((long) padded + THREADS);
        CudaBuffer columns = (CudaBuffer) parts.view(padded, THREADS);
        device.enter();
        stream.fill(parts.address(), 0, (long) padded + THREADS);
        warps(
                "dynamicTanhBackward",
                rowCount,
                CudaBuffer.of(x, size),
                CudaBuffer.of(alpha, 1),
                CudaBuffer.of(gain, width),
                CudaBuffer.of(squashed, size),
                CudaBuffer.of(dY, size),
                CudaBuffer.of(dX, size),
                parts,
                rowCount,
                width);
        addColumns(parts, columns, rest, THREADS);
        addColumns(columns, CudaBuffer.of(dAlpha, 1), THREADS, 1);
        normParts((CudaBuffer) squashed, 0, 0, (CudaBuffer) dY, dGain, dBias, rowCount, width);
    }

    @Override
    public synchronized void multiply(Buffer x, Buffer y, Buffer product) {
        CudaBuffer xs = (CudaBuffer) x, ys = CudaBuffer.sized(y, x.size()), ps = CudaBuffer.sized(product, x.size());
        span("multiply", ps.size(), xs, ys, ps, ps.size());
    }

    @Override
    public synchronized void elu(Buffer x, Buffer y) {
        CudaBuffer xs = (CudaBuffer) x, ys = CudaBuffer.sized(y, x.size());
        span("elu", ys.size(), xs, ys, ys.size());
    }

    @Override
    public synchronized void eluBackward(Buffer y, Buffer dY, Buffer dX) {
        CudaBuffer ys = (CudaBuffer) y, dYs = CudaBuffer.sized(dY, y.size()), dXs = CudaBuffer.sized(dX, y.size());
        span("eluBackward", dXs.size(), ys, dYs, dXs, dXs.size());
    }

    @Override
    public synchronized void gate(Buffer x, Buffer gates, Buffer y, int rowCount, int groups, int groupWidth) {
        long all = (long) rowCount * groups;
        span(
                "gateGroups",
                all,
                CudaBuffer.of(x, all * groupWidth),
                CudaBuffer.of(gates, all),
                CudaBuffer.of(y, all * groupWidth),
                groupWidth,
                all);
    }

    @Override
    public synchronized void gateBackward(
            Buffer x, Buffer gates, Buffer dX, Buffer dLogits, int rowCount, int groups, int groupWidth) {
        long all = (long) rowCount * groups;
        span(
                "gateGroupsBackward",
                all,
                CudaBuffer.of(x, all * groupWidth),
                CudaBuffer.of(gates, all),
                CudaBuffer.of(dX, all * groupWidth),
                CudaBuffer.of(dLogits, all),
                groupWidth,
                all);
    }

    @Override
    public synchronized void rotate(Buffer cosines, Buffer sines, Buffer x, AttentionShape shape, boolean back) {
        int half = shape.headWidth() / 2;
        long pairs = (long) shape.rows() * shape.heads() * half, angles = (long) shape.length() * half;
        span(
                "rotate",
                pairs,
                CudaBuffer.of(cosines, angles),
                CudaBuffer.of(sines, angles),
                states(x, shape),
                back ? -1f : 1f,
                shape.length(),
                shape.heads(),
                half,
                pairs);
    }

    @Override
    public synchronized void scoresByDistance(Buffer bias, Buffer scores, AttentionShape shape) {
        CudaBuffer numbers = CudaBuffer.of(bias, distances(shape));
        warps("byDistance", rowCount(shape), numbers, pairs(scores, shape), rowCount(shape), shape);
    }

    @Override
    public synchronized void scoresByDistanceBackward(Buffer dScores, Buffer dBias, AttentionShape shape) {
        CudaBuffer sums = (CudaBuffer) CudaBuffer.of(dBias, distances(shape)).view(0, (int) distances(shape));
        long count = shape.sequences() * distances(shape);
        CudaBuffer parts = workspace(count);
        span("byDistanceParts", count, pairs(dScores, shape), parts, count, shape);
        fill(sums, 0);
        addColumns(parts, sums, shape.sequences(), distances(shape));
    }

    private static long distances(AttentionShape shape) {
        return (long) shape.heads() * (shape.length() - shape.mask().kept());
    }

    @Override
    public synchronized void nonlinear(Nonlinearity f, Buffer x, Buffer y) {
        CudaBuffer xs = (CudaBuffer) x, ys = CudaBuffer.sized(y, x.size());
        span("nonlinear", ys.size(), xs, ys, (float) f.linear(), (float) f.cubic(), ys.size());
    }

    @Override
    public synchronized void nonlinearBackward(Nonlinearity f, Buffer x, Buffer dY, Buffer dX) {
        CudaBuffer xs = (CudaBuffer) x, dYs = CudaBuffer.sized(dY, x.size()), dXs = CudaBuffer.sized(dX, x.size());
        span("nonlinearBackward", dXs.size(), xs, dYs, dXs, (float) f.linear(), (float) f.cubic(), dXs.size());
    }

    @Override
    public synchronized void relu(Buffer x, Buffer y) {
        CudaBuffer xs = (CudaBuffer) x, ys = CudaBuffer.sized(y, x.size());
        span("relu", ys.size(), xs, ys, ys.size());
    }

    @Override
    public synchronized void reluBackward(Buffer y, Buffer dY, Buffer dX) {
        CudaBuffer ys = (CudaBuffer) y, dYs = CudaBuffer.sized(dY, y.size()), dXs = CudaBuffer.sized(dX, y.size());
        span("reluBackward", dXs.size(), ys, dYs, dXs, dXs.size());
    }

    @Override
    public synchronized void scores(Buffer q, Buffer k, Buffer scores, AttentionShape shape) {
        CudaBuffer square = pairs(scores, shape);
        device.enter();
        attention.square(shape.scale(), states(q, shape), states(k, shape), square, shape);
        clearUnseen(square, shape);
    }

    @Override
    public synchronized void scoresBackward(
            Buffer dScores, Buffer q, Buffer k, Buffer dQ, Buffer dK, AttentionShape shape) {
        CudaBuffer square = pairs(dScores, shape);
        device.enter();
        attention.mixed(shape.scale(), square, states(k, shape), states(dQ, shape), shape);
        attention.mixedBack(shape.scale(), square, states(q, shape), states(dK, shape), shape);
    }

    @Override
    public synchronized void pattern(RowRule rule, Buffer scores, Buffer pattern, AttentionShape shape) {
        CUfunc_st kernel = kernels(rule).get("pattern");
        rows(kernel, held(rule, shape).address(), scores, pattern, shape);
    }

    @Override
    public synchronized void pattern(
            TrainedRule rule, Buffer trained, Buffer scores, Buffer pattern, AttentionShape shape) {
        CudaBuffer numbers = CudaBuffer.of(trained, shape.heads());
        rows(kernels(rule).get("pattern"), numbers.address(), scores, pattern, shape);
    }

    /** A trained rule's number for every head, as the rule holds it, and room for the parts of its gradient behind it. */
    private CudaBuffer held(RowRule rule, AttentionShape shape) {
        if (!(rule instanceof TrainedRule trained)) return new CudaBuffer(0, 0);
        CudaBuffer numbers = workspace((long) shape.heads() + rowCount(shape));
        stream.fill(numbers.address(), Float.floatToRawIntBits((float) trained.trained()), shape.heads());
        return numbers;
    }

    private void rows(CUfunc_st kernel, long trained, Buffer scores, Buffer pattern, AttentionShape shape) {
        warps(kernel, rowCount(shape), trained, pairs(scores, shape), pairs(pattern, shape), rowCount(shape), shape);
    }

    @Override
    public synchronized void patternBackward(
            RowRule rule, Buffer scores, Buffer pattern, Buffer dPattern, Buffer dScores, AttentionShape shape) {
        CUfunc_st kernel = kernels(rule).get("patternBackward");
        CudaBuffer numbers = held(rule, shape);
        long parts = numbers.at(shape.heads());
        rowsBackward(kernel, numbers.address(), scores, pattern, dPattern, dScores, parts, shape);
    }

    @Override
    public synchronized void patternBackward(
            TrainedRule rule,
            Buffer trained,
            Buffer scores,
            Buffer pattern,
            Buffer dPattern,
            Buffer dScores,
            Buffer dTrained,
            AttentionShape shape) {
        CudaBuffer numbers = CudaBuffer.of(trained, shape.heads()), dNumbers = CudaBuffer.of(dTrained, shape.heads());
        CudaBuffer parts = workspace(rowCount(shape));
        rowsBackward(
                kernels(rule).get("patternBackward"),
                numbers.address(),
                scores,
                pattern,
                dPattern,
                dScores,
                parts.address(),
                shape);
        addColumns(parts, dNumbers, shape.rows(), shape.heads());
    }

    private void rowsBackward(
            CUfunc_st kernel,
            long trained,
            Buffer scores,
            Buffer pattern,
            Buffer dPattern,
            Buffer dScores,
            long parts,
            AttentionShape shape) {
        warps(
                kernel,
                rowCount(shape),
                trained,
                pairs(scores, shape),
                pairs(pattern, shape),
                pairs(dPattern, shape),
                pairs(dScores, shape),
                parts,
                rowCount(shape),
                shape);
    }

    @Override
    public synchronized void force(
            int[] tokens, TokenPattern forced, int vocabulary, int head, Buffer pattern, AttentionShape shape) {
        int length = shape.length();
        CudaBuffer table = transfers.table(
                forced, vocabulary, length * length, (token, i) -> forced.of(token, i / length, i % length));
        long tokenIds = ids(tokens);
        warps(
                "force",
                rowCount(shape),
                tokenIds,
                table,
                head,
                pairs(pattern, shape),
                rowCount(shape),
                shape.heads(),
                shape.length());
    }

    @Override
    public synchronized void clampScores(
            int[] tokens,
            TokenTable levels,
            int vocabulary,
            int head,
            Buffer scores,
            AttentionShape shape,
            boolean back) {
        CudaBuffer table = transfers.table(levels, vocabulary, shape.length(), levels);
        long tokenIds = ids(tokens);
        span(
                "clampScores",
                rowCount(shape),
                tokenIds,
                table,
                head,
                pairs(scores, shape),
                back ? 1 : 0,
                rowCount(shape),
                shape.heads(),
                shape.length());
    }

    @Override
    public synchronized void difference(
            Buffer vectors, double start, Buffer patterns, Buffer pattern, AttentionShape maps) {
        CudaBuffer pairs = pairs(patterns, maps), difference = CudaBuffer.sized(pattern, maps.pairs() / 2);
        CudaBuffer lambda = lambda((CudaBuffer) vectors, start);
        span(
                "difference",
                difference.size(),
                lambda,
                pairs,
                difference,
                (long) maps.length() * maps.length(),
                difference.size());
    }

    @Override
    public synchronized void differenceBackward(
            Buffer vectors,
            double start,
            Buffer patterns,
            Buffer dPattern,
            Buffer dPatterns,
            Buffer dVectors,
            AttentionShape maps) {
        CudaBuffer v = (CudaBuffer) vectors, dV = CudaBuffer.sized(dVectors, v.size());
        CudaBuffer dDifference = CudaBuffer.of(dPattern, maps.pairs() / 2);
        CudaBuffer lambda = lambda(v, start), partials = (CudaBuffer) lambda.view(LAMBDA_NUMBERS, 2 * SUM_BLOCKS);
        int size = maps.pairs() / 2, blocks = sumBlocks(size);
        launch(
                "differenceBackward",
                blocks,
                THREADS,
                lambda,
                pairs(patterns, maps),
                dDifference,
                pairs(dPatterns, maps),
                partials,
                (long) maps.length() * maps.length(),
                size);
        launch("lambdaBackward", 1, 32, v, lambda, partials, blocks, v.size() / 4, dV);
    }

    /** Lambda and its powers in double, and room for partial sums behind them. */
    private CudaBuffer lambda(CudaBuffer vectors, double start) {
        CudaBuffer results = workspace(LAMBDA_NUMBERS + 2L * SUM_BLOCKS);
        launch("lambdaOf", 1, 32, vectors, start, vectors.size() / 4, results);
        return results;
    }

    @Override
    public synchronized void mix(Buffer pattern, Buffer v, Buffer mixed, AttentionShape shape) {
        device.enter();
        attention.mixed(1, pairs(pattern, shape), states(v, shape), states(mixed, shape), shape);
    }

    @Override
    public synchronized void mixBackward(
            Buffer dMixed, Buffer pattern, Buffer v, Buffer dPattern, Buffer dV, AttentionShape shape) {
        CudaBuffer dMixedStates = states(dMixed, shape), square = pairs(dPattern, shape);
        device.enter();
        attention.square(1, dMixedStates, states(v, shape), square, shape);
        clearUnseen(square, shape);
        attention.mixedBack(1, pairs(pattern, shape), dMixedStates, states(dV, shape), shape);
    }

    @Override
    public synchronized void crossEntropy(
            Buffer logits, int[] targets, Buffer losses, Buffer dLogits, double scale, int rowCount, int vocabulary) {
        long targetIds = ids(targets);
        warps(
                "crossEntropy",
                rowCount,
                CudaBuffer.of(logits, (long) rowCount * vocabulary),
                targetIds,
                CudaBuffer.of(losses, rowCount),
                CudaBuffer.of(dLogits, (long) rowCount * vocabulary),
                (float) scale,
                rowCount,
                vocabulary);
    }

    @Override
    public synchronized void zLoss(
            Buffer logits,
            int[] targets,
            Buffer losses,
            Buffer dLogits,
            double scale,
            double weight,
            int rowCount,
            int vocabulary) {
        long targetIds = ids(targets);
        warps(
                "zLoss",
                rowCount,
                CudaBuffer.of(logits, (long) rowCount * vocabulary),
                targetIds,
                CudaBuffer.of(losses, rowCount),
                CudaBuffer.of(dLogits, (long) rowCount * vocabulary),
                (float) scale,
                (float) weight,
                rowCount,
                vocabulary);
    }

    @Override
    public synchronized void decorrelate(
            Buffer h, Buffer dH, double weight, int sequences, int skipped, int length, int width) {
        if (length < 2) return;
        long numbers = (long) sequences * (skipped + length) * width, rowCount = (long) sequences * (length - 1);
        CudaBuffer hs = CudaBuffer.of(h, numbers), dHs = CudaBuffer.of(dH, numbers);
        CudaBuffer shares = workspace(2 * rowCount);
        warps("decorrelate", rowCount, hs, dHs, (float) weight, shares, rowCount, skipped, length, width);
        launch("decorrelateFirst", sequences, THREADS, hs, dHs, shares, skipped, length, width);
    }

    @Override
    public synchronized void update(UpdateRule rule, Buffer weights, Buffer gradients, Buffer[] moments, long step) {
        CudaBuffer w = (CudaBuffer) weights, g = CudaBuffer.sized(gradients, w.size());
        CUfunc_st kernel = kernels(rule).get("updateAll");
        long[] addresses = new long[Math.max(1, moments.length)];
        for (int m = 0; m < moments.length; m++)
            addresses[m] = CudaBuffer.sized(moments[m], w.size()).address();
        launch(
                kernel,
                Math.min(MOST_BLOCKS, blocks(w.size(), THREADS)),
                THREADS,
                w,
                g,
                addresses,
                KernelSource.coefficients(rule),
                failed,
                step,
                w.size());
    }

    @Override
    public synchronized void watch(Buffer losses, long step) {
        CudaBuffer l = (CudaBuffer) losses;
        span("noteFailure", l.size(), l, failed, step, l.size());
    }

    @Override
    public long failed() {
        return transfers
                .download(Long.BYTES, () -> {
                    CudaBuffer step = workspace(2);
                    stream.copy(failed, step.address(), Long.BYTES);
                    stream.fill(failed, -1, Long.BYTES / Integer.BYTES);
                    return step.address();
                })
                .getLong(0);
    }

    @Override
    public synchronized void finish() {
        device.enter();
        stream.await();
    }

    @Override
    public synchronized Recording record(Runnable work) {
        CudaRecording own = new CudaRecording(this, device, stream, work);
        recorded.add(own);
        return own;
    }

    /** Does what a recording does, whose token ids have places of their own. */
    synchronized void within(CudaRecording own, Runnable work) {
        recording = own;
        try {
            work.run();
        } finally {
            recording = null;
        }
    }

    @Override
    public synchronized void close() {
        device.enter();
        stream.await();
        synchronized (CudaDevice.CAPTURE) {
            recorded.forEach(CudaRecording::close);
            transfers.close();
            rows.values().forEach(Kernels::close);
            updates.values().forEach(Kernels::close);
            operations.close();
            blas.close();
            stream.close();
            device.close();
        }
    }

    /** One thread for each number, or for several. */
    private void span(String kernel, long size, Object... arguments) {
        launch(kernel, Math.min(MOST_BLOCKS, blocks(size, THREADS)), THREADS, arguments);
    }

    /** One warp for each row. */
    private void warps(String kernel, long rowCount, Object... arguments) {
        warps(operations.get(kernel), rowCount, arguments);
    }

    private void warps(CUfunc_st kernel, long rowCount, Object... arguments) {
        launch(kernel, blocks(rowCount, WARPS), THREADS, arguments);
    }

    private void launch(String kernel, long blocks, int threads, Object... arguments) {
        launch(operations.get(kernel), blocks, threads, arguments);
    }

    private void launch(CUfunc_st kernel, long blocks, int threads, Object... arguments) {
        device.enter();
        stream.launch(kernel, blocks, threads, arguments);
    }

    /** Blocks of a sum in double. */
    private static int sumBlocks(long size) {
        return (int) Math.max(1, Math.min(SUM_BLOCKS, blocks(size, THREADS)));
    }

    private void addColumns(CudaBuffer parts, CudaBuffer target, int count, long columns) {
        addColumns(parts, columns, target, count, columns);
    }

    private void addColumns(CudaBuffer parts, long stride, CudaBuffer target, int count, long columns) {
        launch("addColumns", blocks(columns, 32), 2 * THREADS, parts, stride, target, count, columns);
    }

    private void clearUnseen(CudaBuffer square, AttentionShape shape) {
        warps("clearUnseen", rowCount(shape), square, rowCount(shape), shape);
    }

    private static int rowCount(AttentionShape shape) {
        return Math.multiplyExact(shape.rows(), shape.heads());
    }

    private static CudaBuffer states(Buffer x, AttentionShape shape) {
        return CudaBuffer.of(x, (long) shape.rows() * shape.width());
    }

    private static CudaBuffer pairs(Buffer x, AttentionShape shape) {
        return CudaBuffer.of(x, shape.pairs());
    }

    private static long blocks(long items, int each) {
        return -Math.floorDiv(-items, each);
    }

    private Kernels kernels(RowRule rule) {
        device.enter();
        RowRule key = rule instanceof TrainedRule trained ? trained.at(0) : rule;
        return rows.computeIfAbsent(key, own -> new Kernels(KernelSource.of(rule), compiler));
    }

    private Kernels kernels(UpdateRule rule) {
        device.enter();
        return updates.computeIfAbsent(rule.name(), name -> new Kernels(KernelSource.of(rule), compiler));
    }

    /** Room for partial sums. What it outgrows is kept: a recorded step still works in it. */
    private CudaBuffer workspace(long numbers) {
        if (workspace.size() < numbers) {
            int size = Math.toIntExact(numbers);
            workspace = new CudaBuffer(device.allocate(numbers * Float.BYTES), size);
        }
        return workspace;
    }

    /** Where the device has these ids for the operation that is queued next. */
    private long ids(int[] values) {
        device.enter();
        return recording != null ? recording.address(values) : transfers.ids(values);
    }
}
