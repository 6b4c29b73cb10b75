package backcopy.backend.cpu;

import backcopy.backend.cpu.Floats.Work;
import java.util.concurrent.TimeUnit;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What the kernels are compared with: multiply-adds in registers alone, in GFLOP/s (the line {@code giga}). */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(
        value = 1,
        jvmArgsAppend = {"--add-modules", "jdk.incubator.vector", "-XX:ObjectAlignmentInBytes=64"})
@State(Scope.Thread)
public class PeakSpeed {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int STEPS = 10_000;
    private static final int CHAINS = 12;

    /** Twelve chains that do not wait for each other. */
    @Benchmark
    public float multiplyAdd(Work work) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.999f), y = FloatVector.broadcast(SPECIES, 1e-3f);
        FloatVector a = y, b = a.add(1), c = a.add(2), d = a.add(3), e = a.add(4), f = a.add(5);
        FloatVector g = a.add(6), h = a.add(7), i = a.add(8), j = a.add(9), k = a.add(10), l = a.add(11);
        for (int step = 0; step < STEPS; step++) {
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
        work.giga += 2L * CHAINS * SPECIES.length() * STEPS;
        FloatVector first = a.add(b).add(c).add(d).add(e).add(f),
                last = g.add(h).add(i).add(j).add(k).add(l);
        return first.add(last).lane(0);
    }
}
