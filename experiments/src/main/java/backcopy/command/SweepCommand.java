package backcopy.command;

import backcopy.run.Json;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.sweep.Cell;
import backcopy.sweep.CellStatus;
import backcopy.sweep.CellStatus.State;
import backcopy.sweep.Jobs;
import backcopy.sweep.ProcessorShare;
import backcopy.sweep.Slurm;
import backcopy.sweep.SlurmArray;
import backcopy.sweep.Sweep;
import backcopy.sweep.SweepRunner;
import backcopy.sweep.SweepStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb sweep}: a grid of runs. */
@Command(
        name = "sweep",
        description =
                "Runs every combination of values of some keys. The same command goes on from where it was stopped, "
                        + "finds the runs that are in the store, and adds those of new values.",
        subcommands = SweepStatusCommand.class,
        footer = {
            "",
            "Example: bb sweep --name rates model.attention=softmax,relu optimizer.learningRate=log:1e-4..1e-2:5 "
                    + "train.seed=1..5 --jobs 2",
            "then bb sweep status rates, and after a stop bb sweep rates"
        })
final class SweepCommand extends Verb implements Callable<Integer> {
    /** Less of a processor for each thread, and others are at work. */
    private static final double QUIET = 0.85;

    @Mixin
    private SweepOptions options;

    @Mixin
    private StoreOption store;

    @Mixin
    private SweepShare share;

    @Mixin
    private SlurmOptions slurm;

    @Option(names = "--print", description = "list the cells, one a line, and the time they take; run nothing")
    private boolean print;

    @Option(names = "--json", description = "print one JSON object at the end")
    private boolean json;

