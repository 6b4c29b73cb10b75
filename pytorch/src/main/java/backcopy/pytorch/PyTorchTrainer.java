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
import org.bytedeco.pytorch.Tensor;

/** Training steps of a spec in PyTorch. The batches are made before, and taken in turn: sampling costs it nothing. */
final class PyTorchTrainer {
    private static final int BATCHES = 8;

    private final PyTorchModel model;
    private final AdamW optimizer;
    private final Tensor[] inputs = new Tensor[BATCHES];
    private final Tensor[] targets = new Tensor[BATCHES];
    private final double tokensPerStep;
    private long steps;
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
        for (int b = 0; b < BATCHES; b++) load(b, stream.batch(b, spec.train().batchSize()));
        tokensPerStep = (double) spec.train().batchSize() * task.sequenceLength();
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

    /** One step; its loss before the update. */
    double step() {
        int batch = (int) (steps++ % BATCHES);
        try (PointerScope scope = new PointerScope()) {
            optimizer.zero_grad();
            Tensor loss = model.loss(inputs[batch], targets[batch]);
            loss.backward();
            optimizer.step().close();
            return lastLoss = loss.item_float();
        }
    }

    /** Whole steps for at least {@code seconds}, and at least one; tokens a second. */
    double window(double seconds) {
        long before = steps, start = System.nanoTime();
        double taken;
        do {
            step();
            taken = 1e-9 * (System.nanoTime() - start);
        } while (taken < seconds);
        return (steps - before) * tokensPerStep / taken;
    }
}
