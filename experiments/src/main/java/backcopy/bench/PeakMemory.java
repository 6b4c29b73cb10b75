package backcopy.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process has held: resident, as Linux counts it; elsewhere the sum of Java's own pools' peaks. */
final class PeakMemory {
    private static final String LINE = "VmHWM:";
    private static final long KIBIBYTE = 1024;

    private PeakMemory() {}

    /** Of this process, in bytes. */
    static long bytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (Files.isReadable(status)) return resident(status);
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .mapToLong(pool -> pool.getPeakUsage().getCommitted())
                .sum();
    }

    /** Of the process that a file of Linux's tells of, in bytes; 0 where there is no such file. */
    static long resident(Path status) throws IOException {
        if (!Files.isReadable(status)) return 0;
        return Files.readAllLines(status).stream()
                        .filter(line -> line.startsWith(LINE))
                        .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                        .sum()
                * KIBIBYTE;
    }
}
