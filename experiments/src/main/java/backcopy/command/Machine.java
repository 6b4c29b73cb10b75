package backcopy.command;

import backcopy.run.Provenance;
import java.nio.file.Path;

/** What the launcher told the JVM. */
final class Machine {
    private Machine() {}

    /** Where a run would run; its backend is not yet chosen. */
    static Provenance provenance() {
        return Provenance.here(System.getProperty("backcopy.commit", "unknown"));
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

    /** The directory of the module query, where it would be built; it may not be there. */
    static Path query() {
        return Path.of(System.getProperty("backcopy.query", "query/target"));
    }
}
