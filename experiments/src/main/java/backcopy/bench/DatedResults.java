package backcopy.bench;

import backcopy.run.Provenance;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A file of what was measured on one day and processor: for each call the command, the versions and what was printed. Calls add
 * to it, so that a long comparison may be made in pieces.
 */
public final class DatedResults {
    private static final DateTimeFormatter DAY = DateTimeFormatter.ISO_LOCAL_DATE;
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm");

    private final Path file;
    private final LocalDateTime now;
    private final Provenance machine;

    /**
     * @param directory made where it is missing
     * @param now when the measurement begins; UTC
     * @throws IllegalArgumentException when nothing can be written there
     */
    public DatedResults(Path directory, LocalDateTime now, Provenance machine) {
        this.now = now;
        this.machine = machine;
        file = directory.resolve(DAY.format(now) + "-" + word(machine.cpu()) + ".md");
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new IllegalArgumentException("--save: " + directory + " cannot be made", e);
        }
        if (!Files.isWritable(Files.exists(file) ? file : directory))
            throw new IllegalArgumentException("--save: " + file + " cannot be written");
    }

    /** In a file's name. */
    private static String word(String cpu) {
        return cpu.toLowerCase(Locale.ROOT)
                .replaceAll("\\((r|tm)\\)|processor|\\bcpu\\b", "")
                .replaceAll("[^a-z0-9]+", "-")
                .replaceAll("^-|-$", "");
    }

    public Path file() {
        return file;
    }

    /**
     * Adds one call.
     *
     * @param command as it was typed
     * @param output what was printed, a text for each workload
     */
    public void add(String command, List<String> output) throws IOException {
        String text = String.format(
                "## `%s`%n%n%s UTC, commit %s, Java %s with `%s`%n%n```%n%s%n```%n",
                command, MINUTE.format(now), machine.commit(), machine.java(), options(), String.join("\n\n", output));
        if (!Files.exists(file)) text = title() + text;
        else text = "\n" + text;
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private String title() {
        return String.format(
                Locale.ROOT,
                "# Speed, %s: %s%n%nBy `bb bench --save`; what the numbers are is told in docs/bench.md. %s, %s.%n%n",
                DAY.format(now),
                machine.cpu(),
                machine.os().replaceFirst("-.*", ""), // a distribution's own number says nothing of a speed
                memory());
    }

    private static String memory() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean os
                ? String.format(Locale.ROOT, "%.0f GiB of memory", os.getTotalMemorySize() / (double) (1 << 30))
                : "memory unknown";
    }

    /** Those of the JVM that may change a speed. */
    private static String options() {
        return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(option -> option.startsWith("-X") && !option.startsWith("-Xlog") && !option.contains("/"))
                .collect(Collectors.joining(" "));
    }
}
