package backcopy.backend.cpu;

import backcopy.attention.Softmax;
import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Prints how fast the kernels are on one thread, beside the machine's peak: multiply-adds in registers alone, measured in turn
 * with each kernel because other work on the machine moves both. Time is the thread's own, so that waiting does not count.
 * Arguments: {@code vector} (the default) or {@code scalar}, then parts of names to choose by.
 */
final class KernelSpeed {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final ThreadMXBean CLOCK = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 15;
    private static final double WINDOW = 10e6;
    private static final int[][] LINEAR = {
        {256, 256, 256},
        {256, 1024, 256},
        {256, 256, 1024},
        {256, 66, 256},
        {128, 64, 64},
        {128, 256, 64},
        {128, 64, 256}
    };
    private static final int[][] HEADS = {{256, 256}, {128, 64}, {64, 64}};

    private static final long WARM_UP = 8_000_000_000L;

    /** {@code work} is its float operations, or the numbers it makes. */
    private record Kernel(String name, double work, Runnable operation) {}

    private final List<Kernel> kernels = new ArrayList<>();
    private final Backend backend;
    private final String[] chosen;
    private final Random random = new Random(1);
    private float sink;

    private KernelSpeed(Backend backend, String[] chosen) {
        this.backend = backend;
        this.chosen = chosen;
    }

    public static void main(String[] arguments) {
        boolean scalar = arguments.length > 0 && arguments[0].equals("scalar");
        Backend backend = scalar ? CpuBackend.scalar() : CpuBackend.vector();
        String[] chosen = arguments.length > 1 ? Arrays.copyOfRange(arguments, 1, arguments.length) : new String[] {""};
        System.out.println(backend.description() + ", Java " + Runtime.version().feature());
        new KernelSpeed(backend, chosen).run();
    }

    private void run() {
        for (int[] s : LINEAR) {
            int rows = s[0], out = s[1], in = s[2];
            Buffer x = filled(rows * in), y = filled(rows * out), dW = filled(out * in);
            Matrix w = backend.matrix(filled(out * in), out, in);
            String shape = " " + rows + "x" + out + "x" + in;
            double flops = 2.0 * rows * out * in;
            measure("linear" + shape, flops, () -> backend.linear(x, w, y, rows, false));
            measure("linearBackwardInput" + shape, flops, () -> backend.linearBackwardInput(y, w, x, rows, false));
            measure("linearBackwardWeight" + shape, flops, () -> backend.linearBackwardWeight(y, x, dW, rows, out, in));
            measure("pack" + shape, 2.0 * out * in, () -> backend.pack(w));
        }
        for (int[] h : HEADS) {
            AttentionShape shape = new AttentionShape(1, 1, h[0], h[1]);
            Buffer q = filled(h[0] * h[1]), k = filled(h[0] * h[1]), dQ = filled(h[0] * h[1]), dK = filled(h[0] * h[1]);
            Buffer scores = filled(shape.pairs()), pattern = filled(shape.pairs()), dScores = filled(shape.pairs());
            String name = " " + h[0] + "x" + h[1];
            double pairs = h[0] * (h[0] + 1) / 2.0, flops = 2 * pairs * h[1];
            Softmax softmax = new Softmax();
            measure("scores" + name, flops, () -> backend.scores(q, k, scores, shape));
            backend.pattern(softmax, scores, pattern, shape);
            measure("pattern, numbers" + name, pairs, () -> backend.pattern(softmax, scores, pattern, shape));
            measure("mix" + name, flops, () -> backend.mix(pattern, q, dQ, shape));
            measure("mixBackward" + name, 2 * flops, () -> backend.mixBackward(q, pattern, k, dScores, dK, shape));
            measure(
                    "patternBackward, numbers" + name,
                    pairs,
                    () -> backend.patternBackward(softmax, scores, pattern, pattern, dScores, shape));
            measure("scoresBackward" + name, 2 * flops, () -> backend.scoresBackward(dScores, q, k, dQ, dK, shape));
        }
        for (int[] s : new int[][] {{256, 256}, {128, 64}}) {
            Buffer x = filled(s[0] * s[1]), y = filled(s[0] * s[1]), mean = filled(s[0]), inverse = filled(s[0]);
            Buffer gain = filled(s[1]), bias = filled(s[1]), dGain = filled(s[1]), dBias = filled(s[1]);
            String name = ", numbers " + s[0] + "x" + s[1];
            measure(
                    "layerNorm" + name,
                    s[0] * s[1],
                    () -> backend.layerNorm(x, gain, bias, 1e-5, y, mean, inverse, s[0], s[1]));
            Buffer dX = filled(s[0] * s[1]);
            measure(
                    "layerNormBackward" + name,
                    s[0] * s[1],
                    () -> backend.layerNormBackward(x, gain, mean, inverse, y, dX, dGain, dBias, s[0], s[1]));
            measure("relu" + name, s[0] * s[1], () -> backend.relu(x, y));
        }
        Buffer logits = filled(256 * 66), dLogits = filled(256 * 66), losses = filled(256);
        int[] targets = random.ints(256, 0, 66).toArray();
        measure(
                "crossEntropy, numbers 256x66",
                256 * 66,
                () -> backend.crossEntropy(logits, targets, losses, dLogits, 1, 256, 66));
        warmUp();
        kernels.forEach(this::print);
        if (sink == 0) System.out.println("the peak's sums are zero");
    }

