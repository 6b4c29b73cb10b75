package backcopy.train;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Device;
import backcopy.backend.Matrix;
import backcopy.model.Activations;
import backcopy.model.AuxiliaryLosses;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.model.Parameters;
import backcopy.optim.Optimizer;
import backcopy.optim.Recipe;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Training steps: sample, forward, backward, merge, update. The loss is the mean cross-entropy over the counted predictions
 * of the batch, in nats: all of them, but for those at the first positions where the task says so.
 */
public final class Trainer {
    /** Numbers in a piece of the flat buffers that one thread merges and updates. */
    private static final int PIECE = 1 << 14;

    private final Network model;
    private final SequenceSource source;
    private final int length;
    private final int leftOut;
    private final Lanes lanes;
    private final Crew crew;
    private final Activations[] activations;
    /** Of the last slice where it is smaller, else null. */
    private final Activations rest;

    private final int[][] tokens;
    private final Parameters[] sums;
    private final double[] laneLosses;
    private boolean isMerged = true;
    private final Updates updates;
    private final List<Matrix> matrices;
    private final Device device;
    private Device.Recording recording;
    private List<Intervention> recorded;
    private boolean isSettled = true;
    private List<Buffer> kept;

    /** A trainer at rest whose loss counts every prediction, at a constant learning rate. */
    public Trainer(Network model, Optimizer optimizer, SequenceSource source, int batchSize, int length, Crew crew) {
        this(model, Recipe.of(optimizer), source, batchSize, length, 0, crew);
    }

    /**
     * A trainer at rest: moments are zero.
     *
     * @param model whose weights it updates
     * @param recipe how it updates them
     * @param batchSize sequences in a step
     * @param length predictions in a sequence, at most the model's positions
     * @param leftOut the first positions of a sequence, whose predictions the loss does not count
     */
    public Trainer(
            Network model, Recipe recipe, SequenceSource source, int batchSize, int length, int leftOut, Crew crew) {
        if (leftOut >= length)
            throw new IllegalArgumentException("a loss without the first " + leftOut + " predictions of " + length
                    + " counts none: task.loss = roles needs longer sequences");
        this.model = model;
        this.source = source;
        this.length = length;
        this.leftOut = leftOut;
        this.crew = crew;
        Backend backend = model.backend();
        lanes = Lanes.of(batchSize, length, backend.rowsPerSlice(Math.multiplyExact(batchSize, length)));
        // As many threads as lanes have work, and a batch in one slice is held once.
        activations = new Activations[Math.min(lanes.count(), crew.threads())];
        tokens = new int[crew.threads()][length + 1];
        for (int t = 0; t < activations.length; t++) activations[t] = model.trainingActivations(lanes.slice(), length);
        rest = lanes.rest() == 0 ? null : model.trainingActivations(lanes.rest(), length);
        sums = new Parameters[lanes.count()];
        for (int l = 0; l < sums.length; l++)
            sums[l] = new Parameters(model.weights().layout(), backend);
        laneLosses = new double[lanes.count()];
        int piece = backend instanceof Device ? model.weights().layout().size() : PIECE;
        updates = new Updates(recipe, model.weights(), sums, piece, backend, crew);
        matrices = model.matrices();
        device = backend instanceof Device own ? own : null;
    }

    /** Minimizes this besides the mean cross-entropy, which stays the loss that is told. */
    public void add(AuxiliaryLosses auxiliary) {
        for (Activations a : activations) a.add(auxiliary);
        if (rest != null) rest.add(auxiliary);
    }

    public Optimizer optimizer() {
        return updates.optimizer();
    }

    /** The optimizer's moments, in the order of its names for them. */
    public List<Parameters> moments() {
        return updates.moments();
    }

    /** Matrices that the optimizer remembers of single weights, as {@code name.weight}. */
    public List<String> memories() {
        return updates.memories().stream().map(Updates.Memory::name).toList();
    }

