package backcopy.command;

import backcopy.report.RunReport;
import backcopy.run.WholeFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb report}: one HTML file to look at and to pass on. */
@Command(
        name = "report",
        description = "Writes one HTML file that opens without a network: summary and verdicts, curves, attention by"
                + " training step, configuration, and the commands to repeat it.",
        footer = {"", "Example: bb report 3f2a 81c0 --out report.html"})
final class ReportCommand extends Verb implements Callable<Integer> {
    @Mixin
    private StoredRuns runs;

    @Mixin
    private StoreBesideOut store;

    @Option(
            names = "--out",
            paramLabel = "F",
            description = "the file (default: in the store, reports/NAME.html after the first name)")
    private Path file;

    @Override
    public Integer call() throws Exception {
        if (file != null) WritableFile.require("--out", file);
        String html = RunReport.html(runs.selection(store.store()));
        Path target = file == null ? runs.inStore(store.store(), "reports", ".html") : file;
        if (file == null) Files.createDirectories(target.getParent());
        WholeFile.write(target, html);
        beside(file).printf("%s (%,d kB)%n", target, (html.length() + 999) / 1000);
        return 0;
    }
}
