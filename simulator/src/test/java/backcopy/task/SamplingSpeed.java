package backcopy.task;

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

/** Sequences of the task, in sequences a millisecond. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
@State(Scope.Thread)
public class SamplingSpeed {
    @Param({"256", "64"})
    int length;

    private BatchStream stream;
    private int[] tokens;
    private int row;

    @Setup(Level.Trial)
    public void open() {
        stream = new BatchStream(Task.of(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, length, 1)), 5);
        tokens = new int[length + 1];
    }

    @Benchmark
    public int[] sequence() {
        stream.sequence(0, row++, tokens);
        return tokens;
    }
}
