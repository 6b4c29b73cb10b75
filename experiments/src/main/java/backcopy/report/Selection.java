package backcopy.report;

import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.experiment.Findings;
import backcopy.experiment.FinishedRuns;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import backcopy.sweep.Cell;
import backcopy.sweep.Sweep;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The runs that a user's words name: runs by identity or directory, and all runs of an experiment or of a sweep.
 *
 * @param title what was selected, in the user's words
 * @param runs each once, in the order of the words
 * @param findings of the experiments among the words, by name
 * @param commands that make again what was named as a whole
 * @param notes what is missing, in one line each
 */
public record Selection(
        String title,
        List<ReportedRun> runs,
        Map<String, Findings> findings,
        List<String> commands,
        List<String> notes) {
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
        Collected collected = new Collected(store, new Runner(store, machine, () -> false));
        List<String> sweeps = Sweep.names(store);
        for (String word : words) {
            Optional<Experiment> experiment = Experiments.ALL.stream()
                    .filter(each -> each.name().equals(word))
                    .findFirst();
            if (experiment.isPresent()) collected.add(experiment.get(), scale);
            else if (sweeps.contains(word)) collected.add(Sweep.read(store, word));
            else collected.add(ReportedRun.of(runs.apply(word)));
        }
        return collected.selection(String.join(", ", words));
    }

    /** What words have named so far. */
    private static final class Collected {
        private final RunStore store;
        private final Runner runner;
        private final Map<String, ReportedRun> runs = new LinkedHashMap<>();
        private final Map<String, Findings> findings = new LinkedHashMap<>();
        private final List<String> commands = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Collected(RunStore store, Runner runner) {
            this.store = store;
            this.runner = runner;
        }

        void add(ReportedRun run) {
            runs.putIfAbsent(run.identity(), run);
        }

        void add(Experiment experiment, Scale scale) throws IOException {
            FinishedRuns finished = FinishedRuns.of(experiment, scale, runner)
                    .orElseThrow(
                            () -> new IllegalArgumentException("experiment " + experiment.name() + " at scale " + scale
                                    + " has runs that are not in store " + store.root() + "; bb reproduce --scale "
                                    + scale + " "
                                    + experiment.name() + " makes them"));
            for (int r = 0; r < finished.runs().size(); r++)
                add(ReportedRun.upTo(
                        finished.specs().get(r).train().steps(), finished.runs().get(r)));
            Findings found = experiment.analyze(scale, finished.runs());
            findings.put(experiment.name(), scale == Scale.SMOKE ? found.unjudged() : found);
            commands.add("./bb reproduce --scale " + scale + " " + experiment.name());
        }

        /** The cells that were begun; it may go on while it is looked at, and a damaged run does not hide the others. */
        void add(Sweep sweep) {
            int finished = 0;
            Map<String, RunDirectory> begun =
                    store.all().stream().collect(Collectors.toMap(RunDirectory::identity, Function.identity()));
            for (Cell cell : sweep.cells()) {
                if (!begun.containsKey(cell.run())) continue;
                long steps = cell.spec().train().steps();
                try {
                    ReportedRun run = ReportedRun.upTo(steps, begun.get(cell.run()));
                    add(run);
                    if (run.state().steps() >= steps) finished++;
                } catch (IllegalArgumentException damaged) {
                    notes.add("left out: " + damaged.getMessage());
                }
            }
            if (finished < sweep.cells().size())
                notes.add("sweep " + sweep.name() + ": " + finished + " of "
                        + sweep.cells().size() + " cells are finished");
            commands.add(Repetition.sweep(sweep.spec()));
        }

        Selection selection(String title) {
            if (runs.isEmpty())
                throw new IllegalArgumentException(title + " has no run in store " + store.root() + " yet");
            return new Selection(title, List.copyOf(runs.values()), findings, commands, notes);
        }
    }

    List<String> identities() {
        return runs.stream().map(ReportedRun::identity).toList();
    }

    /** In what the runs differ. */
    public Differences differences() {
        return Differences.of(runs.stream().map(ReportedRun::spec).toList());
    }
}
