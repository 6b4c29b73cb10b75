package backcopy.command;

import backcopy.backend.Backend;
import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.cuda.CudaSearch;
import backcopy.backend.cuda.CudaSearch.Finding;
import backcopy.figure.Fonts;
import backcopy.run.Backends;
import backcopy.run.Json;
import backcopy.run.StoreSize;
import backcopy.run.TrainSpec;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb doctor}: what was found on this machine, and why something is not used. */
@Command(
        name = "doctor",
        description =
                "Shows what Backcopy found on this machine, why something is not used, and what the store takes on the disk.",
        footer = {"", "Example: bb doctor"})
final class DoctorCommand extends Verb implements Callable<Integer> {
    private static final int CACHE_LINE = 64;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private StoreOption store;

    private final Map<String, Object> found = new LinkedHashMap<>();
    private final List<String> notes = new ArrayList<>();

    @Override
    public Integer call() {
        line("java", Machine.provenance().java() + ", " + System.getProperty("java.home"));
        line("memory", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB heap at most");
        line("processor", Machine.provenance().cpu());
        line("commit", Machine.provenance().commit());
        for (String name : TrainSpec.BACKENDS) line("backend " + name, backend(name));
        for (Finding finding : CudaSearch.findings())
            line(finding.what(), (finding.sound() ? "" : "missing: ") + finding.words());
        line("store", store.store().root() + ": " + size(StoreSize.of(store.store())));
        line("fonts", Fonts.missing().map(why -> "missing: " + why).orElse("found"));
        if (CpuBackend.slowBecause() != null)
            line("note", CpuBackend.slowBecause() + ": plain Java is several times slower than vectors");
        if (objectAlignment() < CACHE_LINE)
            line(
                    "note",
                    "objects are not aligned to cache lines (-XX:ObjectAlignmentInBytes=64): matmuls are up to a fifth"
                            + " slower");
        if (json) {
            found.put("notes", notes);
            out().println(Json.line(found));
        }
        return 0;
    }

    private static String size(StoreSize size) {
        return String.format(
                Locale.ROOT,
                "%d %s, %s; checkpoints that are kept: %d, %s; that automatic saving replaces: %d, %s",
                size.runs(),
                size.runs() == 1 ? "run" : "runs",
                mebibytes(size.bytes()),
                size.kept(),
                mebibytes(size.keptBytes()),
                size.automatic(),
                mebibytes(size.automaticBytes()));
    }

    private static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / (double) (1 << 20));
    }

    /** In bytes; a cache line's where the JVM does not say. */
    private static int objectAlignment() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        return jvm == null
                ? CACHE_LINE
                : Integer.parseInt(jvm.getVMOption("ObjectAlignmentInBytes").getValue());
    }

    private static String backend(String name) {
        if (name.equals("auto")) return "uses " + Backends.resolve(name);
        try (Backend backend = Backends.open(name)) {
            return backend.description();
        } catch (IllegalArgumentException e) {
            return "not used: " + e.getMessage();
        }
    }

    private void line(String what, String about) {
        if (what.equals("note")) notes.add(about);
        else found.put(what, about);
        if (!json) out().printf("%-18s %s%n", what, about);
    }
}
