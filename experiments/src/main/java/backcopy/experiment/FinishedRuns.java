package backcopy.experiment;

import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The runs of an experiment that are all in the store, those of {@link Experiment#runs} and then those of {@link Experiment#more}.
 *
 * @param specs one a run
 */
public record FinishedRuns(List<RunSpec> specs, List<RunDirectory> runs) {
    /** Empty where one is missing. */
    public static Optional<FinishedRuns> of(Experiment experiment, Scale scale, Runner runner) {
        List<RunSpec> specs = new ArrayList<>(experiment.runs(scale));
        List<RunDirectory> runs = new ArrayList<>();
        if (!find(experiment, specs, runner, runs)) return Optional.empty();
        List<RunSpec> more = experiment.more(scale, List.copyOf(runs));
        specs.addAll(more);
        return find(experiment, more, runner, runs) ? Optional.of(new FinishedRuns(specs, runs)) : Optional.empty();
    }

    /** The stored run of a spec with which the experiment has nothing more to do. */
    static Optional<RunDirectory> find(Experiment experiment, RunSpec spec, Runner runner) {
        return experiment.mayDiverge() ? runner.ended(spec, null) : runner.finished(spec, null);
    }

    private static boolean find(Experiment experiment, List<RunSpec> specs, Runner runner, List<RunDirectory> runs) {
        for (RunSpec spec : specs) {
            Optional<RunDirectory> run = find(experiment, spec, runner);
            if (run.isEmpty()) return false;
            runs.add(run.get());
        }
        return true;
    }
}
