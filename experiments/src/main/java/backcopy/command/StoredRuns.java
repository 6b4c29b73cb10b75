package backcopy.command;

import backcopy.report.Selection;
import backcopy.run.RunStore;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The stored runs that a verb shows. */
final class StoredRuns {
    @Parameters(
            arity = "1..*",
            paramLabel = "NAME",
            completionCandidates = Candidates.Stored.class,
            description =
                    "runs, by identity, the beginning of it, or directory, with @STEP as they were when finished there;"
                            + " experiments and sweeps, for all their runs as these asked for them")
    private List<String> names;

    @Mixin
    private ScaleOption scale;

    /** A place in the store for what is made of these runs, called after the first name. */
    Path inStore(RunStore store, String directory, String ending) {
        return store.root().resolve(directory).resolve(Path.of(names.get(0)).getFileName() + ending);
    }

    Selection selection(RunStore store) throws IOException {
        return Selection.of(names, scale.scale(), store, Machine.provenance(), name -> StoreOption.find(store, name));
    }
}
