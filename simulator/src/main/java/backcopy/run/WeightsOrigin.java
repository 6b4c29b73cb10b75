package backcopy.run;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The run that a file of weights is a checkpoint of.
 *
 * @param step updates done
 */
public record WeightsOrigin(RunDirectory run, long step) {
    /**
     * Found by what the file says of itself: in the run directory where it lies, or in a store.
     *
     * @throws IllegalArgumentException when the file is no sound safetensors file
     */
    public static Optional<WeightsOrigin> of(Path weights, RunStore store) {
        Map<String, String> words = Safetensors.metadata(weights);
        String identity = words.getOrDefault(Checkpoints.IDENTITY, ""), step = words.getOrDefault(Checkpoints.STEP, "");
        if (!RunIdentity.ID.matcher(identity).matches() || !step.matches("[0-9]{1,18}")) return Optional.empty();
        return lyingIn(weights, identity)
                .or(() -> store.lookup(identity))
                .map(run -> new WeightsOrigin(run, Long.parseLong(step)));
    }

    private static Optional<RunDirectory> lyingIn(Path weights, String identity) {
        try {
            Path run = weights.toRealPath().getParent().getParent();
            boolean isItsRun = run != null && run.getFileName() != null && run.endsWith(identity);
            return isItsRun ? new RunStore(run.getParent()).lookup(identity) : Optional.empty();
        } catch (IOException e) {
            throw new IllegalArgumentException(weights + " cannot be read: " + Reason.of(e));
        }
    }
}
