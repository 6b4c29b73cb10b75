package backcopy.train;

import backcopy.model.Activations;
import backcopy.probe.Slice;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * A slice as probes see it: host copies of activations, made when first asked for, in arrays that are used again. The last
 * slice of a lane may hold fewer sequences than there is room for.
 */
final class ProbedSlice implements Slice {
    private final Activations activations;
    private final Set<String> declared;
    private final Map<String, double[]> copies = new HashMap<>();
    private final Set<String> current = new HashSet<>();
    private int sequences;

    /** @param declared the activations that the probes said they read */
    ProbedSlice(Activations activations, Set<String> declared) {
        this.activations = activations;
        this.declared = declared;
    }

    Activations activations() {
        return activations;
    }

    /** Forgets the copies, after a new forward pass over so many sequences. */
    void renew(int count) {
        sequences = count;
        current.clear();
    }

    @Override
    public int sequences() {
        return sequences;
    }

    @Override
    public int length() {
        return activations.length();
    }

    @Override
    public int token(int sequence, int position) {
        return activations.token(sequence, position);
    }

    @Override
    public double[] read(String activation) {
        if (!declared.contains(activation))
            throw new IllegalStateException("a probe reads " + activation + " but did not declare it");
        double[] copy = copies.computeIfAbsent(activation, name -> new double[activations.size(name)]);
        if (current.add(activation)) activations.read(activation, copy);
        return sequences == activations.sequences()
                ? copy
                : Arrays.copyOf(copy, copy.length / activations.sequences() * sequences);
    }
}
