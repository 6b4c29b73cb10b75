package backcopy.probe;

import backcopy.task.Task;
import backcopy.task.VectorTask;

/** Mean Euclidean norms of one kind of state in every layer: by role, by position and by token, where tokens are not vectors. */
public final class NormMeans {
    private static final int ROLES = Role.values().length;

    private final Task task;
    private final int tokens;
    private final Means byRole;
    private final Means byPosition;
    private final Means byToken;

    NormMeans(Task task, int layers) {
        this.task = task;
        byRole = new Means(layers * ROLES);
        byPosition = new Means(layers * task.sequenceLength());
        tokens = task instanceof VectorTask ? 0 : task.vocabularySize();
        byToken = new Means(layers * tokens);
    }

    /**
     * Adds the norms of a slice.
     *
     * @param states [sequences, position, width], not modified
     */
    void add(int layer, Slice slice, double[] states) {
        int length = slice.length();
        assert length <= task.sequenceLength();
        int width = states.length / (slice.sequences() * length);
        for (int sequence = 0; sequence < slice.sequences(); sequence++) {
            for (int position = 0; position < length; position++) {
                int token = slice.token(sequence, position);
                double norm = norm(states, (sequence * length + position) * width, width);
                byRole.add(layer * ROLES + Role.of(task, token, position).ordinal(), norm);
                byPosition.add(layer * task.sequenceLength() + position, norm);
                if (tokens > 0) byToken.add(layer * tokens + token, norm);
            }
        }
    }

    void merge(NormMeans later) {
        byRole.merge(later.byRole);
        byPosition.merge(later.byPosition);
        byToken.merge(later.byToken);
    }

    /** Records the numbers {@code prefix.bos}, {@code prefix.others} and {@code prefix.triggers} of one layer. */
    void numbers(int layer, String prefix, Record record) {
        for (Role role : Role.values())
            record.number(prefix + "." + role.key(), byRole.mean(layer * ROLES + role.ordinal()));
    }

    /** The norms [layer, position], NaN where there were none. */
    double[] byPosition() {
        return byPosition.means();
    }

    /** The norms [layer, token], NaN for a token that did not occur; empty where tokens are vectors. */
    double[] byToken() {
        return byToken.means();
    }

    /** The Euclidean norm of {@code count} numbers; four sums side by side, so that no addition waits for the one before. */
    public static double norm(double[] states, int from, int count) {
        double sum0 = 0, sum1 = 0, sum2 = 0, sum3 = 0;
        int i = from, end = from + count;
        for (; i + 3 < end; i += 4) {
            sum0 += states[i] * states[i];
            sum1 += states[i + 1] * states[i + 1];
            sum2 += states[i + 2] * states[i + 2];
            sum3 += states[i + 3] * states[i + 3];
        }
        for (; i < end; i++) sum0 += states[i] * states[i];
        return Math.sqrt((sum0 + sum1) + (sum2 + sum3));
    }
}
