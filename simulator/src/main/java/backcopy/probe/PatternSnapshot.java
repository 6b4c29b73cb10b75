package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Whole attention patterns of a few sequences, with their tokens and value norms: what a heat map needs (the paper's fig. 1).
 * Keeps the first {@link #SEQUENCES} sequences, cut to {@link #POSITIONS} positions, so that a record stays small.
 */
final class PatternSnapshot implements Probe {
    private static final int SEQUENCES = 2;
    private static final int POSITIONS = 64;

    private final Task task;
    private final ModelSpec model;

    PatternSnapshot(Task task, ModelSpec model) {
        this.task = task;
        this.model = model;
    }

    @Override
    public String name() {
        return "pattern-snapshot";
    }

    @Override
    public String about() {
        return "attention patterns, tokens and value norms of the first sequences";
    }

    @Override
    public List<String> reads(ModelSpec model) {
        List<String> names = new ArrayList<>();
        for (int layer : Layers.withAttention(model)) {
            names.add(Layers.name(layer, "attention.pattern"));
            names.add(Layers.name(layer, "attention.valueState"));
        }
        return names;
    }

    @Override
    public Fold fold() {
        return new SnapshotFold();
    }

    /** One sequence: tokens [position], patterns [layer, head, query, key], value norms [layer, position]. */
    private record Snapshot(double[] tokens, double[] patterns, double[] norms) {}

    private final class SnapshotFold implements Fold {
        private final List<Snapshot> snapshots = new ArrayList<>(SEQUENCES);

        @Override
        public void add(Slice slice) {
            for (int sequence = 0; sequence < slice.sequences() && snapshots.size() < SEQUENCES; sequence++)
                snapshots.add(snapshot(slice, sequence));
        }

        private Snapshot snapshot(Slice slice, int sequence) {
            int positions = Math.min(POSITIONS, slice.length());
            double[] tokens = new double[positions];
            for (int position = 0; position < positions; position++) tokens[position] = slice.token(sequence, position);
            double[] patterns = new double[model.layers() * model.heads() * positions * positions];
            double[] norms = new double[model.layers() * positions];
            Arrays.fill(patterns, Double.NaN);
            Arrays.fill(norms, Double.NaN);
            for (int layer : Layers.withAttention(model)) {
                crop(slice, sequence, layer, patterns);
                double[] states = slice.read(Layers.name(layer, "attention.valueState"));
                for (int position = 0; position < positions; position++)
                    norms[layer * positions + position] = NormMeans.norm(
                            states, (sequence * slice.length() + position) * model.width(), model.width());
            }
            return new Snapshot(tokens, patterns, norms);
        }

        /** Copies the first queries' first keys of one layer into {@code patterns}. */
        private void crop(Slice slice, int sequence, int layer, double[] patterns) {
            double[] pattern = slice.read(Layers.name(layer, "attention.pattern"));
            int length = slice.length();
            int positions = Math.min(POSITIONS, length);
            for (int head = 0; head < model.heads(); head++)
                for (int query = 0; query < positions; query++)
                    System.arraycopy(
                            pattern,
                            ((sequence * model.heads() + head) * length + query) * length,
                            patterns,
                            ((layer * model.heads() + head) * positions + query) * positions,
                            positions);
        }

        @Override
        public void merge(Fold later) {
            for (Snapshot snapshot : ((SnapshotFold) later).snapshots)
                if (snapshots.size() < SEQUENCES) snapshots.add(snapshot);
        }

        @Override
        public void finish(Record record) {
            if (snapshots.isEmpty()) return;
            int count = snapshots.size();
            int positions = snapshots.get(0).tokens().length;
            record.array(Observable.of(
                    "attention.pattern",
                    List.of("sequence", "layer", "head", "query", "key"),
                    new int[] {count, model.layers(), model.heads(), positions, positions},
                    joined(snapshots.stream().map(Snapshot::patterns).toList())));
            record.array(Observable.of(
                    "snapshot.tokens",
                    List.of("sequence", "position"),
                    new int[] {count, positions},
                    joined(snapshots.stream().map(Snapshot::tokens).toList())));
            record.array(Observable.of(
                    "snapshot.value.norm",
                    List.of("sequence", "layer", "position"),
                    new int[] {count, model.layers(), positions},
                    joined(snapshots.stream().map(Snapshot::norms).toList())));
        }
    }

    private static double[] joined(List<double[]> parts) {
        return parts.stream().flatMapToDouble(Arrays::stream).toArray();
    }
}
