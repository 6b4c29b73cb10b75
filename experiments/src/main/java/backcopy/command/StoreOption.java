package backcopy.command;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Option;

/** Where runs are kept. */
final class StoreOption {
    static final Path DEFAULT = Path.of("runs");

    @Option(names = "--out", paramLabel = "STORE", description = "the store of runs (default: runs)")
    private Path store = DEFAULT;

    RunStore store() {
        return new RunStore(store);
    }

    /** The run that a user named by its identity, the beginning of it, or its directory. */
    RunDirectory find(String run) {
        Path path = Path.of(run);
        if (path.getNameCount() > 1 && Files.isDirectory(path)) {
            Path absolute = path.toAbsolutePath().normalize();
            return new RunStore(absolute.getParent())
                    .find(absolute.getFileName().toString());
        }
        return store().find(run);
    }
}
