package backcopy.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A directory of runs, each under its identity. Safe to use from several threads and several processes; within a process,
 * one object a store, since locks between threads are its own.
 */
public final class RunStore {
    private final Path root;
    private final Set<Path> heldHere = ConcurrentHashMap.newKeySet();

    /** @param root need not exist; nothing is made before the first run */
    public RunStore(Path root) {
        this.root = root;
    }

    public Path root() {
        return root;
    }

    /** Every begun run, by identity. A damaged one is among them and refuses when it is read. */
    public List<RunDirectory> all() {
        if (!Files.exists(root)) return List.of();
        try (Stream<Path> entries = Files.list(root)) {
            return entries.filter(entry -> RunIdentity.ID
                            .matcher(entry.getFileName().toString())
                            .matches())
                    .sorted()
                    .map(entry -> new RunDirectory(entry, heldHere))
                    .filter(RunDirectory::isBegun)
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("store " + root + " cannot be read: " + Reason.of(e));
        }
    }

    /** The run of this identity, if it was begun. */
    public Optional<RunDirectory> lookup(String identity) {
        return Optional.of(new RunDirectory(root.resolve(identity), heldHere)).filter(RunDirectory::isBegun);
    }

    /**
     * The run that a user named by its identity or the beginning of it.
     *
     * @throws IllegalArgumentException when there is none or more than one, in one line
     */
    public RunDirectory find(String beginning) {
        List<RunDirectory> runs = all();
        List<RunDirectory> found = runs.stream()
                .filter(run -> !beginning.isEmpty() && run.identity().startsWith(beginning))
                .toList();
        if (found.size() == 1) return found.get(0);
        if (found.isEmpty())
            throw new IllegalArgumentException("run " + beginning + " is not in store " + root + ", which has "
                    + runs.size() + (runs.size() == 1 ? " run" : " runs"));
        throw new IllegalArgumentException("run " + beginning + " is one of several: "
                + found.stream().map(RunDirectory::identity).collect(Collectors.joining(", ")));
    }

    /**
     * A value of {@code train.from} with the run's whole identity: it means the same run when the store has others that begin
     * alike.
     *
     * @param from {@code RUN@STEP} as typed; anything else stays as it is
     * @throws IllegalArgumentException when no run or more than one begins so
     */
    public String wholeFrom(String from) {
        int at = from.indexOf('@');
        if (at < 1 || RunIdentity.ID.matcher(from.substring(0, at)).matches()) return from;
        try {
            return find(from.substring(0, at)).identity() + from.substring(at);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("train.from = " + from + ": " + e.getMessage(), e);
        }
    }

    /**
     * Keeps a checkpoint that somebody goes on from, where it is there: the saving of its own run deletes it no more.
     *
     * @param from {@code RUN@STEP}
     */
    public void keepCheckpoint(String from) throws IOException {
        int at = from.indexOf('@');
        long step = Long.parseLong(from.substring(at + 1));
        for (RunDirectory run : all())
            if (run.identity().startsWith(from.substring(0, at)))
                run.checkpoints().keep(step);
    }

    /**
     * Refuses a store that cannot be written, by trying in the nearest directory that is there. The trial's file has a name
     * of its own and is removed, so that processes which begin together do not meet.
     *
     * @throws IllegalArgumentException naming the path and the reason
     */
    public void requireWritable() {
        Path nearest = root.toAbsolutePath();
        while (!Files.exists(nearest, LinkOption.NOFOLLOW_LINKS) && nearest.getParent() != null)
            nearest = nearest.getParent();
        try {
            if (!Files.isDirectory(nearest)) throw new NotDirectoryException(nearest.toString());
            Files.delete(Files.createTempFile(nearest, ".trial", ".tmp"));
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(
                    "store " + root + " cannot be written: no file can be made in " + nearest);
        } catch (IOException e) {
            throw new IllegalArgumentException("store " + root + " cannot be written: " + Reason.of(e));
        }
    }

    /**
     * Locks the run of a spec, new or begun before, until the writer is closed. {@link RunWriter#begin} is next.
     *
     * @param spec resolved
     * @param contents as for {@link RunIdentity#of}
     * @param init the file of the initial weights, or empty
     * @param now the time, kept as the run's start if it is new
     * @throws RunBusyException when another process writes it
     * @throws IllegalArgumentException when what lies there is damaged
     */
    public RunWriter open(RunSpec spec, Map<String, String> contents, String init, Provenance provenance, Instant now)
            throws IOException {
        String identity = RunIdentity.of(spec, spec.train().backend(), contents);
        Path path = root.resolve(identity);
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS) && !Files.isDirectory(path))
            throw new IllegalArgumentException("run " + path + " is damaged: it is not a directory");
        Files.createDirectories(path);
        RunLock lock = RunLock.tryLock(path, heldHere)
                .orElseThrow(() -> new RunBusyException("run " + path + " is being written by another process"));
        boolean open = false;
        try {
            RunDirectory directory = new RunDirectory(path, heldHere);
            RunState state;
            if (directory.isBegun()) {
                directory.spec();
                state = directory.state().resumed(provenance);
            } else {
                requireUntrained(directory);
                state = RunState.begun(identity, spec.train().seed(), contents, init, provenance, now.toString());
            }
            RunWriter writer = new RunWriter(directory, lock, spec, state);
            open = true;
            return writer;
        } finally {
            if (!open) lock.close();
        }
    }

    /** A kill while a run began may leave one of its two files; without both there can be no work yet. */
    private static void requireUntrained(RunDirectory directory) {
        String missing = Files.exists(directory.configPath()) ? "run.json" : "config.yaml";
        if (!directory.checkpoints().steps().isEmpty()
                || !directory.measurements().isEmpty())
            throw new IllegalArgumentException("run " + directory.path() + " is damaged: " + missing + " is missing");
    }
}
