package backcopy.backend.cpu;

import backcopy.attention.AttentionKinds;
import backcopy.backend.AttentionShape;
import backcopy.backend.Buffer;
import backcopy.backend.RowRule;
import backcopy.backend.cpu.Floats.Work;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The parts of one head's attention, forward and backward: GFLOP/s of the half that a query sees, and numbers a nanosecond
 * for {@code pattern} and its way back (the line {@code giga}). Shapes are {@code length x head width}.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
@State(Scope.Thread)
public class AttentionSpeed {
    @Param({"256x256", "128x64", "64x64"})
    String shape;

    @Param("softmax")
    String kind;

    private AttentionShape head;
    private RowRule rule;
    private Buffer q, k, dQ, dK, scores, pattern, dScores;
    private long pairs, operations;

    @Setup(Level.Trial)
    public void fill(Floats floats) {
        int[] sizes = Floats.sizes(shape);
        head = new AttentionShape(1, 1, sizes[0], sizes[1]);
        rule = AttentionKinds.of(kind);
        int size = sizes[0] * sizes[1];
        q = floats.filled(size);
        k = floats.filled(size);
        dQ = floats.filled(size);
        dK = floats.filled(size);
        scores = floats.filled(head.pairs());
        pattern = floats.filled(head.pairs());
        dScores = floats.filled(head.pairs());
        pairs = sizes[0] * (sizes[0] + 1L) / 2;
        operations = 2 * pairs * sizes[1];
        floats.cpu.scores(q, k, scores, head);
        floats.cpu.pattern(rule, scores, pattern, head);
    }

    @Benchmark
    public void scores(Floats floats, Work work) {
        floats.cpu.scores(q, k, scores, head);
        work.giga += operations;
    }

    @Benchmark
    public void pattern(Floats floats, Work work) {
        floats.cpu.pattern(rule, scores, pattern, head);
        work.giga += pairs;
    }

    @Benchmark
    public void mix(Floats floats, Work work) {
        floats.cpu.mix(pattern, q, dQ, head);
        work.giga += operations;
    }

    @Benchmark
    public void mixBackward(Floats floats, Work work) {
        floats.cpu.mixBackward(q, pattern, k, dScores, dK, head);
        work.giga += 2 * operations;
    }

    @Benchmark
    public void patternBackward(Floats floats, Work work) {
        floats.cpu.patternBackward(rule, scores, pattern, pattern, dScores, head);
        work.giga += pairs;
    }

    @Benchmark
    public void scoresBackward(Floats floats, Work work) {
        floats.cpu.scoresBackward(pattern, q, k, dQ, dK, head);
        work.giga += 2 * operations;
    }
}
