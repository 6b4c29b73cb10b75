package backcopy.command;

import backcopy.run.Json;
import backcopy.run.RunStore;
import backcopy.sweep.CellStatus;
import backcopy.sweep.Slurm;
import backcopy.sweep.SlurmArray;
import backcopy.sweep.Sweep;
import backcopy.sweep.SweepStatus;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb sweep status}: how far sweeps are, from the store alone. */
@Command(
        name = "status",
        description =
                "Tells how far a sweep is, and why cells failed; without NAME, every sweep of the store in a line.",
        footer = {"", "Example: bb sweep status rates"})
final class SweepStatusCommand extends Verb implements Callable<Integer> {
    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            completionCandidates = Candidates.Sweeps.class,
            description = "a sweep of the store")
    private String name;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Mixin
    private StoreOption store;

    @Override
    public Integer call() throws IOException {
        RunStore runs = store.store();
        if (name == null) {
            List<Map<String, Object>> all = new ArrayList<>();
            for (String each : Sweep.names(runs)) {
                try {
                    SweepStatus status = status(Sweep.read(runs, each), runs);
                    all.add(status.words());
                    if (!json) out().println(status.line());
                } catch (IllegalArgumentException e) { // a damaged sweep does not hide the others
                    all.add(Map.of("sweep", each, "damage", e.getMessage()));
                    if (!json) out().println("sweep " + each + ": " + e.getMessage());
                }
            }
            if (json) out().println(Json.line(Map.of("sweeps", all)));
            return 0;
        }
        Sweep sweep = Sweep.read(runs, name);
        SweepStatus status = status(sweep, runs);
        List<String> jobs = new SlurmArray(sweep, runs, Slurm.INSTALLED).jobs();
        if (json) {
            Map<String, Object> words = status.words();
            words.put("slurm", jobs);
            out().println(Json.line(words));
            return 0;
        }
        out().println(status.line());
        for (CellStatus cell : status.cells())
            if (cell.state() != CellStatus.State.FINISHED) out().println("  " + line(cell));
        if (!jobs.isEmpty()) out().println("  submitted to SLURM: " + String.join(", ", jobs));
        return 0;
    }

    private static SweepStatus status(Sweep sweep, RunStore runs) {
        return SweepStatus.of(sweep, sweep.cells(), runs);
    }

    /** One cell. */
    static String line(CellStatus cell) {
        String at = cell.steps() == 0 ? "" : " at step " + cell.steps();
        String why = cell.failure().isEmpty() ? "" : ": " + cell.failure();
        return "run " + cell.cell().run() + " " + cell.state() + at + " ("
                + cell.cell().words() + ")" + why;
    }
}
