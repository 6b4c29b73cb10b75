package backcopy.run;

import backcopy.model.AuxiliaryLosses;
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
 * @param freshBatches batches after which they come again, from the first on; 0 for no end of them
 * @param zLoss weight of the mean square of the logits' log-sum-exp in what is minimized
 * @param decorrelation weight of the mean squared cosine of a state with that of {@code <s>}, see {@link AuxiliaryLosses}
 * @param precision of matrix products: {@code float32}, or {@code tf32}, which a GPU computes faster from factors of ten bits
 */
public record TrainSpec(
        long steps,
        int batchSize,
        long seed,
        String backend,
        int threads,
        String from,
        @EmptyWhenZero long freshBatches,
        double zLoss,
        double decorrelation,
        String precision) {
    public static final List<String> BACKENDS = List.of("auto", "cpu", "cuda", "reference");
    /** Whatever a backend computes in. */
    static final String FLOAT32 = "float32";

    public static final List<String> PRECISIONS = List.of(FLOAT32, "tf32");
    private static final Pattern RUN_AT_STEP = Pattern.compile("[^@]+@[0-9]{1,18}");

    /** On fresh data, by the cross-entropy alone, in float. */
    public TrainSpec(long steps, int batchSize, long seed, String backend, int threads, String from) {
        this(steps, batchSize, seed, backend, threads, from, 0, 0, 0, FLOAT32);
    }

    public TrainSpec {
        atLeast("steps", steps, 0);
        atLeast("batchSize", batchSize, 1);
        atLeast("threads", threads, 0);
        atLeast("freshBatches", freshBatches, 0);
        notNegative("zLoss", zLoss);
        notNegative("decorrelation", decorrelation);
        if (!BACKENDS.contains(backend))
            throw new IllegalArgumentException(
                    "train.backend = " + backend + " is not one of " + String.join(", ", BACKENDS));
        if (!from.isEmpty() && !RUN_AT_STEP.matcher(from).matches())
            throw new IllegalArgumentException("train.from = " + from + " is not of the form RUN@STEP");
        if (steps < firstStep(from))
            throw new IllegalArgumentException("train.steps = " + steps + " is below the step of train.from = " + from);
        if (!PRECISIONS.contains(precision))
            throw new IllegalArgumentException(
                    "train.precision = " + precision + " is not one of " + String.join(", ", PRECISIONS));
        if (!precision.equals(FLOAT32) && !List.of("auto", "cuda").contains(backend))
            throw new IllegalArgumentException(
                    "train.precision = " + precision + " has no meaning on train.backend = " + backend);
    }

    /** The step that {@code train.from} names, or 0: updates done before the run's own first. */
    public long firstStep() {
        return firstStep(from);
    }

    private static long firstStep(String from) {
        return from.isEmpty() ? 0 : Long.parseLong(from.substring(from.indexOf('@') + 1));
    }

    /** The same on the backend called {@code name}. */
    TrainSpec on(String name) {
        return new TrainSpec(
                steps, batchSize, seed, name, threads, from, freshBatches, zLoss, decorrelation, precision);
    }

    /** What is minimized besides the cross-entropy. */
    public AuxiliaryLosses auxiliary() {
        return new AuxiliaryLosses(zLoss, decorrelation);
    }

    private static void notNegative(String key, double value) {
        if (!(value >= 0)) throw new IllegalArgumentException("train." + key + " = " + value + " is below 0");
    }

    private static void atLeast(String key, long value, long least) {
        if (value < least) throw new IllegalArgumentException("train." + key + " = " + value + " is below " + least);
    }
}
