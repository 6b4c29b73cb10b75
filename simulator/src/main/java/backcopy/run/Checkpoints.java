package backcopy.run;

import java.io.IOException;
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
 */
public final class Checkpoints {
    /** Where a later version's headers say which form the file is in; this one's, the first, has no word for it. */
    private static final String SCHEMA = "schema";

    private final StepFiles files;
    private final Path directory;
    private final String identity;

    Checkpoints(Path directory, String identity) {
        this.directory = directory;
        this.identity = identity;
        files = new StepFiles(directory, "safetensors");
    }

    /** The steps that have one, ascending. */
    public List<Long> steps() {
        return files.steps();
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

    /**
     * The newest sound checkpoint, if there is any.
     *
     * @param notes told of each damaged one that was passed over
     * @throws OtherSchemaException when one of them is of another version: to go back behind it would delete it
     * @throws IllegalArgumentException when all are damaged, with the newest one's reason
     */
    public Optional<Checkpoint> latest(Consumer<String> notes) {
        IllegalArgumentException newest = null;
        List<Long> steps = steps();
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

    void write(Checkpoint checkpoint) throws IOException {
        new Safetensors(checkpoint.tensors(), metadata(checkpoint.step())).write(path(checkpoint.step()));
    }

    void delete(long from, long to) throws IOException {
        files.delete(from, to);
    }

    private Map<String, String> metadata(long step) {
        return new TreeMap<>(Map.of("identity", identity, "step", Long.toString(step)));
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
