package backcopy.run;

import backcopy.backend.Backend;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.OperatingSystemMXBean;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What a run ran on. Given the same spec, commit, backend and vector width, the bits are the same.
 *
 * @param commit of the program, or {@code unknown}
 * @param java version and vendor
 * @param os system and version
 * @param cpu model and cores
 * @param backend the backend's description of itself: precision, instruction set, device
 * @param vectorBits width of its vectors
 */
public record Provenance(String commit, String java, String os, String cpu, String backend, int vectorBits) {
    /** This machine and this Java; the backend is not yet chosen. */
    public static Provenance here(String commit) {
        OperatingSystemMXBean os = ManagementFactory.getOperatingSystemMXBean();
        String cpu = processor(os) + ", " + os.getAvailableProcessors() + " cores";
        String java =
                Runtime.version() + " " + ManagementFactory.getRuntimeMXBean().getVmVendor();
        return new Provenance(commit, java, os.getName() + " " + os.getVersion(), cpu, "", 0);
    }

    /** The model as Linux tells it, elsewhere the architecture. */
    private static String processor(OperatingSystemMXBean os) {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.isReadable(info)) return os.getArch();
        try (Stream<String> lines = Files.lines(info)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .orElse(os.getArch());
        } catch (IOException e) {
            return os.getArch();
        }
    }

    /** The same machine, on a backend. */
    public Provenance on(Backend backend) {
        return new Provenance(commit, java, os, cpu, backend.description(), backend.vectorBits());
    }

    /** One text such as {@code java 25 instead of 17} for each difference. */
    List<String> changesFrom(Provenance before) {
        List<String> changes = new ArrayList<>();
        for (RecordComponent component : Provenance.class.getRecordComponents()) {
            Object now = value(component, this);
            Object then = value(component, before);
            if (!now.equals(then)) changes.add(component.getName() + " " + now + " instead of " + then);
        }
        return changes;
    }

    private static Object value(RecordComponent component, Provenance provenance) {
        try {
            return component.getAccessor().invoke(provenance);
        } catch (ReflectiveOperationException e) {
            throw new AssertionError(component + " cannot be read", e);
        }
    }
}
