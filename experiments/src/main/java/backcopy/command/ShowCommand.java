package backcopy.command;

import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bb show}: a run's summary; without a run, the store's runs. */
@Command(
        name = "show",
        description = "Shows what a run is and what it came to; without RUN, every run of the store in a line.",
        footer = {"", "Example: bb show 3f2a"})
final class ShowCommand extends Verb implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "RUN",
            description = "a run's identity, the beginning of it, or its directory")
    private String run;

    @Mixin
    private StoreOption store;

    /** A damaged run does not hide the others. */
    private static String line(RunDirectory run) {
        try {
            return Summary.line(run);
        } catch (IllegalArgumentException e) {
            return "run " + run.identity() + ": " + e.getMessage();
        }
    }

    @Override
    public Integer call() {
        if (run == null) {
            for (RunDirectory each : store.store().all()) out().println(line(each));
            return 0;
        }
        RunDirectory found = store.find(run);
        out().println(Summary.of(found));
        out().println("  spec:");
        Keys.flatten(found.spec()).forEach((key, value) -> out().println("    " + key + "=" + value));
        out().println("  " + found.measurements().size() + " records, "
                + found.observableSteps().size() + " files of observables, checkpoints at "
                + found.checkpoints().steps());
        return 0;
    }
}
