package backcopy.backend.cpu;

import backcopy.backend.Buffer;
import backcopy.backend.cpu.Floats.Work;
import backcopy.optim.AdamW;
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

/** What is done number by number, in numbers a nanosecond (the line {@code giga}). Shapes are {@code rows x width}. */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
@State(Scope.Thread)
public class RowSpeed {
    @Param({"256x256", "128x64"})
    String shape;

    private int rows, width, size;
    private Buffer x, y, gain, bias, mean, inverse, dX, dGain, dBias, losses;
    private Buffer[] moments;
    private int[] targets;

    @Setup(Level.Trial)
    public void fill(Floats floats) {
        int[] sizes = Floats.sizes(shape);
        rows = sizes[0];
        width = sizes[1];
        size = rows * width;
        x = floats.filled(size);
        y = floats.filled(size);
        dX = floats.filled(size);
        gain = floats.filled(width);
        bias = floats.filled(width);
        dGain = floats.filled(width);
        dBias = floats.filled(width);
        mean = floats.filled(rows);
        inverse = floats.filled(rows);
        losses = floats.filled(rows);
        moments = new Buffer[] {floats.cpu.allocate(size), floats.cpu.allocate(size)};
        targets = floats.below(width, rows);
    }

    @Benchmark
    public void layerNorm(Floats floats, Work work) {
        floats.cpu.layerNorm(x, gain, bias, 1e-5, y, mean, inverse, rows, width);
        work.giga += size;
    }

    @Benchmark
    public void layerNormBackward(Floats floats, Work work) {
        floats.cpu.layerNormBackward(x, gain, mean, inverse, y, dX, dGain, dBias, rows, width);
        work.giga += size;
    }

    @Benchmark
    public void relu(Floats floats, Work work) {
        floats.cpu.relu(x, y);
        work.giga += size;
    }

    /** With the width as the vocabulary. */
    @Benchmark
    public void crossEntropy(Floats floats, Work work) {
        floats.cpu.crossEntropy(x, targets, losses, y, 1, rows, width);
        work.giga += size;
    }

    /** Of as many weights, at a late step: the corrections of the first ones are gone. */
    @Benchmark
    public void adamW(Floats floats, Work work) {
        floats.cpu.update(AdamW.DEFAULT, dX, x, moments, 1000);
        work.giga += size;
    }
}
