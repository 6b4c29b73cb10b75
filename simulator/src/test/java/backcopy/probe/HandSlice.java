package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A slice with activations written by hand, and the small world that the probes' tests share. */
final class HandSlice implements Slice {
    /**
     * Tokens of {@link #task}. Characters a, b, t; t is the trigger. After a comes b or t, each with probability 1/2; after b
     * comes t. The unigram law is 2/7, 2/7, 3/7.
     */
    static final int A = 0, B = 1, T = 2, BOS = 3, VOCABULARY = 5;

    private final int[][] tokens; // [sequences, length + 1]
    private final Map<String, double[]> activations;
    private final Set<String> read = new TreeSet<>();

    HandSlice(int[][] tokens, Map<String, double[]> activations) {
        this.tokens = tokens;
        this.activations = activations;
    }

    static Task task(int length) {
        TaskSpec spec = new TaskSpec(BigramBackcopy.NAME, "by hand", 1, length, 1);
        return new BigramBackcopy(spec, BigramTable.fit("abtatbt"));
    }

    /** The same behind a prefix of {@code read} tokens that are only read. */
    static Task task(int length, int read) {
        TaskSpec spec = new TaskSpec(BigramBackcopy.NAME, "by hand", 1, length, 1, 1, 0, "all", read, "drawn");
        return new BigramBackcopy(spec, BigramTable.fit("abtatbt"));
    }

    static ModelSpec model(int layers, int heads, int width, Integer... attentionOff) {
        return new ModelSpec(
                layers,
                heads,
                width,
                4,
                "relu",
                "softmax",
                "learned",
                "layer-norm",
                1e-5,
                "pre",
                List.of(attentionOff),
                List.of());
    }

    /** What {@code probe} records when each slice is a lane of its own. */
    static Record lanes(Probe probe, Slice... lanes) {
        Fold first = probe.fold();
        first.add(lanes[0]);
        for (Slice lane : Arrays.copyOfRange(lanes, 1, lanes.length)) {
            Fold fold = probe.fold();
            fold.add(lane);
            first.merge(fold);
        }
        return finished(first);
    }

    static Record finished(Fold fold) {
        Record record = new Record();
        fold.finish(record);
        return record;
    }

    /** The slice of {@code count} of these sequences. */
    HandSlice part(int from, int count) {
        Map<String, double[]> parts = new HashMap<>();
        activations.forEach((name, values) -> {
            int each = values.length / tokens.length;
            parts.put(name, Arrays.copyOfRange(values, from * each, (from + count) * each));
        });
        return new HandSlice(Arrays.copyOfRange(tokens, from, from + count), parts);
    }

    Map<String, double[]> activations() {
        return activations;
    }

    /** The activations that were read so far. */
    Set<String> activationsRead() {
        return read;
    }

    @Override
    public int sequences() {
        return tokens.length;
    }

    @Override
    public int length() {
        return tokens[0].length - 1;
    }

    @Override
    public int token(int sequence, int position) {
        return tokens[sequence][position];
    }

    @Override
    public double[] read(String activation) {
        read.add(activation);
        return activations.get(activation);
    }
}
