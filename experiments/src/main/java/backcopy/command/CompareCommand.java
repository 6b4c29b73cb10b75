package backcopy.command;

import backcopy.report.Comparison;
import backcopy.report.Selection;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb compare}: runs side by side in a table. */
@Command(
        name = "compare",
        description = "Prints runs as a sorted table: the keys in which they differ, and what they came to.",
        footer = {"", "Example: bb compare 3f2a 81c0 --by sink"})
final class CompareCommand extends Verb implements Callable<Integer> {
    @Mixin
    private StoredRuns runs;

    @Mixin
    private StoreOption store;

    @Option(
            names = "--by",
            paramLabel = "NAME",
            description = "sort by a key, a signature or a recorded number (default: by the keys that differ)")
    private String by = "";

    @Option(names = "--descending", description = "the largest first")
    private boolean descending;

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Selection selection = runs.selection(store.store());
        Comparison comparison = Comparison.of(selection, by, descending);
        if (json) out().println(comparison.json());
        else {
            Columns.print(comparison.table(), out());
            warn(selection);
        }
        return 0;
    }
}
