package backcopy.run;

import java.util.List;
import java.util.regex.Pattern;

/**
 * How a run trains: the keys {@code train.*}.
 *
 * @param steps updates in all
 * @param batchSize sequences in a step
 * @param seed of everything random in the run
 * @param backend {@code auto} or a backend's name, which is then used or refused
 * @param threads threads on the host, 0 for all; never changes a number
 * @param from {@code RUN@STEP}, another run's checkpoint to go on from, or empty
 */
public record TrainSpec(long steps, int batchSize, long seed, String backend, int threads, String from) {
    public static final List<String> BACKENDS = List.of("auto", "cpu", "cuda", "reference");
    private static final Pattern RUN_AT_STEP = Pattern.compile("[^@]+@[0-9]{1,18}");

    public TrainSpec {
        atLeast("steps", steps, 0);
        atLeast("batchSize", batchSize, 1);
        atLeast("threads", threads, 0);
        if (!BACKENDS.contains(backend))
            throw new IllegalArgumentException(
                    "train.backend = " + backend + " is not one of " + String.join(", ", BACKENDS));
        if (!from.isEmpty() && !RUN_AT_STEP.matcher(from).matches())
            throw new IllegalArgumentException("train.from = " + from + " is not of the form RUN@STEP");
    }

    /** The step that {@code train.from} names, or 0: updates done before the run's own first. */
    public long firstStep() {
        return from.isEmpty() ? 0 : Long.parseLong(from.substring(from.indexOf('@') + 1));
    }

    /** The same on the backend called {@code name}. */
    TrainSpec on(String name) {
        return new TrainSpec(steps, batchSize, seed, name, threads, from);
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) throw new IllegalArgumentException("train." + key + " = " + value + " is below " + least);
    }
}