    @Option(names = "--jobs", paramLabel = "N", description = "cells at a time (default: ${DEFAULT-VALUE})")
    private int jobs = 1;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "threads of all jobs together (default: 0, which is as many as this machine has)")
    private int threads;

    @Option(names = "--retry", paramLabel = "failed", description = "run the cells that failed before as well")
    private String retry;

    @Option(
            names = "--engine",
            paramLabel = "E",
            completionCandidates = Candidates.Engines.class,
            description = "local (default) or slurm: a job array on a cluster")
    private String engine = "local";

    @Override
    public Integer call() throws IOException {
        requireWords();
        RunStore runs = store.store();
        Runner runner = new Runner(runs, Machine.provenance(), interrupt()::requested);
        Sweep sweep = Sweep.plan(options.spec(runs), runs, runner);
        List<Cell> cells = share.of(sweep);
        Jobs together = new Jobs(jobs, threads());
        together.require(cells);
        if (print) return print(sweep, cells, together, runner);
        if (isSlurm()) Slurm.INSTALLED.require();
        runs.requireWritable();
        sayWhatChanges(sweep);
        sweep.write(runs);
        return isSlurm() ? submit(sweep, cells, together, runner) : run(sweep, cells, together, runner);
    }

    private void requireWords() {
        if (retry != null && !retry.equals("failed"))
            throw new IllegalArgumentException("--retry = " + retry + " is not failed");
        if (!isSlurm() && !engine.equals("local"))
            throw new IllegalArgumentException("--engine = " + engine + " is not one of local, slurm");
        if (threads < 0) throw new IllegalArgumentException("--threads = " + threads + " is below 0");
        if (!isSlurm()) slurm.requireUnused();
        if (isSlurm() && threads > 0) throw new IllegalArgumentException("--engine slurm takes --cpus, not --threads");
    }

    private boolean isSlurm() {
        return engine.equals("slurm");
    }

    private int threads() {
        if (isSlurm()) return slurm.cpus();
        return threads == 0 ? Runtime.getRuntime().availableProcessors() : threads;
    }

    private int print(Sweep sweep, List<Cell> cells, Jobs together, Runner runner) {
        SweepStatus status = SweepStatus.of(sweep, cells, store.store());
        if (json) {
            out().println(Json.line(status.words()));
            return 0;
        }
        String common =
                (sweep.spec().scale().isEmpty() ? "" : "--scale " + sweep.spec().scale() + " ")
                        + Cell.words(sweep.fixed());
        for (CellStatus cell : status.cells())
            out().printf(
                            "%s %-8s %s %s%n",
                            cell.cell().run(), cell.state(), common, cell.cell().words());
        err().println(status.line());
        sayTime(missing(status), together, runner);
        return 0;
    }

    private int run(Sweep sweep, List<Cell> cells, Jobs together, Runner runner) throws IOException {
        SweepStatus before = SweepStatus.of(sweep, cells, store.store());
        err().println(before.line());
        sayTime(missing(before), together, runner);
        String goOn = "bb sweep " + sweep.name() + store.words() + share.words();
        SweepStatus after;
        try {
            after = new SweepRunner(
                            sweep,
                            store.store(),
                            Machine.provenance(),
                            interrupt()::requested,
                            new SweepLine(err(), Machine.isTerminal(), sweep.name() + ": ", "cells"))
                    .run(cells, together, retry != null);
        } catch (IOException e) {
            err().println("every run is kept as it was last saved; " + goOn + " goes on");
            throw e;
        }
        if (json) out().println(Json.line(after.words()));
        else {
            out().println(after.line());
            for (CellStatus cell : after.in(State.FAILED)) out().println("  " + SweepStatusCommand.line(cell));
        }
        if (interrupt().requested()) return interrupted(goOn);
        if (!after.in(State.FAILED).isEmpty()) err().println(goOn + " --retry failed tries again");
        return after.isDone() ? 0 : 1;
    }

    private int submit(Sweep sweep, List<Cell> cells, Jobs together, Runner runner) throws IOException {
        SlurmArray array = new SlurmArray(sweep, store.store(), Slurm.INSTALLED);
        Set<String> queued = array.queued();
        List<CellStatus> missing = missing(SweepStatus.of(sweep, cells, store.store())).stream()
                .filter(cell -> cell.state() != State.RUNNING
                        && !queued.contains(cell.cell().run()))
                .toList();
        if (missing.isEmpty()) {
            out().println("nothing to submit: every cell is finished, failed, running or in SLURM's queue");
            return 0;
        }
        List<List<Cell>> tasks = slurm.cells() != null
                ? SlurmArray.byCount(missing.stream().map(CellStatus::cell).toList(), slurm.cells())
                : SlurmArray.byTime(missing, secondsPerWork(missing, together, runner), slurm.seconds());
        List<String> command = new ArrayList<>(List.of(Machine.launcher(), "sweep", sweep.name(), "--out"));
        command.add(store.store().root().toAbsolutePath().normalize().toString());
        command.addAll(List.of("--jobs", Integer.toString(jobs), "--threads", Integer.toString(slurm.cpus())));
        if (retry != null) command.addAll(List.of("--retry", "failed"));
        String job = array.submit(tasks, command, Path.of("").toAbsolutePath(), slurm.request());
        if (json) out().println(Json.line(Map.of("job", job, "cells", missing.size(), "tasks", tasks.size())));
        else out().println("job " + job + ": " + missing.size() + " cells in " + tasks.size() + " tasks");
        err().println("bb sweep status " + sweep.name() + store.words()
                + " tells how far they are; the same command submits what is missing then");
        return 0;
    }

    /** Those that are to be done. */
    private List<CellStatus> missing(SweepStatus status) {
        return status.cells().stream()
                .filter(cell -> cell.state() != State.FINISHED && (retry != null || cell.state() != State.FAILED))
                .toList();
    }

    private static double secondsPerWork(List<CellStatus> missing, Jobs together, Runner runner) {
        try {
            return together.secondsPerWork(missing, runner);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    e.getMessage() + "; so no time can be told here, and --cells-per-task must say how many", e);
        }
    }

    private void sayTime(List<CellStatus> missing, Jobs together, Runner runner) {
        if (missing.isEmpty()) return;
        try {
            double share = isSlurm() ? 1 : together.share(missing);
            if (share < ProcessorShare.ENOUGH) {
                err().println("how long it takes is not known now: " + others(share));
                return;
            }
            String time = ProgressLine.duration(together.seconds(missing, runner) / share);
            err().println("the rest takes about " + time + ", " + jobs + " at a time"
                    + (share < QUIET ? "; " + others(share) : ""));
        } catch (IllegalArgumentException e) {
            err().println("how long it takes is not known: " + e.getMessage());
        }
    }

    private static String others(double share) {
        return String.format(
                Locale.ROOT, "others use this machine and leave each thread %.0f %% of a processor", 100 * share);
    }

    private void sayWhatChanges(Sweep sweep) {
        if (!Sweep.names(store.store()).contains(sweep.name())) return;
        Set<String> before = runs(Sweep.read(store.store(), sweep.name())), now = runs(sweep);
        Set<String> gone = new LinkedHashSet<>(before);
        gone.removeAll(now);
        if (!now.equals(before))
            err().println("sweep " + sweep.name() + " has " + now.size() + " cells now, and had " + before.size()
                    + (gone.isEmpty() ? "" : ", of which " + gone.size() + " are not in it any more"));
    }

    /** What the cells ask for: a run and how long it is. */
    private static Set<String> runs(Sweep sweep) {
        Set<String> runs = new LinkedHashSet<>();
        for (Cell cell : sweep.cells())
            runs.add(cell.run() + "@" + cell.spec().train().steps());
        return runs;
    }
}
