package backcopy.command;

import backcopy.report.Export;
import backcopy.report.ReportedRun;
import backcopy.report.Selection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb export}: runs in the form that other programs read. */
@Command(
        name = "export",
        description =
                "Writes runs as csv (runs.csv, metrics.csv), npz (a file a run, all steps of every array), tensorboard"
                        + " (a directory a run) or parquet (the first time fetches DuckDB, 80 MB).",
        footer = {"", "Example: bb export 3f2a 81c0 --to csv --out tables"})
final class ExportCommand extends Verb implements Callable<Integer> {
    static final String PARQUET = "parquet";

    @Mixin
    private StoredRuns runs;

    @Mixin
    private StoreBesideOut store;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "FORM",
            completionCandidates = Candidates.Forms.class,
            description = "csv, npz, tensorboard or parquet")
    private String form;

    @Option(
            names = "--out",
            paramLabel = "DIRECTORY",
            description = "where to (default: in the store, exports/NAME after the first name)")
    private Path directory;

    @Override
    public Integer call() throws Exception {
        if (!form.equals(PARQUET) && !Export.ALL.containsKey(form))
            throw new IllegalArgumentException(
                    "--to = " + form + " is not one of " + String.join(", ", Export.ALL.keySet()) + ", " + PARQUET);
        if (form.equals(PARQUET)) QueryProgram.requireBuilt();
        Path target = directory == null ? runs.inStore(store.store(), "exports", "") : directory;
        WritableFile.requireDirectory("--out", target);
        Selection selection = runs.selection(store.store());
        Files.createDirectories(target);
        warn(selection);
        if (form.equals(PARQUET)) return parquet(selection, target);
        for (Path file : Export.ALL.get(form).write(selection, target)) out().println(file);
        return 0;
    }

    private int parquet(Selection selection, Path target) throws Exception {
        for (ReportedRun run : selection.runs())
            if (store.store().lookup(run.identity()).isEmpty())
                throw new IllegalArgumentException("--to = parquet takes runs of --store = "
                        + store.store().root() + ", and run " + run.identity() + " is not in it");
        List<String> request = new ArrayList<>(List.of(PARQUET, target.toString()));
        for (ReportedRun run : selection.runs())
            request.addAll(List.of(run.label(), Long.toString(run.spec().train().steps())));
        return QueryProgram.run(store.store().root(), request.toArray(String[]::new));
    }
}
