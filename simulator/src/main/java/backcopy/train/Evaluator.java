package backcopy.train;

import backcopy.model.Activations;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.model.Parameters;
import backcopy.probe.Fold;
import backcopy.probe.Probe;
import backcopy.probe.Record;
import backcopy.probe.TwinProbe;
import backcopy.probe.TwinProbe.TwinFold;
import backcopy.task.Batch;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Runs the probes over a fixed batch, lane by lane, and merges their folds in lane order. */
public final class Evaluator {
    /**
     * Into how many folds the batch is dealt: as many threads can fold. A constant, which keeps the bits.
     */
    public static final int LANES = 16;

    /** Sequences in a slice at most: what probes read of them must fit the host, once for each thread. */
    private static final int MOST_SEQUENCES = 8;

    private final Network model;
    private final Batch batch;
    private final List<Probe> probes;
    private final Lanes lanes;
    private final Crew crew;
    private final ProbedSlice[] slices;
    private final ProbedSlice[] changed;
    private final Parameters[] gradients;

    /** @param batch of at most as many positions as the model has */
    public Evaluator(Network model, Batch batch, List<Probe> probes, Crew crew) {
        this.model = model;
        this.batch = batch;
        this.probes = List.copyOf(probes);
        this.crew = crew;
        int rows = Math.multiplyExact(batch.sequences(), batch.length());
        int sequences = Math.min(model.backend().rowsPerSlice(rows) / batch.length(), MOST_SEQUENCES);
        int slice = Math.max(1, Math.min(sequences, batch.sequences()));
        lanes = new Lanes(batch.sequences(), slice, Math.min(LANES, -Math.floorDiv(-batch.sequences(), slice)));
        int threads = Math.min(lanes.count(), crew.threads());
        slices = new ProbedSlice[threads];
        changed = new ProbedSlice[threads];
        gradients = new Parameters[threads];
        Set<String> read = new HashSet<>();
        for (Probe probe : probes) read.addAll(probe.reads(model.spec()));
        boolean goesBack = read.stream().anyMatch(name -> name.endsWith(".gradient"));
        boolean seesTwice = probes.stream().anyMatch(probe -> probe instanceof TwinProbe);
        for (int t = 0; t < slices.length; t++) {
            Activations own = model.probedActivations(slice, batch.length());
            slices[t] = new ProbedSlice(goesBack ? own.withInputGradients() : own, read);
            if (goesBack) gradients[t] = new Parameters(model.weights().layout(), model.backend());
            if (seesTwice) changed[t] = new ProbedSlice(model.probedActivations(slice, batch.length()), read);
        }
    }

    /** What the probes say of the model as it is now. */
    public Record evaluate(List<Intervention> interventions) {
        Fold[][] folds = new Fold[lanes.count()][];
        crew.run(lanes.count(), (thread, lane) -> {
            folds[lane] = probes.stream().map(Probe::fold).toArray(Fold[]::new);
            Activations a = slices[thread].activations();
            for (int row = lanes.from(lane); row < lanes.to(lane); row += a.sequences()) {
                int count = Math.min(a.sequences(), lanes.to(lane) - row);
                for (int s = 0; s < count; s++) a.load(s, batch.tokens(), (row + s) * (batch.length() + 1));
                model.forward(a, 1, interventions);
                if (gradients[thread] != null) model.backward(a, gradients[thread], interventions);
                slices[thread].renew(count);
                if (changed[thread] != null) change(thread, row, count, interventions);
                for (Fold fold : folds[lane])
                    if (fold instanceof TwinFold twin) twin.add(slices[thread], changed[thread]);
                    else fold.add(slices[thread]);
            }
        });
        Record record = new Record();
        for (int p = 0; p < probes.size(); p++) {
            for (int lane = 1; lane < folds.length; lane++) folds[0][p].merge(folds[lane][p]);
            folds[0][p].finish(record);
        }
        return record;
    }

    /** The same sequences with the next token of the vocabulary at one position, but not {@code <s>}, through the model. */
    private void change(int thread, int row, int count, List<Intervention> interventions) {
        int width = batch.length() + 1;
        for (int s = 0; s < count; s++) {
            int[] tokens = Arrays.copyOfRange(batch.tokens(), (row + s) * width, (row + s + 1) * width);
            int next = (tokens[TwinProbe.CHANGED] + 1) % model.vocabulary();
            tokens[TwinProbe.CHANGED] = next == tokens[0] ? (next + 1) % model.vocabulary() : next;
            changed[thread].activations().load(s, tokens, 0);
        }
        model.forward(changed[thread].activations(), 1, interventions);
        changed[thread].renew(count);
    }
}
