package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.backend.Nonlinearity;
import backcopy.backend.RowRule;
import backcopy.backend.TrainedRule;
import backcopy.backend.UpdateRule;
import backcopy.backend.cpu.Matmul.Part;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;

/**
 * The processor in float, one sequence at a time so that it stays in cache. The bits of a result depend on the numbers, the
 * sizes and the vector width, never on the thread that computes it; a row of {@link #linear} does not depend on how many rows
 * are computed with it.
 */
public final class CpuBackend implements Backend {
    /** Of a slice: a product of fewer rows is slower, a slice of more leaves the second-level cache. */
    private static final int LEAST_ROWS = 64, MOST_ROWS = 256;
    /** Into which a batch is cut at least, unless they had too few rows. */
    private static final int SLICES = 4;

    private static final String VECTOR_MODULE = "jdk.incubator.vector";

    private final Kernels kernels;
    private final Panels panels;
    private final Matmul matmul;
    private final Attention attention;
    private final Patterns patterns;
    private final Updates updates;
    private final Norms norms;
    private final Difference differences = new Difference(this);
    private final ThreadLocal<Workspace> workspaces = ThreadLocal.withInitial(Workspace::new);

    private CpuBackend(Kernels kernels) {
        this.kernels = kernels;
        panels = new Panels(kernels.tiles().panel(), kernels.spans());
        matmul = kernels.matmul();
        attention = new Attention(matmul, panels);
        patterns = new Patterns(kernels.rows(), kernels.spans());
        updates = new Updates(kernels.spans());
        norms = new Norms(kernels.rows(), kernels.spans());
    }

    /** With vectors where they are fast, else in plain Java; {@link #description} says which. */
    public static CpuBackend detect() {
        return slowBecause() == null ? vector() : scalar();
    }

    /** Why {@link #detect} takes plain Java here, which is several times slower; null where it does not. */
    public static String slowBecause() {
        if (!vectorsPresent()) return "the Vector API is absent (--add-modules " + VECTOR_MODULE + ")";
        if (!multiplyAddPresent()) return "the processor has no fused multiply-add";
        return null;
    }

