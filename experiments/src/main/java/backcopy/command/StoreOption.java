package backcopy.command;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Option;

/** Where runs are kept. {@code --out} says so too, in every verb whose result is not a file of its own. */
final class StoreOption {
    static final Path DEFAULT = Path.of("runs");
    private static final Pattern AT_STEP = Pattern.compile("(.+)@([0-9]{1,18})");

    @Option(
            names = {"--store", "--out"},
            paramLabel = "STORE",
            description = "the store of runs (default: runs)")
    private Path store = DEFAULT;

    private RunStore opened;

    /** One object, as locks between threads ask for. */
    RunStore store() {
        if (opened == null) opened = new RunStore(store);
        return opened;
    }

    /** As it would be typed, with a space before; empty for the default. */
    String words() {
        return store.equals(DEFAULT) ? "" : " --out " + store;
    }

    /** The run that a user named by its identity, the beginning of it, or its directory; after {@code @}, a step it was finished at. */
    RunDirectory find(String run) {
        return find(store(), run);
    }

    /** The run of that name in a store, or in the directory that it is; after {@code @}, as it was when finished at a step. */
    static RunDirectory find(RunStore store, String run) {
        Matcher atStep = AT_STEP.matcher(run);
        if (atStep.matches()) return find(store, atStep.group(1)).at(Long.parseLong(atStep.group(2)));
        Path path = Path.of(run);
        if (path.getNameCount() > 1 && Files.isDirectory(path)) {
            Path absolute = path.toAbsolutePath().normalize();
            return new RunStore(absolute.getParent())
                    .find(absolute.getFileName().toString());
        }
        return store.find(run);
    }
}
