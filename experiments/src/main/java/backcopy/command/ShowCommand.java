package backcopy.command;

import backcopy.run.Json;
import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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
            completionCandidates = Candidates.Runs.class,
            description =
                    "a run's identity, the beginning of it, or its directory; with @STEP, as it was when finished there")
    private String run;

    @Mixin
    private StoreOption store;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    /** A damaged run does not hide the others. */
    private static String line(RunDirectory run) {
        try {
            return Summary.line(run);
        } catch (IllegalArgumentException e) {
            return "run " + run.identity() + ": " + e.getMessage();
        }
    }

    private static List<Map<String, Object>> words(RunStore store) {
        List<Map<String, Object>> all = new ArrayList<>();
        for (RunDirectory run : store.all()) {
            try {
                all.add(Summary.words(run));
            } catch (IllegalArgumentException e) {
                all.add(Map.of("run", run.identity(), "damage", e.getMessage()));
            }
        }
        return all;
    }

    @Override
    public Integer call() {
        if (json) {
            out().println(Json.line(
                    run == null ? Map.of("runs", words(store.store())) : Summary.words(store.find(run))));
            return 0;
        }
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
                + found.checkpoints().steps() + ", finished at "
                + found.finishedAt());
        return 0;
    }
}
