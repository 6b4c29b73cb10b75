package backcopy.command;

import backcopy.report.Selection;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The stored runs that a verb shows, and where they are. */
final class StoredRuns {
    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            description =
                    "runs, by identity, the beginning of it, or directory; experiments and sweeps, for all their runs")
    private List<String> names;

    @Option(names = "--store", paramLabel = "STORE", description = "the store of runs (default: runs)")
    private Path store = StoreOption.DEFAULT;

    @Mixin
    private ScaleOption scale;

    RunStore store() {
        return new RunStore(store);
    }

    /** A place in the store for what is made of these runs, called after the first name. */
    Path inStore(String directory, String ending) {
        return store.resolve(directory).resolve(Path.of(names.get(0)).getFileName() + ending);
    }

    Selection selection() throws IOException {
        return Selection.of(
                names, scale.scale(), store(), Machine.provenance(), name -> StoreOption.find(store(), name));
    }
}