    /** Rows and columns of a memory. */
    public int[] memoryShape(int memory) {
        Updates.Memory of = updates.memories().get(memory);
        return new int[] {of.rows(), of.columns()};
    }

    /** A memory's numbers, row-major, copied. */
    public double[] readMemory(int memory) {
        Buffer values = updates.memories().get(memory).values();
        double[] copy = new double[values.size()];
        model.backend().read(values, copy);
        return copy;
    }

    /** Overwrites a memory; {@code values} not modified. */
    public void writeMemory(int memory, double[] values) {
        model.backend().write(values, updates.memories().get(memory).values());
        updates.memories().get(memory).owner().restored();
    }

    /** The step at which the moments were zero: 0, or where a run goes on from one of another optimizer. */
    public long momentsBegan() {
        return updates.began();
    }

    /** Says of a trainer's moments that they were zero at {@code step}: their corrections and the warm-up count from there. */
    public void momentsBegan(long step) {
        updates.begin(step);
    }

    /** The gradient of the last step's loss; shared. */
    public Parameters gradients() {
        merge();
        return sums[0];
    }

    private void merge() {
        if (!isMerged) updates.merge();
        isMerged = true;
    }

    /**
     * One training step.
     *
     * @param step updates done before this one: it names the batch
     * @return the loss before the update
     * @throws NonFiniteLossException if the loss is not finite; the weights are then as they were
     */
    public double step(long step, List<Intervention> interventions) {
        double loss = pass(step, interventions);
        update(step);
        return loss;
    }

    /** The update by the {@link #gradients()}, which it scales down where the norm is limited. */
    public void update(long step) {
        if (updates.readsGradients()) merge();
        updates.update(step, isMerged);
        crew.run(matrices.size(), (thread, m) -> model.backend().pack(matrices.get(m)));
    }

    /**
     * What {@link #update} would add to the weights; they, the gradients and what the optimizer remembers are on return as they
     * were.
     *
     * @param change overwritten
     */
    public void plan(long step, Parameters change) {
        Backend backend = model.backend();
        List<Buffer> state =
                new ArrayList<>(List.of(model.weights().flat(), gradients().flat()));
        for (Parameters moment : moments()) state.add(moment.flat());
        for (Updates.Memory memory : updates.memories()) state.add(memory.values());
        // Made once: a device's memory is not collected.
        if (kept == null)
            kept = state.stream().map(own -> backend.allocate(own.size())).toList();
        for (int i = 0; i < kept.size(); i++) backend.copy(state.get(i), kept.get(i));
        update(step);
        backend.copy(model.weights().flat(), change.flat());
        for (int i = 0; i < kept.size(); i++) backend.copy(kept.get(i), state.get(i));
        for (Updates.Memory memory : updates.memories()) memory.owner().restored();
        crew.run(matrices.size(), (thread, m) -> backend.pack(matrices.get(m)));
        backend.scale(kept.get(0), -1);
        backend.add(kept.get(0), change.flat());
    }

    /**
     * One training step whose loss nobody asks for. A device may still be at work on it on return; if its loss is not finite,
     * its update and those of later steps are left out, and {@link #settle} says so, as whatever gives a loss does.
     */
    public void advance(long step, List<Intervention> interventions) {
        if (device == null || updates.readsGradients()) step(step, interventions);
        else {
            queueGradient(step, interventions);
            device.watch(activations[0].losses(), step);
            isSettled = false;
            update(step);
        }
    }

    /** Queues the pass over the whole batch, which is recorded anew where the interventions change. */
    private void queueGradient(long step, List<Intervention> interventions) {
        crew.run(lanes.sequences(), (thread, row) -> load(tokens[thread], activations[0], row, step, row));
        if (recorded != interventions)
            recording = device.record(() -> {
                sums[0].clear();
                model.forward(activations[0], 1 / predictions(), interventions);
                model.backward(activations[0], sums[0], interventions);
                sums[0].flat();
            });
        recorded = interventions;
        recording.run();
    }

