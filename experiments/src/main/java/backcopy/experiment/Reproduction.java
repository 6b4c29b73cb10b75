package backcopy.experiment;

import backcopy.figure.Picture;
import backcopy.figure.Table;
import backcopy.run.Progress;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunState.Status;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/** Runs experiments, draws their figures, and prints each claim with its verdict. */
public final class Reproduction {
    private final RunStore store;
    private final Runner runner;
    private final PrintWriter out;
    private final Function<String, Progress> progress;

    /**
     * @param machine where it runs, but for the backend
     * @param stop asked after every step
     * @param progress of a run with the given title
     */
    public Reproduction(
            RunStore store,
            Provenance machine,
            BooleanSupplier stop,
            PrintWriter out,
            Function<String, Progress> progress) {
        this.store = store;
        this.out = out;
        this.progress = progress;
        runner = new Runner(store, machine, stop);
    }

    /** What an experiment class does when it is started alone: {@code [SCALE [STORE]]}. */
    static void main(Experiment experiment, String[] arguments) throws IOException {
        Scale scale = arguments.length > 0 ? Scale.of(arguments[0]) : Scale.LAPTOP;
        RunStore store = new RunStore(Path.of(arguments.length > 1 ? arguments[1] : "runs"));
        PrintWriter out = new PrintWriter(System.out, true);
        new Reproduction(store, Provenance.here("unknown"), () -> false, out, title -> Progress.SILENT)
                .reproduce(List.of(experiment), scale, FirstLook.WHOLE);
    }

    /**
     * Runs what is not yet in the store and reports, one experiment after the other. Experiments share the runs that they have
     * in common.
     *
     * @param look how much of them
     * @return whether it was done; false when it was interrupted
     */
    public boolean reproduce(List<Experiment> experiments, Scale scale, FirstLook look) throws IOException {
        Set<RunSpec> all = new LinkedHashSet<>();
        for (Experiment experiment : experiments) all.addAll(look.of(experiment.runs(scale)));
        List<RunSpec> missing = missing(all);
        Progress whole = progress.apply(missing.size() + " of " + all.size() + " runs to do: ");
        Agenda agenda = new Agenda(missing, whole::estimated);
        for (Experiment experiment : experiments) if (!reproduce(experiment, scale, look, agenda)) return false;
        return true;
    }

    private boolean reproduce(Experiment experiment, Scale scale, FirstLook look, Agenda agenda) throws IOException {
        out.printf("%s at scale %s: %s%n", experiment.name(), scale, experiment.about());
        out.flush();
        List<RunDirectory> runs = new ArrayList<>();
        if (!run(experiment.name() + ", run ", look.of(experiment.runs(scale)), agenda, runs)) return false;
        List<RunSpec> more = look.isWhole() ? experiment.more(scale, List.copyOf(runs)) : List.of();
        agenda.add(missing(more));
        if (!run(experiment.name() + ", further run ", more, agenda, runs)) return false;
        Findings findings = experiment.analyze(scale, runs);
        if (scale == Scale.SMOKE) {
            findings = findings.unjudged();
            out.println("  (smoke runs are too short to judge by: they show that everything works)");
        }
        Path directory = directory(experiment, scale);
        if (!look.isWhole()) {
            findings = findings.unjudged();
            directory = directory.resolveSibling(directory.getFileName() + "-first-look");
            out.println("  (a first look, by which nothing is judged)");
        }
        Files.createDirectories(directory);
        findings.verdictTable().write(directory.resolve("verdicts.csv"));
        for (Verdict verdict : findings.verdicts()) out.println("  " + verdict);
        for (Findings.Drawing drawing : findings.drawings()) write(drawing.picture(), directory);
        for (Map.Entry<String, Table> table : findings.tables().entrySet()) {
            Path file = directory.resolve(table.getKey() + ".csv");
            table.getValue().write(file);
            out.println("  " + file);
        }
        out.flush();
        return true;
    }

    /** Runs what is not yet in the store, and adds all of them to {@code runs}; false when it was interrupted. */
    private boolean run(String title, List<RunSpec> specs, Agenda agenda, List<RunDirectory> runs) throws IOException {
        for (int r = 0; r < specs.size(); r++) {
            RunSpec spec = specs.get(r);
            Progress shown = progress.apply(title + (r + 1) + " of " + specs.size() + ": ");
            RunDirectory run = runner.run(spec, null, agenda.of(spec, shown));
            if (run.state().status() == Status.INTERRUPTED) return false;
            runs.add(run);
        }
        return true;
    }

    private List<RunSpec> missing(Collection<RunSpec> specs) {
        return specs.stream()
                .filter(spec -> runner.finished(spec, null).isEmpty())
                .toList();
    }

    /** Whether every run of an experiment is in the store. */
    public boolean hasRuns(Experiment experiment, Scale scale) {
        return FinishedRuns.of(experiment, scale, runner).isPresent();
    }

    /**
     * Draws one figure of an experiment again, without training.
     *
     * @throws IllegalArgumentException when a run is missing
     */
    public void redraw(Experiment experiment, String figure, Scale scale) throws IOException {
        List<RunDirectory> runs = FinishedRuns.of(experiment, scale, runner)
                .orElseThrow(() -> new IllegalArgumentException(
                        "figure " + figure + " at scale " + scale + " needs a run that is not in store " + store.root()
                                + "; bb reproduce --scale " + scale + " " + experiment.name() + " makes it"))
                .runs();
        for (Findings.Drawing drawing : experiment.analyze(scale, runs).drawings())
            if (drawing.figure().name().equals(figure)) write(drawing.picture(), directory(experiment, scale));
        out.flush();
    }

    /** Where an experiment's figures and verdicts go. */
    private Path directory(Experiment experiment, Scale scale) {
        return store.root().resolve("experiments").resolve(experiment.name() + "-" + scale);
    }

    private void write(Picture picture, Path directory) throws IOException {
        for (Path file : picture.write(directory)) out.println("  " + file);
    }
}
