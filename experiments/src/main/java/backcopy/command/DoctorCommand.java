package backcopy.command;

import backcopy.backend.Backend;
import backcopy.run.Backends;
import backcopy.run.TrainSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code bb doctor}: what was found on this machine, and why something is not used. */
@Command(
        name = "doctor",
        description = "Shows what Backcopy found on this machine, and why something is not used.",
        footer = {"", "Example: bb doctor"})
final class DoctorCommand extends Verb implements Callable<Integer> {
    @Override
    public Integer call() {
        line("java", Machine.provenance().java() + ", " + System.getProperty("java.home"));
        line("memory", Runtime.getRuntime().maxMemory() / (1 << 20) + " MiB heap at most");
        line("processor", Machine.provenance().cpu());
        line("commit", Machine.provenance().commit());
        for (String name : TrainSpec.BACKENDS) line("backend " + name, backend(name));
        if (ModuleLayer.boot().findModule("jdk.incubator.vector").isEmpty())
            line(
                    "note",
                    "the Vector API is absent (--add-modules jdk.incubator.vector): plain Java is several times slower");
        return 0;
    }

    private static String backend(String name) {
        if (name.equals("auto")) return "uses " + Backends.resolve(name);
        try (Backend backend = Backends.open(name)) {
            return backend.description();
        } catch (IllegalArgumentException e) {
            return "not used: " + e.getMessage();
        }
    }

    private void line(String what, String found) {
        out().printf("%-18s %s%n", what, found);
    }
}
