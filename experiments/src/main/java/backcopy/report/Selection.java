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
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The runs that a user's words name: runs by identity or directory as they are now, and all runs of an experiment or of a sweep
 * as these asked for them, whatever became of a run since.
 *
 * @param title what was selected, in the user's words
 * @param runs each once as of each step, in the order of the words
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
    /** Runs that are named by themselves where a sentence is about many. */
    private static final int MOVED = 4;

    private static final String LEFT_OUT = "left out: ";
    private static final Pattern AT_STEP = Pattern.compile("(.+)@([0-9]{1,18})");

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
            else if (sweeps.contains(sweep(word))) collected.add(Sweep.read(store, sweep(word)));
            else collected.addIfReadable(word, runs);
        }
        return collected.selection(String.join(", ", words));
    }

    /** {@code sweeps/NAME}, as its directory is called, tells a sweep from an experiment of that name. */
    private static String sweep(String word) {
        return word.startsWith("sweeps/") ? word.substring("sweeps/".length()) : word;
    }

    /** {@code RUN}, as it is now, or {@code RUN@STEP}, as it was when it was finished there. */
    private static ReportedRun named(String word, Function<String, RunDirectory> runs) {
        Matcher atStep = AT_STEP.matcher(word);
        if (!atStep.matches()) return ReportedRun.of(runs.apply(word));
        return ReportedRun.of(runs.apply(atStep.group(1)).at(Long.parseLong(atStep.group(2))));
    }

    /** What words have named so far. */
    private static final class Collected {
        private final RunStore store;
        private final Runner runner;
        private final Map<List<Object>, ReportedRun> runs = new LinkedHashMap<>();
        private final Map<String, Findings> findings = new LinkedHashMap<>();
        private final List<String> commands = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        Collected(RunStore store, Runner runner) {
            this.store = store;
            this.runner = runner;
        }

        /** Each run once as of each step. */
        void add(ReportedRun run) {
            runs.putIfAbsent(List.of(run.identity(), run.spec().train().steps()), run);
        }

        /** A run that is there and cannot be read, as one of another branch's attention kind, does not hide the others. */
        void addIfReadable(String word, Function<String, RunDirectory> find) {
            RunDirectory found = find.apply(word.replaceFirst("@[0-9]{1,18}$", ""));
            try {
                found.spec();
            } catch (IllegalArgumentException unreadable) {
                notes.add(LEFT_OUT + unreadable.getMessage());
                return;
            }
            add(named(word, find));
        }

        void add(Experiment experiment, Scale scale) throws IOException {
            FinishedRuns finished = FinishedRuns.of(experiment, scale, runner)
                    .orElseThrow(
                            () -> new IllegalArgumentException("experiment " + experiment.name() + " at scale " + scale
                                    + " has runs that are not in store " + store.root() + "; bb reproduce --scale "
                                    + scale + " "
                                    + experiment.name() + " makes them"));
            for (RunDirectory run : finished.runs()) add(ReportedRun.of(run));
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
                    ReportedRun run = ReportedRun.asOf(steps, begun.get(cell.run()));
                    add(run);
                    if (run.isFinished()) finished++;
                } catch (IllegalArgumentException damaged) {
                    notes.add(LEFT_OUT + damaged.getMessage());
                }
            }
            if (finished < sweep.cells().size())
                notes.add("sweep " + sweep.name() + ": " + finished + " of "
                        + sweep.cells().size() + " cells are finished");
            commands.add(Repetition.sweep(sweep.spec()));
        }

        Selection selection(String title) {
            Optional<String> leftOut =
                    notes.stream().filter(note -> note.startsWith(LEFT_OUT)).findFirst();
            if (runs.isEmpty() && leftOut.isPresent())
                throw new IllegalArgumentException(leftOut.get().substring(LEFT_OUT.length()));
            if (runs.isEmpty())
                throw new IllegalArgumentException(title + " has no run in store " + store.root() + " yet");
            Map<String, Long> times =
                    runs.values().stream().collect(Collectors.groupingBy(ReportedRun::identity, Collectors.counting()));
            List<ReportedRun> labeled = runs.values().stream()
                    .map(run -> times.get(run.identity()) > 1 ? run.labeledByStep() : run)
                    .toList();
            return new Selection(title, labeled, findings, commands, notes);
        }
    }

    List<String> labels() {
        return runs.stream().map(ReportedRun::label).toList();
    }

    /** How many runs are not finished, and so in no mean, in a few words; empty where all are. */
    public String unfinished() {
        Map<String, Long> counts = runs.stream()
                .filter(run -> !run.isFinished())
                .collect(Collectors.groupingBy(ReportedRun::status, TreeMap::new, Collectors.counting()));
        long all = counts.values().stream().mapToLong(Long::longValue).sum();
        if (all == 0) return "";
        return all + " of " + runs.size() + (all == 1 ? " runs is not finished (" : " runs are not finished (")
                + counts.entrySet().stream()
                        .map(count -> count.getValue() + " " + count.getKey())
                        .collect(Collectors.joining(", "))
                + ")";
    }

    /** In how many runs, and where, most attention is elsewhere than where sinks are measured; empty where in none. */
    public String moved() {
        List<String> moved = runs.stream()
                .flatMap(run -> run.mostElsewhere().stream().map(most -> run.label() + " " + most.words()))
                .toList();
        if (moved.isEmpty()) return "";
        return movedCount() + ", where sink, drain and peak are measured: "
                + String.join("; ", moved.subList(0, Math.min(MOVED, moved.size())))
                + (moved.size() > MOVED ? "; ..." : "");
    }

    /** The first words of it, for a picture. */
    String movedCount() {
        long moved =
                runs.stream().filter(run -> run.mostElsewhere().isPresent()).count();
        if (moved == 0) return "";
        return moved + " of " + runs.size() + (moved == 1 ? " runs has" : " runs have")
                + " most attention elsewhere than on position 0";
    }

    /**
     * What a reader of these runs should know, in one line each: what is missing, what is not finished, and where a small sink is
     * a moved one.
     */
    public List<String> warnings() {
        return Stream.concat(notes.stream(), Stream.of(unfinished(), moved(), otherNumerics()))
                .filter(words -> !words.isEmpty())
                .toList();
    }

    private String otherNumerics() {
        List<String> others = runs.stream()
                .filter(run -> !run.state().otherNumerics().isEmpty())
                .map(run -> run.identity() + " (" + run.state().otherNumerics() + ")")
                .toList();
        return others.isEmpty()
                ? ""
                : "of other numerics, so that the same spec gives other bits now: " + String.join(", ", others);
    }

    /** In what the runs differ. */
    public Differences differences() {
        return Differences.of(runs.stream().map(ReportedRun::spec).toList());
    }
}