    private void measure(String name, double work, Runnable operation) {
        if (Arrays.stream(chosen).anyMatch(name::contains)) kernels.add(new Kernel(name, work, operation));
    }

    /** All in turn, until the JIT compiler has long done with them. */
    private void warmUp() {
        for (long end = System.nanoTime() + WARM_UP; System.nanoTime() < end; ) {
            for (Kernel kernel : kernels) time((int) Math.max(1, 1e6 / kernel.work), kernel.operation);
            peak();
        }
    }

    /** Prints best and median of work per nanosecond, per the peak next to it, and what a call allocates. */
    private void print(Kernel kernel) {
        int calls = 1;
        while (time(calls, kernel.operation) < WINDOW / 2) calls *= 2;
        double[] speeds = new double[ROUNDS], shares = new double[ROUNDS];
        double peak = 0;
        long allocated = CLOCK.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < ROUNDS; i++) {
            double now = peak();
            peak = Math.max(peak, now);
            speeds[i] = kernel.work * calls / time(calls, kernel.operation);
            shares[i] = speeds[i] / now;
        }
        allocated = CLOCK.getCurrentThreadAllocatedBytes() - allocated;
        Arrays.sort(speeds);
        Arrays.sort(shares);
        System.out.printf(
                "%-38s best %7.2f G/s  median %7.2f  peak %6.1f  median share %4.2f  %d bytes a call%n",
                kernel.name,
                speeds[ROUNDS - 1],
                speeds[ROUNDS / 2],
                peak,
                shares[ROUNDS / 2],
                allocated / ((long) ROUNDS * calls));
    }

    private static double time(int calls, Runnable operation) {
        long start = CLOCK.getCurrentThreadCpuTime();
        for (int i = 0; i < calls; i++) operation.run();
        return CLOCK.getCurrentThreadCpuTime() - start;
    }

    /** Float operations per nanosecond of twelve independent chains of multiply-adds. */
    private double peak() {
        int steps = 200_000;
        double time = time(1, () -> sink += chains(steps));
        return 2.0 * 12 * SPECIES.length() * steps / time;
    }

    private static float chains(int steps) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f), y = FloatVector.broadcast(SPECIES, 1e-3f);
        FloatVector a = y, b = a.add(1), c = a.add(2), d = a.add(3), e = a.add(4), f = a.add(5);
        FloatVector g = a.add(6), h = a.add(7), i = a.add(8), j = a.add(9), k = a.add(10), l = a.add(11);
        for (int step = 0; step < steps; step++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
            k = k.fma(x, y);
            l = l.fma(x, y);
        }
        FloatVector sum = a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l);
        return sum.lane(0);
    }

    private Buffer filled(int size) {
        Buffer buffer = backend.allocate(size);
        backend.write(random.doubles(size, -1, 1).toArray(), buffer);
        return buffer;
    }
}