    /**
     * Waits for the steps that are under way.
     *
     * @throws NonFiniteLossException if the loss of one of them is not finite; the weights are those before it
     */
    public void settle() {
        if (isSettled) return;
        isSettled = true;
        long failed = device.failed();
        if (failed >= 0) throw new NonFiniteLossException(failed, firstNonFinite(failed, recorded));
    }

    /**
     * The loss of a step's batch and its {@link #gradients()}, without an update.
     *
     * @throws NonFiniteLossException if the loss is not finite
     */
    public double gradient(long step, List<Intervention> interventions) {
        double loss = pass(step, interventions);
        merge();
        return loss;
    }

    /** {@link #gradient} whose sums are not merged yet. */
    private double pass(long step, List<Intervention> interventions) {
        settle();
        isMerged = lanes.count() == 1;
        if (device == null) crew.run(lanes.count(), (thread, lane) -> runLane(thread, lane, step, interventions));
        else {
            queueGradient(step, interventions);
            laneLosses[0] = activations[0].summedLoss();
        }
        double loss = 0;
        for (double laneLoss : laneLosses) loss += laneLoss;
        loss /= predictions();
        if (!Double.isFinite(loss)) throw new NonFiniteLossException(step, firstNonFinite(step, interventions));
        return loss;
    }

    /**
     * One slice of a step's batch, forward and backward, on the caller's thread: to see how long it takes. The weights stay as
     * they are; {@link #gradients()} are no longer of a step.
     */
    public void rehearse(long step, List<Intervention> interventions) {
        load(0, activations[0], step, 0);
        model.forward(activations[0], 1 / predictions(), interventions);
        activations[0].summedLoss();
        model.backward(activations[0], sums[0], interventions);
    }

    /** Slices that the busiest thread works off in a step; a smaller one counts in part. */
    public double slicesPerThread() {
        int[] dealt = new int[crew.threads()];
        for (int lane = 0; lane < lanes.count(); lane++) {
            int idle = 0;
            for (int t = 1; t < dealt.length; t++) if (dealt[t] < dealt[idle]) idle = t;
            dealt[idle] += lanes.to(lane) - lanes.from(lane);
        }
        return Arrays.stream(dealt).max().getAsInt() / (double) lanes.slice();
    }

    private double predictions() {
        return (double) lanes.sequences() * (length - leftOut);
    }

    private void runLane(int thread, int lane, long step, List<Intervention> interventions) {
        Parameters gradients = sums[lane];
        gradients.clear();
        double loss = 0;
        for (int row = lanes.from(lane); row < lanes.to(lane); row += lanes.slice()) {
            Activations a = sliceAt(thread, row);
            load(thread, a, step, row);
            model.forward(a, 1 / predictions(), interventions);
            loss += a.summedLoss();
            model.backward(a, gradients, interventions);
        }
        gradients.flat();
        laneLosses[lane] = loss;
    }

    /** Room for the slice that begins with a row of the batch. */
    private Activations sliceAt(int thread, int row) {
        return row + lanes.slice() <= lanes.sequences() ? activations[thread] : rest;
    }

    private void load(int thread, Activations a, long step, int row) {
        for (int s = 0; s < a.sequences(); s++) load(tokens[thread], a, s, step, row + s);
    }

    private void load(int[] sequence, Activations a, int slot, long step, int row) {
        source.sequence(step, row, sequence);
        a.load(slot, sequence, 0);
        a.leaveOut(slot, leftOut);
    }

    /** Looks for the culprit: first among the weights, then through the forward pass of the batch's sequences. */
    private String firstNonFinite(long step, List<Intervention> interventions) {
        String weight = model.weights().firstNonFinite();
        if (weight != null) return weight;
        for (int row = 0; row < lanes.sequences(); row += lanes.slice()) {
            Activations a = sliceAt(0, row);
            load(0, a, step, row);
            model.forward(a, 1, interventions);
            String activation = a.firstNonFinite();
            if (activation != null) return activation;
        }
        return "loss";
    }
}
