package backcopy.command;

import backcopy.run.Rerun;
import backcopy.run.RunDirectory;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bb rerun}: run again and compare. */
@Command(
        name = "rerun",
        description = "Runs a stored spec again and compares records and final weights bit by bit.",
        footer = {"", "Example: bb rerun 3f2a"})
final class RerunCommand extends Verb implements Callable<Integer> {
    @Parameters(
            paramLabel = "RUN",
            completionCandidates = Candidates.Runs.class,
            description = "a run's identity, the beginning of it, or its directory")
    private String run;

    @Mixin
    private StoreOption store;

    @Override
    public Integer call() throws Exception {
        RunDirectory original = store.find(run);
        Rerun.Comparison comparison =
                Rerun.of(original, Machine.provenance(), interrupt()::requested, progress("again: "));
        if (comparison.interrupted()) return INTERRUPTED;
        out().println(comparison.words());
        return comparison.same() ? 0 : 1;
    }
}
