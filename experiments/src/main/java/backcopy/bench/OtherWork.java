package backcopy.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How busy everybody else keeps the processor, as Linux counts it. A number taken beside other work is worth little. */
final class OtherWork {
    /** Cores; below this a machine counts as quiet. */
    private static final double QUIET = 0.1;

    private static final Path STATISTICS = Path.of("/proc/stat");
    private static final double TICK = 0.01; // second
    /** Columns of the first line: its name, user, nice, system, idle, iowait, irq, softirq, steal. */
    private static final int IDLE = 4, WAITING = 5, LAST = 8;

    private final List<ProcessHandle> own;
    private final long start = System.nanoTime();
    private final double before;

    /** From now on. */
    OtherWork(ProcessHandle... own) throws IOException {
        this.own = List.of(own);
        before = others();
    }

    /** Cores in use by others since then, on average; not a number where the system does not tell. */
    double cores() throws IOException {
        return Math.max(0, others() - before) / (1e-9 * (System.nanoTime() - start));
    }

    /** Seconds of work that were not ours. */
    private double others() throws IOException {
        if (!Files.isReadable(STATISTICS)) return Double.NaN;
        double mine = own.stream()
                .mapToDouble(process -> 1e-9
                        * process.info()
                                .totalCpuDuration()
                                .orElse(Duration.ZERO)
                                .toNanos())
                .sum();
        return busy(Files.readAllLines(STATISTICS).get(0)) - mine;
    }

    /** Seconds that all cores have worked, from the statistics' first line. */
    static double busy(String line) {
        String[] columns = line.trim().split("\\s+");
        double ticks = Arrays.stream(columns, 1, LAST + 1)
                .mapToDouble(Double::parseDouble)
                .sum();
        return TICK * (ticks - Double.parseDouble(columns[IDLE]) - Double.parseDouble(columns[WAITING]));
    }

    /** A line to print below numbers that should not be quoted; empty on a quiet machine. */
    static String note(double cores) {
        return cores < QUIET || Double.isNaN(cores)
                ? ""
                : String.format(
                        Locale.ROOT,
                        "  note: other programs kept %.1f cores busy meanwhile; these numbers are not to be relied on%n",
                        cores);
    }
}
