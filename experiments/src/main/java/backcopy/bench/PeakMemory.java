package backcopy.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.nio.file.Files;
import java.nio.file.Path;

/** The most memory that this process has held: resident, as Linux counts it; elsewhere the sum of Java's own pools' peaks. */
final class PeakMemory {
    private static final String LINE = "VmHWM:";

    private PeakMemory() {}

    static long bytes() {
        Path status = Path.of("/proc/self/status");
        if (!Files.isReadable(status))
            return ManagementFactory.getMemoryPoolMXBeans().stream()
                    .map(MemoryPoolMXBean::getPeakUsage)
                    .mapToLong(usage -> usage.getCommitted())
                    .sum();
        try {
            return Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith(LINE))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElse(0)
                    * 1024;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
