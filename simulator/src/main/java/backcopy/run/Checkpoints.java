package backcopy.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * The checkpoints of one run. A file's bytes depend on the run's identity, the step and the tensors alone, and it says whose
 * it is, so that one from elsewhere is refused.
 *
 * <p>An empty file {@code step-000200.automatic} beside a checkpoint says that nobody asked for it: it was saved to go on
 * from, and the next one of that kind takes its place. Whoever removes this mark first decides: to keep the checkpoint, or to
 * delete it.
 */
public final class Checkpoints {
    /** Where a later version's headers say which form the file is in; this one's, the first, has no word for it. */
    private static final String SCHEMA = "schema";

    /** What a header says of whose checkpoint it is. */
    static final String IDENTITY = "identity", STEP = "step";

    private final StepFiles files;
    private final StepFiles marks;
    private final Path directory;
    private final String identity;
    private final long last;

    /** @param last the last step that is looked at */
    Checkpoints(Path directory, String identity, long last) {
        this.directory = directory;
        this.identity = identity;
        this.last = last;
        files = new StepFiles(directory, "safetensors");
        marks = new StepFiles(directory, "automatic");
    }

    /** The steps that have one, ascending. */
    public List<Long> steps() {
        return files.steps().stream().filter(step -> step <= last).toList();
    }

    /** The steps that have one which somebody asked for, ascending: no later saving deletes it. */
    public List<Long> kept() {
        List<Long> automatic = marks.steps();
        return steps().stream().filter(step -> !automatic.contains(step)).toList();
    }

    /** The last step that has one, sound or not, or 0. */
    long newest() {
        List<Long> steps = steps();
        return steps.isEmpty() ? 0 : steps.get(steps.size() - 1);
    }

    /** The file of a step, whether it exists or not. */
    public Path path(long step) {
        return files.path(step);
    }

    /**
     * The checkpoint of a step.
     *
     * @throws IllegalArgumentException when there is none or it is damaged, in one line
     */
    public Checkpoint read(long step) {
        if (!steps().contains(step))
            throw new IllegalArgumentException(directory + " has no checkpoint of step " + step + "; it has "
                    + (steps().isEmpty()
                            ? "none"
                            : steps().stream().map(Object::toString).collect(Collectors.joining(", "))));
        String schema = Safetensors.metadata(path(step)).get(SCHEMA);
        if (schema != null) throw new OtherSchemaException(path(step), schema);
        Safetensors file = Safetensors.read(path(step));
        if (!file.metadata().equals(metadata(step)))
            throw new IllegalArgumentException(path(step) + " is not of run " + identity + " at step " + step
                    + ": its header says " + file.metadata());
        return new Checkpoint(step, file.tensors());
    }

    /** {@link #latest(long, Consumer)} of all. */
    Optional<Checkpoint> latest(Consumer<String> notes) {
        return latest(Long.MAX_VALUE, notes);
    }

    /**
     * The newest sound checkpoint up to a step, if there is any.
     *
     * @param notes told of each damaged one that was passed over
     * @throws OtherSchemaException when one of them is of another version: to go back behind it would delete it
     * @throws IllegalArgumentException when all are damaged, with the newest one's reason
     */
    Optional<Checkpoint> latest(long until, Consumer<String> notes) {
        IllegalArgumentException newest = null;
        List<Long> steps = steps().stream().filter(step -> step <= until).toList();
        for (int i = steps.size() - 1; i >= 0; i--) {
            try {
                Checkpoint checkpoint = read(steps.get(i));
                if (newest != null)
                    notes.accept("went back to the checkpoint of step " + steps.get(i) + ": " + newest.getMessage());
                return Optional.of(checkpoint);
            } catch (OtherSchemaException e) {
                throw e;
            } catch (IllegalArgumentException e) {
                if (newest == null) newest = e;
            }
        }
        if (newest != null) throw newest;
        return Optional.empty();
    }

    /** Writes one that somebody asked for. */
    void write(Checkpoint checkpoint) throws IOException {
        keep(checkpoint.step());
        writeFile(checkpoint);
    }

    /** Writes one that nobody asked for, unless it is there and somebody did. */
    void writeAutomatic(Checkpoint checkpoint) throws IOException {
        long step = checkpoint.step();
        if (kept().contains(step)) return;
        if (!Files.exists(marks.path(step))) Files.createFile(marks.path(step));
        writeFile(checkpoint);
    }

    private void writeFile(Checkpoint checkpoint) throws IOException {
        new Safetensors(checkpoint.tensors(), metadata(checkpoint.step())).write(path(checkpoint.step()));
    }

    /** Somebody asks for the checkpoint of a step: if it is there, it stays. */
    void keep(long step) throws IOException {
        Files.deleteIfExists(marks.path(step));
    }

    /** Deletes those before a step that nobody asked for. */
    void deleteAutomatic(long before) throws IOException {
        for (long step : marks.steps())
            if (step < before && Files.deleteIfExists(marks.path(step))) Files.deleteIfExists(path(step));
    }

    /** Deletes those from a step on, which are damaged. */
    void deleteDamaged(long from) throws IOException {
        files.delete(from, Long.MAX_VALUE);
        marks.delete(from, Long.MAX_VALUE);
    }

    private Map<String, String> metadata(long step) {
        return new TreeMap<>(Map.of(IDENTITY, identity, STEP, Long.toString(step)));
    }

    /** Not damage: another version of the program reads it. */
    private static final class OtherSchemaException extends IllegalArgumentException {
        private static final long serialVersionUID = 1;

        OtherSchemaException(Path path, String schema) {
            super(path + " was written by another version: it has schema " + schema
                    + ", and this version reads schema 1");
        }
    }
}
