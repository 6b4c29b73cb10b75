package backcopy.experiment;

import backcopy.figure.Picture;
import backcopy.figure.Table;
import backcopy.run.Keys;
import backcopy.run.Progress;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunState.Status;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import backcopy.sweep.Cell;
import backcopy.sweep.CellStatus;
import backcopy.sweep.Jobs;
import backcopy.sweep.ProcessorShare;
import backcopy.sweep.Sweep;
import backcopy.sweep.SweepAgenda;
import backcopy.sweep.SweepProgress;
import backcopy.sweep.SweepRunner;
import backcopy.sweep.SweepSpec;
import backcopy.sweep.SweepStatus;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Runs experiments, draws their figures, and prints each claim with its verdict. */
public final class Reproduction {
    private final RunStore store;
    private final Runner runner;
    private final Provenance machine;
    private final BooleanSupplier stop;
    private final PrintWriter out;
    private final Drawings drawings;
    private final SweepProgress progress;
    private final int jobs;
    private final int threads;

    /**
     * @param machine where it runs, but for the backend
     * @param stop asked after every step
     * @param progress of all runs together
     * @param jobs runs at a time; 0: as many as finish soonest
     * @param threads that they share
     */
    public Reproduction(
            RunStore store,
            Provenance machine,
            BooleanSupplier stop,
            PrintWriter out,
            SweepProgress progress,
            int jobs,
            int threads) {
        this(store, machine, stop, out, new Drawings(out), progress, jobs, threads);
    }

    /** As above, with figures written as {@code drawings} does. */
    public Reproduction(
            RunStore store,
            Provenance machine,
            BooleanSupplier stop,
            PrintWriter out,
            Drawings drawings,
            SweepProgress progress,
            int jobs,
            int threads) {
        this.store = store;
        this.machine = machine;
        this.stop = stop;
        this.out = out;
        this.drawings = drawings;
        this.progress = progress;
        this.jobs = jobs;
        this.threads = threads;
        runner = new Runner(store, machine, stop);
    }

    /** What an experiment class does when it is started alone: {@code [SCALE [STORE]]}. */
    static void main(Experiment experiment, String[] arguments) throws IOException {
        Scale scale = arguments.length > 0 ? Scale.of(arguments[0]) : Scale.LAPTOP;
        RunStore store = new RunStore(Path.of(arguments.length > 1 ? arguments[1] : "runs"));
        PrintWriter out = new PrintWriter(System.out, true);
        int threads = Runtime.getRuntime().availableProcessors();
        new Reproduction(
                        store,
                        Provenance.here("unknown"),
                        () -> false,
                        out,
                        new Drawings(out),
                        SweepProgress.SILENT,
                        0,
                        threads)
                .reproduce(List.of(experiment), scale, FirstLook.WHOLE);
    }

    /**
     * Runs what is not yet in the store and reports, one experiment after the other. Experiments share the runs that they have
     * in common.
     *
     * @param look how much of them
     * @return whether it was done; false when it was interrupted
     * @throws IllegalArgumentException before anything is done, when the store cannot be written
     */
    public boolean reproduce(List<Experiment> experiments, Scale scale, FirstLook look) throws IOException {
        store.requireWritable();
        Set<RunSpec> all = new LinkedHashSet<>();
        Set<Cell> open = new LinkedHashSet<>();
        for (Experiment experiment : experiments) {
            List<RunSpec> own = runs(experiment, scale, look);
            all.addAll(own);
            open.addAll(missing(experiment, own, scale));
        }
        List<Cell> missing = List.copyOf(open);
        Jobs together = jobs(missing);
        out.printf("scale %s: %s%n", scale, scale.about());
        out.flush();
        progress.begins(missing.size(), all.size(), together.count(), seconds(missing, scale, together));
        SweepAgenda agenda = new SweepAgenda(progress);
        agenda.expect(missing);
        for (Experiment experiment : experiments) if (!reproduce(experiment, scale, look, agenda)) return false;
        drawings.requireAll();
        return true;
    }

    /** What is to be run first; a refusal names the experiment. */
    private static List<RunSpec> runs(Experiment experiment, Scale scale, FirstLook look) {
        try {
            return look.of(experiment.runs(scale));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("experiment " + experiment.name() + ": " + e.getMessage(), e);
        }
    }

