package backcopy.command;

import backcopy.run.RunStore;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where runs are kept, of a verb whose {@code --out} is what it writes. */
final class StoreBesideOut {
    @Option(names = "--store", paramLabel = "STORE", description = "the store of runs (default: runs)")
    private Path store = StoreOption.DEFAULT;

    RunStore store() {
        return new RunStore(store);
    }
}
