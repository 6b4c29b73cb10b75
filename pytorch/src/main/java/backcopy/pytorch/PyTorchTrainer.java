package backcopy.pytorch;

import static org.bytedeco.pytorch.global.torch.tensor;

import backcopy.backend.Backend;
import backcopy.model.Initialization;
import backcopy.model.Transformer;
import backcopy.run.Backends;
import backcopy.run.RunSpec;
import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.CounterRandom;
import backcopy.task.Purpose;
import backcopy.task.Task;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Training steps of a spec in PyTorch, its batch whole or in micro-batches. The batches are made before, and taken in turn:
 * sampling costs it nothing.
 */
final class PyTorchTrainer {
    private static final int BATCHES = 8;

    private final PyTorchModel model;
    private final AdamW optimizer;
    private final Tensor[] inputs = new Tensor[BATCHES];
    private final Tensor[] targets = new Tensor[BATCHES];
    private final int batchSize;
    private final long length;
    private long steps;
    /** Sequences of the step under way. */
    private int passed;

    private double summedLoss;
    private double lastLoss;

    PyTorchTrainer(RunSpec spec) {
        Task task = Task.of(spec.task());
        long seed = spec.train().seed();
        try (Backend backend = Backends.open("reference")) {
            Transformer initial = new Transformer(spec.model(), task.vocabularySize(), task.sequenceLength(), backend);
            Initialization.draw(initial.weights(), new CounterRandom(Purpose.INIT.seed(seed)));
            model = new PyTorchModel(spec.model(), initial.weights());
        }
        optimizer = new AdamW(model.parameters(), options((backcopy.optim.AdamW) spec.optimizer()));
        BatchStream stream = new BatchStream(task, Purpose.DATA.seed(seed));
        batchSize = spec.train().batchSize();
        length = task.sequenceLength();
        for (int b = 0; b < BATCHES; b++) load(b, stream.batch(b, batchSize));
    }

    /** A C++ tuple lies in memory with its last element first. */
    private static AdamWOptions options(backcopy.optim.AdamW spec) {
        AdamWOptions options = new AdamWOptions(spec.learningRate());
        options.betas().put(0, spec.beta2()).put(1, spec.beta1());
        options.eps().put(spec.epsilon());
        options.weight_decay().put(spec.weightDecay());
        return options;
    }

    private void load(int index, Batch batch) {
        int sequences = batch.sequences(), length = batch.length();
        long[] in = new long[sequences * length], out = new long[sequences * length];
        for (int s = 0; s < sequences; s++)
            for (int t = 0; t < length; t++) {
                in[s * length + t] = batch.tokens()[s * (length + 1) + t];
                out[s * length + t] = batch.tokens()[s * (length + 1) + t + 1];
            }
        inputs[index] = tensor(in).reshape(sequences, length);
        targets[index] = tensor(out);
    }

    PyTorchModel model() {
        return model;
    }

    /** The loss of the last step, before its update. */
    double lastLoss() {
        return lastLoss;
    }

    /**
     * One step; its loss before the update.
     *
     * @param microBatch sequences that pass forward and backward at a time; their gradients are summed for one update
     */
    double step(int microBatch) {
        begin();
        while (!pass(microBatch)) {}
        return lastLoss;
    }

    /** Whole steps for at least {@code seconds}, and at least one; tokens a second. */
    double window(int microBatch, double seconds) {
        long before = steps, start = System.nanoTime();
        double taken;
        do {
            step(microBatch);
            taken = 1e-9 * (System.nanoTime() - start);
        } while (taken < seconds);
        return (steps - before) * batchSize * length / taken;
    }

    /** Micro-batches for at least {@code seconds}, updates between them; tokens a second. What is left of a step is dropped. */
    double trial(int microBatch, double seconds) {
        long start = System.nanoTime(), sequences = 0;
        double taken;
        begin();
        do {
            int before = passed;
            boolean ended = pass(microBatch);
            sequences += (ended ? batchSize : passed) - before;
            if (ended) begin();
            taken = 1e-9 * (System.nanoTime() - start);
        } while (taken < seconds);
        return sequences * length / taken;
    }

    private void begin() {
        passed = 0;
        summedLoss = 0;
        optimizer.zero_grad();
    }

    /** Adds one micro-batch's part of the batch's mean loss to the gradients; updates after the last, and then says true. */
    private boolean pass(int microBatch) {
        int batch = (int) (steps % BATCHES), count = Math.min(microBatch, batchSize - passed);
        try (PointerScope scope = new PointerScope()) {
            Tensor loss = model.loss(
                    inputs[batch].narrow(0, passed, count), targets[batch].narrow(0, passed * length, count * length));
            if (count < batchSize) loss = loss.mul(new Scalar((double) count / batchSize));
            loss.backward();
            summedLoss += loss.item_float();
            passed += count;
            if (passed < batchSize) return false;
            optimizer.step().close();
        }
        lastLoss = summedLoss;
        steps++;
        return true;
    }
}