    private boolean reproduce(Experiment experiment, Scale scale, FirstLook look, SweepAgenda agenda)
            throws IOException {
        out.printf("%s at scale %s: %s%n", experiment.name(), scale, experiment.about());
        out.flush();
        List<RunDirectory> runs = new ArrayList<>();
        if (!run(experiment, runs(experiment, scale, look), scale, agenda, runs)) return false;
        List<RunSpec> more = look.isWhole() ? experiment.more(scale, List.copyOf(runs)) : List.of();
        if (!run(experiment, more, scale, agenda, runs)) return false;
        Findings findings = experiment.analyze(scale, runs);
        if (scale == Scale.SMOKE) {
            findings = findings.unjudged();
            out.println("  (smoke runs are too short to judge by: they show that everything works)");
        }
        Path directory = directory(experiment, scale);
        if (!look.isWhole()) {
            findings = findings.unjudged();
            directory = directory.resolveSibling(directory.getFileName() + "-first-look");
            out.println("  (a part of the experiment, by which nothing is judged)");
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

    /**
     * Runs what is not yet in the store, and adds all of them to {@code runs}; false when it was interrupted.
     *
     * @throws IllegalArgumentException or what else keeps a run from being done, told of the first such run
     */
    private boolean run(
            Experiment experiment, List<RunSpec> specs, Scale scale, SweepAgenda agenda, List<RunDirectory> runs)
            throws IOException {
        List<Cell> missing = missing(experiment, specs, scale);
        if (!missing.isEmpty()) {
            new SweepRunner(sweep(missing, scale), store, machine, stop, progress)
                    .run(missing, jobs(missing), true, agenda);
        }
        if (stop.getAsBoolean()) return false;
        for (RunSpec spec : specs) {
            Optional<RunDirectory> found = FinishedRuns.find(experiment, spec, runner);
            RunDirectory run = found.isPresent() ? found.get() : runner.run(spec, null, Progress.SILENT);
            if (run.state().status() == Status.INTERRUPTED) return false;
            runs.add(run);
        }
        return true;
    }

    private Jobs jobs(List<Cell> cells) {
        if (jobs > 0) return new Jobs(jobs, threads);
        boolean onDevice =
                cells.stream().anyMatch(cell -> cell.spec().train().backend().equals("cuda"));
        return onDevice ? new Jobs(1, threads) : Jobs.forRuns(cells.size(), threads);
    }

    private static Sweep sweep(List<Cell> cells, Scale scale) {
        return new Sweep(new SweepSpec("reproduce-" + scale, "", Map.of(), List.of(), 0, 0), cells);
    }

    /** NaN where others leave too little of the machine to tell. */
    private double seconds(List<Cell> missing, Scale scale, Jobs together) {
        if (missing.isEmpty()) return 0;
        List<CellStatus> cells =
                SweepStatus.of(sweep(missing, scale), missing, store).cells();
        double share = together.share(cells);
        return share < ProcessorShare.ENOUGH ? Double.NaN : together.seconds(cells, runner) / share;
    }

    /** Those that are not finished, with the keys that the scale does not have. */
    private List<Cell> missing(Experiment experiment, List<RunSpec> specs, Scale scale) {
        Map<String, String> usual = Keys.flatten(Runner.resolved(scale.spec()));
        List<Cell> missing = new ArrayList<>();
        for (RunSpec spec : specs) {
            if (FinishedRuns.find(experiment, spec, runner).isPresent()) continue;
            RunSpec resolved = Runner.resolved(spec);
            Map<String, String> own = new LinkedHashMap<>(Keys.flatten(resolved));
            own.entrySet()
                    .removeIf(key ->
                            !key.getKey().equals("train.seed") && key.getValue().equals(usual.get(key.getKey())));
            missing.add(new Cell(runner.identity(resolved, null), own, resolved));
        }
        return missing;
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
        drawings.requireAll();
    }

    /** Where an experiment's figures and verdicts go. */
    private Path directory(Experiment experiment, Scale scale) {
        return store.root().resolve("experiments").resolve(experiment.name() + "-" + scale);
    }

    private void write(Picture picture, Path directory) throws IOException {
        for (Path file : drawings.write(picture, directory)) out.println("  " + file);
    }
}
