package backcopy.report;

import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.experiment.Findings;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * The runs that a user's words name: runs by identity or directory, and all runs of an experiment.
 *
 * @param title what was selected, in the user's words
 * @param runs each once, in the order of the words
 * @param findings of the experiments among the words, by name
 * @param commands that make again what was named as a whole
 */
public record Selection(String title, List<ReportedRun> runs, Map<String, Findings> findings, List<String> commands) {
    /**
     * What {@code words} name.
     *
     * @param scale of experiments
     * @param runs finds the run that a word names
     * @throws IllegalArgumentException when a word names nothing in the store, or an experiment has runs that are not in it
     */
    public static Selection of(
            List<String> words, Scale scale, RunStore store, Provenance machine, Function<String, RunDirectory> runs)
            throws IOException {
        Map<String, ReportedRun> found = new LinkedHashMap<>();
        Map<String, Findings> findings = new LinkedHashMap<>();
        List<String> commands = new ArrayList<>();
        Runner runner = new Runner(store, machine, () -> false);
        for (String word : words) {
            Optional<Experiment> experiment = Experiments.ALL.stream()
                    .filter(each -> each.name().equals(word))
                    .findFirst();
            if (experiment.isEmpty()) {
                ReportedRun run = ReportedRun.of(runs.apply(word));
                found.putIfAbsent(run.identity(), run);
                continue;
            }
            List<RunDirectory> finished = finished(experiment.get(), scale, runner, store);
            List<RunSpec> specs = experiment.get().runs(scale);
            for (int r = 0; r < specs.size(); r++) {
                ReportedRun run = ReportedRun.upTo(specs.get(r).train().steps(), finished.get(r));
                found.putIfAbsent(run.identity(), run);
            }
            findings.put(word, experiment.get().analyze(scale, finished));
            commands.add("./bb reproduce --scale " + scale + " " + word);
        }
        return new Selection(String.join(", ", words), List.copyOf(found.values()), findings, commands);
    }

    private static List<RunDirectory> finished(Experiment experiment, Scale scale, Runner runner, RunStore store) {
        List<RunDirectory> runs = new ArrayList<>();
        for (RunSpec spec : experiment.runs(scale))
            runs.add(runner.finished(spec, null)
                    .orElseThrow(
                            () -> new IllegalArgumentException("experiment " + experiment.name() + " at scale " + scale
                                    + " has runs that are not in store " + store.root() + "; bb reproduce --scale "
                                    + scale + " "
                                    + experiment.name() + " makes them")));
        return runs;
    }

    List<String> identities() {
        return runs.stream().map(ReportedRun::identity).toList();
    }

    /** In what the runs differ. */
    public Differences differences() {
        return Differences.of(runs.stream().map(ReportedRun::spec).toList());
    }
}