    /** Without it the JVM computes each multiply-add in big decimals. True where the JVM does not say. */
    private static boolean multiplyAddPresent() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm == null || !jvm.getVMOption("UseFMA").getValue().equals("false");
    }

    /** With the Vector API; refused where its module is not in the boot layer. */
    public static CpuBackend vector() {
        if (!vectorsPresent())
            throw new IllegalStateException("the Vector API is absent: start Java with --add-modules " + VECTOR_MODULE);
        return new CpuBackend(Kernels.vector());
    }

    /** In plain Java. */
    public static CpuBackend scalar() {
        return new CpuBackend(Kernels.scalar());
    }

    private static boolean vectorsPresent() {
        return ModuleLayer.boot().findModule(VECTOR_MODULE).isPresent();
    }

    @Override
    public String name() {
        return "cpu";
    }

    @Override
    public String description() {
        return "cpu, float, " + kernels.about();
    }

    @Override
    public int vectorBits() {
        return kernels.vectorBits();
    }

    @Override
    public int bytesPerNumber() {
        return Float.BYTES;
    }

    @Override
    public int rowsPerSlice(int rows) {
        return Math.max(LEAST_ROWS, Math.min(rows / SLICES, MOST_ROWS));
    }

    @Override
    public Buffer allocate(int size) {
        return CpuBuffer.zeros(size);
    }

    @Override
    public void write(double[] source, Buffer target) {
        CpuBuffer t = sized(target, source.length);
        for (int i = 0; i < source.length; i++) t.array()[t.offset() + i] = (float) source[i];
    }

    @Override
    public void read(Buffer source, double[] target) {
        CpuBuffer s = sized(source, target.length);
        for (int i = 0; i < target.length; i++) target[i] = s.array()[s.offset() + i];
    }

    @Override
    public void fill(Buffer target, double value) {
        CpuBuffer t = (CpuBuffer) target;
        Arrays.fill(t.array(), t.offset(), t.offset() + t.size(), (float) value);
    }

    @Override
    public void copy(Buffer source, Buffer target) {
        CpuBuffer s = (CpuBuffer) source, t = sized(target, source.size());
        System.arraycopy(s.array(), s.offset(), t.array(), t.offset(), s.size());
    }

    @Override
    public void add(Buffer source, Buffer target) {
        CpuBuffer s = (CpuBuffer) source, t = sized(target, source.size());
        kernels.spans().add(s.array(), s.offset(), t.array(), t.offset(), t.size());
    }

    @Override
    public void scale(Buffer target, double factor) {
        CpuBuffer t = (CpuBuffer) target;
        kernels.spans().scaled((float) factor, t.array(), t.offset(), t.array(), t.offset(), t.size());
    }

    /** Four sums side by side, so that no addition waits for the one before. */
    @Override
    public double sumOfSquares(Buffer source) {
        CpuBuffer s = (CpuBuffer) source;
        float[] x = s.array();
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int i = s.offset(), end = s.offset() + s.size();
        for (; i + 3 < end; i += 4) {
            sum0 += (double) x[i] * x[i];
            sum1 += (double) x[i + 1] * x[i + 1];
            sum2 += (double) x[i + 2] * x[i + 2];
            sum3 += (double) x[i + 3] * x[i + 3];
        }
        for (; i < end; i++) sum0 += (double) x[i] * x[i];
        return (sum0 + sum1) + (sum2 + sum3);
    }

    @Override
    public int firstNonFinite(Buffer source) {
        CpuBuffer s = (CpuBuffer) source;
        for (int i = 0; i < s.size(); i++) if (!Float.isFinite(s.array()[s.offset() + i])) return i;
        return -1;
    }

    @Override
    public Matrix matrix(Buffer weight, int out, int in) {
        CpuMatrix matrix = new CpuMatrix(
                sized(weight, out * in),
                out,
                in,
                CpuBuffer.zeros(panels.size(in, out)),
                CpuBuffer.zeros(panels.size(out, in)));
        pack(matrix);
        return matrix;
    }

    @Override
    public void pack(Matrix matrix) {
        CpuMatrix m = (CpuMatrix) matrix;
        CpuBuffer w = m.weight();
        panels.packTransposed(1, w.array(), w.offset(), m.in(), m.in(), m.out(), m.transposed());
        panels.pack(1, w.array(), w.offset(), m.in(), m.out(), m.in(), m.straight());
    }

    @Override
    public void linear(Buffer x, Matrix w, Buffer y, int rows, boolean add) {
        CpuMatrix m = (CpuMatrix) w;
        times(x, m.transposed(), y, rows, m.in(), m.out(), add);
    }

    @Override
    public void linearBackwardInput(Buffer dY, Matrix w, Buffer dX, int rows, boolean add) {
        CpuMatrix m = (CpuMatrix) w;
        times(dY, m.straight(), dX, rows, m.out(), m.in(), add);
    }

    /** {@code y = x B} or added to y: x {@code [rows, steps]}, B packed, y {@code [rows, columns]}. */
    private void times(Buffer x, CpuBuffer packed, Buffer y, int rows, int steps, int columns, boolean add) {
        CpuBuffer xs = CpuBuffer.of(x, rows * steps), ys = CpuBuffer.of(y, rows * columns);
        Workspace workspace = workspaces.get();
        Product product = workspace
                .product
                .of(Part.ALL, rows, steps, columns, add)
                .a(xs.array(), xs.offset(), steps, 1)
                .c(ys.array(), ys.offset(), columns);
        matmul.multiply(product, packed, workspace);
    }

    @Override
    public void linearBackwardWeight(Buffer dY, Buffer x, Buffer dW, int rows, int out, int in, boolean add) {
        CpuBuffer dYs = CpuBuffer.of(dY, rows * out), xs = CpuBuffer.of(x, rows * in);
        CpuBuffer dWs = CpuBuffer.of(dW, out * in);
        Workspace workspace = workspaces.get();
        Product product = workspace
                .product
                .of(Part.ALL, out, rows, in, add)
                .a(dYs.array(), dYs.offset(), 1, out)
                .c(dWs.array(), dWs.offset(), in);
        matmul.multiplyOnce(product, 1, xs.array(), xs.offset(), in, workspace);
    }

    @Override
    public void embed(
            int[] tokens, Buffer tokenTable, Buffer positionTable, Buffer h, int sequences, int length, int width) {
        CpuBuffer token = (CpuBuffer) tokenTable, position = CpuBuffer.of(positionTable, length * width);
        CpuBuffer hs = CpuBuffer.of(h, sequences * length * width);
        for (int r = 0; r < sequences * length; r++)
            kernels.spans()
                    .sum(
                            token.array(),
                            token.offset() + tokens[r] * width,
                            position.array(),
                            position.offset() + r % length * width,
                            hs.array(),
                            hs.offset() + r * width,
                            width);
    }

    @Override
    public void embedBackward(
            int[] tokens, Buffer dH, Buffer dTokenTable, Buffer dPositionTable, int sequences, int length, int width) {
        CpuBuffer dHs = CpuBuffer.of(dH, sequences * length * width);
        CpuBuffer dToken = (CpuBuffer) dTokenTable, dPosition = CpuBuffer.of(dPositionTable, length * width);
        for (int r = 0; r < sequences * length; r++) {
            int row = dHs.offset() + r * width;
            kernels.spans().add(dHs.array(), row, dToken.array(), dToken.offset() + tokens[r] * width, width);
            kernels.spans().add(dHs.array(), row, dPosition.array(), dPosition.offset() + r % length * width, width);
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
        CpuBuffer xs = CpuBuffer.of(x, rows * width), ys = CpuBuffer.of(y, rows * width);
        CpuBuffer g = CpuBuffer.of(gain, width), b = CpuBuffer.of(bias, width);
        CpuBuffer means = CpuBuffer.of(mean, rows), inverses = CpuBuffer.of(inverse, rows);
        Workspace workspace = workspaces.get();
        for (int r = 0; r < rows; r++) {
            int at = xs.offset() + r * width;
            float mu = kernels.rows().mean(xs.array(), at, width, workspace);
            float variance = kernels.rows().variance(xs.array(), at, width, mu, workspace);
            float inv = (float) (1 / Math.sqrt(variance + epsilon));
            kernels.rows()
                    .normalize(
                            xs.array(),
                            at,
                            mu,
                            inv,
                            g.array(),
                            g.offset(),
                            b.array(),
                            b.offset(),
                            ys.array(),
                            ys.offset() + r * width,
                            width);
            means.array()[means.offset() + r] = mu;
            inverses.array()[inverses.offset() + r] = inv;
        }
    }

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
        CpuBuffer xs = CpuBuffer.of(x, rows * width), g = CpuBuffer.of(gain, width);
        CpuBuffer means = CpuBuffer.of(mean, rows), inverses = CpuBuffer.of(inverse, rows);
        CpuBuffer dYs = CpuBuffer.of(dY, rows * width), dXs = CpuBuffer.of(dX, rows * width);
        CpuBuffer dGains = CpuBuffer.of(dGain, width), dBiases = CpuBuffer.of(dBias, width);
        Workspace workspace = workspaces.get();
        for (int r = 0; r < rows; r++)
            kernels.rows()
                    .normalizeBackward(
                            xs.array(),
                            xs.offset() + r * width,
                            means.array()[means.offset() + r],
                            inverses.array()[inverses.offset() + r],
                            g.array(),
                            g.offset(),
                            dYs.array(),
                            dYs.offset() + r * width,
                            dXs.array(),
                            dXs.offset() + r * width,
                            dGains.array(),
                            dGains.offset(),
                            dBiases.array(),
                            dBiases.offset(),
                            width,
                            workspace);
    }

    @Override
    public void rmsNorm(Buffer x, Buffer gain, double epsilon, Buffer y, Buffer inverse, int rows, int width) {
        norms.rms(
                CpuBuffer.of(x, rows * width),
                CpuBuffer.of(gain, width),
                epsilon,
                CpuBuffer.of(y, rows * width),
                CpuBuffer.of(inverse, rows),
                rows,
                width,
                workspaces.get());
    }

    @Override
    public void rmsNormBackward(
            Buffer x, Buffer gain, Buffer inverse, Buffer dY, Buffer dX, Buffer dGain, int rows, int width) {
        norms.rmsBackward(
                CpuBuffer.of(x, rows * width),
                CpuBuffer.of(gain, width),
                CpuBuffer.of(inverse, rows),
                CpuBuffer.of(dY, rows * width),
                CpuBuffer.of(dX, rows * width),
                CpuBuffer.of(dGain, width),
                rows,
                width,
                workspaces.get());
    }

    @Override
    public void dynamicTanh(
            Buffer x, Buffer alpha, Buffer gain, Buffer bias, Buffer squashed, Buffer y, int rows, int width) {
        norms.tanh(
                CpuBuffer.of(x, rows * width),
                sized(alpha, 1),
                CpuBuffer.of(gain, width),
                CpuBuffer.of(bias, width),
                CpuBuffer.of(squashed, rows * width),
                CpuBuffer.of(y, rows * width),
                rows,
                width);
    }

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
        norms.tanhBackward(
                CpuBuffer.of(x, rows * width),
                sized(alpha, 1),
                CpuBuffer.of(gain, width),
                CpuBuffer.of(squashed, rows * width),
                CpuBuffer.of(dY, rows * width),
                CpuBuffer.of(dX, rows * width),
                sized(dAlpha, 1),
                CpuBuffer.of(dGain, width),
                CpuBuffer.of(dBias, width),
                rows,
                width,
                workspaces.get());
    }

    @Override
    public void multiply(Buffer x, Buffer y, Buffer product) {
        product((CpuBuffer) x, sized(y, x.size()), sized(product, x.size()), x.size());
    }

    private void product(CpuBuffer x, CpuBuffer y, CpuBuffer product, int count) {
        kernels.spans().product(x.array(), x.offset(), y.array(), y.offset(), product.array(), product.offset(), count);
    }

    @Override
    public void nonlinear(Nonlinearity f, Buffer x, Buffer y) {
        CpuBuffer xs = (CpuBuffer) x, ys = sized(y, x.size());
        kernels.spans()
                .swish(
                        (float) f.linear(),
                        (float) f.cubic(),
                        xs.array(),
                        xs.offset(),
                        ys.array(),
                        ys.offset(),
                        ys.size());
    }

    @Override
    public void nonlinearBackward(Nonlinearity f, Buffer x, Buffer dY, Buffer dX) {
        CpuBuffer xs = (CpuBuffer) x, dYs = sized(dY, x.size()), dXs = sized(dX, x.size());
        kernels.spans()
                .swishBackward(
                        (float) f.linear(),
                        (float) f.cubic(),
                        xs.array(),
                        xs.offset(),
                        dYs.array(),
                        dYs.offset(),
                        dXs.array(),
                        dXs.offset(),
                        dXs.size());
    }

    @Override
    public void relu(Buffer x, Buffer y) {
        CpuBuffer xs = (CpuBuffer) x, ys = sized(y, x.size());
        kernels.spans().relu(1, xs.array(), xs.offset(), ys.array(), ys.offset(), ys.size());
    }

    @Override
    public void reluBackward(Buffer y, Buffer dY, Buffer dX) {
        CpuBuffer ys = (CpuBuffer) y, dYs = sized(dY, y.size()), dXs = sized(dX, y.size());
        kernels.spans()
                .reluBackward(
                        1, ys.array(), ys.offset(), dYs.array(), dYs.offset(), dXs.array(), dXs.offset(), dXs.size());
    }

    @Override
    public void elu(Buffer x, Buffer y) {
        CpuBuffer xs = (CpuBuffer) x, ys = sized(y, x.size());
        kernels.spans().elu(xs.array(), xs.offset(), ys.array(), ys.offset(), ys.size());
    }

    @Override
    public void eluBackward(Buffer y, Buffer dY, Buffer dX) {
        CpuBuffer ys = (CpuBuffer) y, dYs = sized(dY, y.size()), dXs = sized(dX, y.size());
        kernels.spans()
                .eluBackward(ys.array(), ys.offset(), dYs.array(), dYs.offset(), dXs.array(), dXs.offset(), dXs.size());
    }

    @Override
    public void gate(Buffer x, Buffer gates, Buffer y, int rows, int groups, int groupWidth) {
        CpuBuffer xs = CpuBuffer.of(x, rows * groups * groupWidth), ys = CpuBuffer.of(y, rows * groups * groupWidth);
        CpuBuffer gs = CpuBuffer.of(gates, rows * groups);
        kernels.spans().sigmoid(0, gs.array(), gs.offset(), gs.array(), gs.offset(), rows * groups);
        if (groupWidth == 1) {
            product(gs, xs, ys, rows * groups);
            return;
        }
        for (int g = 0; g < rows * groups; g++) {
            float gate = gs.array()[gs.offset() + g];
            int at = g * groupWidth;
            for (int i = at; i < at + groupWidth; i++) ys.array()[ys.offset() + i] = gate * xs.array()[xs.offset() + i];
        }
    }

    @Override
    public void gateBackward(Buffer x, Buffer gates, Buffer dX, Buffer dLogits, int rows, int groups, int groupWidth) {
        CpuBuffer xs = CpuBuffer.of(x, rows * groups * groupWidth), dXs = CpuBuffer.of(dX, rows * groups * groupWidth);
        CpuBuffer gs = CpuBuffer.of(gates, rows * groups), dLs = CpuBuffer.of(dLogits, rows * groups);
        if (groupWidth == 1) {
            int count = rows * groups, at = dLs.offset();
            product(xs, dXs, dLs, count);
            product(gs, dXs, dXs, count);
            kernels.spans().sigmoidBackward(gs.array(), gs.offset(), dLs.array(), at, dLs.array(), at, count);
            return;
        }
        for (int g = 0; g < rows * groups; g++) {
            float gate = gs.array()[gs.offset() + g], sum = 0;
            int at = g * groupWidth;
            for (int i = at; i < at + groupWidth; i++) {
                float dY = dXs.array()[dXs.offset() + i];
                sum += xs.array()[xs.offset() + i] * dY;
                dXs.array()[dXs.offset() + i] = gate * dY;
            }
            dLs.array()[dLs.offset() + g] = gate * (1 - gate) * sum;
        }
    }

    @Override
    public void scores(Buffer q, Buffer k, Buffer scores, AttentionShape shape) {
        attention.scores(states(q, shape), states(k, shape), pairs(scores, shape), shape, workspaces.get());
    }

    @Override
    public void scoresBackward(Buffer dScores, Buffer q, Buffer k, Buffer dQ, Buffer dK, AttentionShape shape) {
        attention.scoresBackward(
                pairs(dScores, shape),
                states(q, shape),
                states(k, shape),
                states(dQ, shape),
                states(dK, shape),
                shape,
                workspaces.get());
    }

    @Override
    public void scoresByDistance(Buffer bias, Buffer scores, AttentionShape shape) {
        Positions.byDistance(distances(bias, shape), pairs(scores, shape), shape);
    }

    @Override
    public void scoresByDistanceBackward(Buffer dScores, Buffer dBias, AttentionShape shape) {
        Positions.byDistanceBackward(pairs(dScores, shape), distances(dBias, shape), shape);
    }

    @Override
    public void rotate(Buffer cosines, Buffer sines, Buffer x, AttentionShape shape, boolean back) {
        int angles = shape.length() * (shape.headWidth() / 2);
        Positions.rotate(
                CpuBuffer.of(cosines, angles), CpuBuffer.of(sines, angles), states(x, shape), shape, back ? -1 : 1);
    }

    @Override
    public void pattern(RowRule rule, Buffer scores, Buffer pattern, AttentionShape shape) {
        patterns.pattern(rule, null, pairs(scores, shape), pairs(pattern, shape), shape, workspaces.get());
    }

    @Override
    public void patternBackward(
            RowRule rule, Buffer scores, Buffer pattern, Buffer dPattern, Buffer dScores, AttentionShape shape) {
        patterns.patternBackward(
                rule,
                null,
                pairs(scores, shape),
                pairs(pattern, shape),
                pairs(dPattern, shape),
                pairs(dScores, shape),
                null,
                shape,
                workspaces.get());
    }

    @Override
    public void pattern(TrainedRule rule, Buffer trained, Buffer scores, Buffer pattern, AttentionShape shape) {
        CpuBuffer numbers = sized(trained, shape.heads());
        patterns.pattern(rule, numbers, pairs(scores, shape), pairs(pattern, shape), shape, workspaces.get());
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
        patterns.patternBackward(
                rule,
                sized(trained, shape.heads()),
                pairs(scores, shape),
                pairs(pattern, shape),
                pairs(dPattern, shape),
                pairs(dScores, shape),
                sized(dTrained, shape.heads()),
                shape,
                workspaces.get());
    }

    @Override
    public void difference(Buffer vectors, double start, Buffer patterns, Buffer pattern, AttentionShape maps) {
        differences.forward(vectors, start, patterns, pattern, maps);
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
        differences.backward(vectors, start, patterns, dPattern, dPatterns, dVectors, maps);
    }

    @Override
    public void mix(Buffer pattern, Buffer v, Buffer mixed, AttentionShape shape) {
        attention.mix(pairs(pattern, shape), states(v, shape), states(mixed, shape), shape, workspaces.get());
    }

    @Override
    public void mixBackward(Buffer dMixed, Buffer pattern, Buffer v, Buffer dPattern, Buffer dV, AttentionShape shape) {
        attention.mixBackward(
                states(dMixed, shape),
                pairs(pattern, shape),
                states(v, shape),
                pairs(dPattern, shape),
                states(dV, shape),
                shape,
                workspaces.get());
    }

    @Override
    public void crossEntropy(
            Buffer logits, int[] targets, Buffer losses, Buffer dLogits, double scale, int rows, int vocabulary) {
        CpuBuffer ls = CpuBuffer.of(logits, rows * vocabulary), dLs = CpuBuffer.of(dLogits, rows * vocabulary);
        CpuBuffer loss = CpuBuffer.of(losses, rows);
        Workspace workspace = workspaces.get();
        for (int r = 0; r < rows; r++) {
            if (targets[r] < 0) {
                loss.array()[loss.offset() + r] = 0;
                Arrays.fill(dLs.array(), dLs.offset() + r * vocabulary, dLs.offset() + (r + 1) * vocabulary, 0);
                continue;
            }
            loss.array()[loss.offset() + r] = kernels.rows()
                    .crossEntropy(
                            ls.array(),
                            ls.offset() + r * vocabulary,
                            targets[r],
                            dLs.array(),
                            dLs.offset() + r * vocabulary,
                            vocabulary,
                            (float) scale,
                            workspace);
        }
    }

    /** With {@code dLogits = scale (p - onehot)}: {@code dLogits (1 + 2 weight z)}, and {@code 2 weight scale z} at the target. */
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
        CpuBuffer ls = CpuBuffer.of(logits, rows * vocabulary), dLs = CpuBuffer.of(dLogits, rows * vocabulary);
        CpuBuffer loss = CpuBuffer.of(losses, rows);
        for (int r = 0; r < rows; r++) {
            if (targets[r] < 0) continue;
            int row = r * vocabulary, at = dLs.offset() + row;
            double z = loss.array()[loss.offset() + r] + ls.array()[ls.offset() + row + targets[r]];
            kernels.spans().scaled((float) (1 + 2 * weight * z), dLs.array(), at, dLs.array(), at, vocabulary);
            dLs.array()[at + targets[r]] += (float) (2 * weight * scale * z);
        }
    }

    /** The gradients in double are rounded before they are added. */
    @Override
    public void decorrelate(Buffer h, Buffer dH, double weight, int sequences, int skipped, int length, int width) {
        int size = sequences * (skipped + length) * width;
        CpuBuffer hs = CpuBuffer.of(h, size), dHs = CpuBuffer.of(dH, size);
        Workspace workspace = workspaces.get();
        float[] gradient = workspace.values(size);
        double[] ofFirst = workspace.doubles(width)[0];
        Arrays.fill(gradient, 0, size, 0);
        for (int s = 0; s < sequences; s++) {
            int first = (s * (skipped + length) + skipped) * width;
            Arrays.fill(ofFirst, 0, width, 0);
            for (int t = 1; t < length; t++)
                Norms.decorrelate(hs, first, first + t * width, weight, width, gradient, ofFirst);
            for (int c = 0; c < width; c++) gradient[first + c] = (float) ofFirst[c];
        }
        kernels.spans().add(gradient, 0, dHs.array(), dHs.offset(), size);
    }

    @Override
    public void update(UpdateRule rule, Buffer weights, Buffer gradients, Buffer[] moments, long step) {
        CpuBuffer w = (CpuBuffer) weights;
        CpuBuffer[] ms = new CpuBuffer[moments.length];
        for (int m = 0; m < ms.length; m++) ms[m] = sized(moments[m], w.size());
        updates.update(rule, w, sized(gradients, w.size()), ms, step);
    }

    @Override
    public void close() {}

    private static CpuBuffer states(Buffer x, AttentionShape shape) {
        return CpuBuffer.of(x, shape.rows() * shape.width());
    }

    private static CpuBuffer distances(Buffer x, AttentionShape shape) {
        return CpuBuffer.of(x, shape.heads() * (shape.length() - shape.mask().kept()));
    }

    private static CpuBuffer pairs(Buffer x, AttentionShape shape) {
        return CpuBuffer.of(x, shape.pairs());
    }

    /** The buffer as ours, which must hold {@code numbers} and no more. */
    private static CpuBuffer sized(Buffer buffer, int numbers) {
        if (buffer.size() != numbers)
            throw new IllegalArgumentException("buffer of " + buffer.size() + " where " + numbers + " was expected");
        return (CpuBuffer) buffer;
    }
}
