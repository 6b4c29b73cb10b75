package backcopy.backend.cpu;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.Random;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** What the speed benchmarks compute with: a backend and numbers between -1 and 1. */
@State(Scope.Thread)
public class Floats {
    /** {@code vector}, or with {@code -p backend=scalar} the plain Java of machines without the Vector API. */
    @Param("vector")
    String backend;

    Backend cpu;
    private final Random random = new Random(1);

    @Setup(Level.Trial)
    public void open() {
        cpu = backend.equals("scalar") ? CpuBackend.scalar() : CpuBackend.vector();
    }

    Buffer filled(int size) {
        Buffer buffer = cpu.allocate(size);
        cpu.write(random.doubles(size, -1, 1).toArray(), buffer);
        return buffer;
    }

    int[] below(int bound, int size) {
        return random.ints(size, 0, bound).toArray();
    }

    /** {@code "256x64"} as numbers. */
    static int[] sizes(String shape) {
        String[] words = shape.split("x");
        int[] sizes = new int[words.length];
        for (int i = 0; i < sizes.length; i++) sizes[i] = Integer.parseInt(words[i]);
        return sizes;
    }

    /** Counted beside the calls: in the unit of the benchmarks, floating-point operations or numbers a nanosecond. */
    @State(Scope.Thread)
    @AuxCounters(AuxCounters.Type.OPERATIONS)
    public static class Work {
        public long giga;

        @Setup(Level.Iteration)
        public void reset() {
            giga = 0;
        }
    }
}
