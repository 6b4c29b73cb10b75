package backcopy.backend.cpu;

import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
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

/** The matrix products of a layer, in GFLOP/s (the line {@code giga}). Shapes are {@code rows x out x in}. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
@State(Scope.Thread)
public class LinearSpeed {
    @Param({"256x256x256", "256x1024x256", "256x256x1024", "256x67x256", "128x64x64", "128x256x64", "128x64x256"})
    String shape;

    private int rows, out, in;
    private Buffer x, y, dW;
    private Matrix w;

    @Setup(Level.Trial)
    public void fill(Floats floats) {
        int[] sizes = Floats.sizes(shape);
        rows = sizes[0];
        out = sizes[1];
        in = sizes[2];
        x = floats.filled(rows * in);
        y = floats.filled(rows * out);
        dW = floats.filled(out * in);
        w = floats.cpu.matrix(floats.filled(out * in), out, in);
    }

    @Benchmark
    public void linear(Floats floats, Work work) {
        floats.cpu.linear(x, w, y, rows, false);
        work.giga += 2L * rows * out * in;
    }

    @Benchmark
    public void linearBackwardInput(Floats floats, Work work) {
        floats.cpu.linearBackwardInput(y, w, x, rows, false);
        work.giga += 2L * rows * out * in;
    }

    @Benchmark
    public void linearBackwardWeight(Floats floats, Work work) {
        floats.cpu.linearBackwardWeight(y, x, dW, rows, out, in, true);
        work.giga += 2L * rows * out * in;
    }

    /** Numbers, not operations. */
    @Benchmark
    public void pack(Floats floats, Work work) {
        floats.cpu.pack(w);
        work.giga += 2L * out * in;
    }
}
