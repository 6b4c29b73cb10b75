package backcopy.command;

import backcopy.run.Provenance;

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
}
