package backcopy.command;

import backcopy.run.Provenance;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.jar.JarFile;
import java.util.jar.Manifest;

/** What the launcher told the JVM. */
final class Machine {
    private static final String UNKNOWN = "unknown";

    private Machine() {}

    /** Where a run would run; its backend is not yet chosen. */
    static Provenance provenance() {
        return Provenance.here(System.getProperty("backcopy.commit", commit(place())));
    }

    /** The commit that a jar was built from, as its manifest says; {@code unknown} where none does. */
    static String commit(Path jar) {
        if (!Files.isRegularFile(jar)) return UNKNOWN; // classes in a directory
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String commit =
                    manifest == null ? null : manifest.getMainAttributes().getValue("Backcopy-Commit");
            return commit == null ? UNKNOWN : commit;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static Path place() {
        try {
            return Path.of(Machine.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new AssertionError("a class path is no URI", e);
        }
    }

    /** Whether standard error is a terminal. */
    static boolean isTerminal() {
        return Boolean.getBoolean("backcopy.terminal");
    }

    /** The file {@code bb}. */
    static String launcher() {
        return System.getProperty("backcopy.launcher", "bb");
    }

    /** The directory of the module pytorch, where it would be built; it may not be there. */
    static Path pytorch() {
        return Path.of(System.getProperty("backcopy.pytorch", "pytorch/target"));
    }

    /** The directory of dated measurements, beside the launcher; it may not be there. */
    static Path results() {
        return Path.of(System.getProperty("backcopy.results", "bench/results"));
    }

    /** The directory of the module query, where it would be built; it may not be there. */
    static Path query() {
        return Path.of(System.getProperty("backcopy.query", "query/target"));
    }
}
