package backcopy.run;

import backcopy.backend.Backend;
import backcopy.model.Activations;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.probe.Observable;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.task.Batch;
import backcopy.task.Task;
import backcopy.train.Crew;
import backcopy.train.Evaluator;
import backcopy.train.Trainer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Forward and backward on given weights and given tokens: observables, named arrays, a few updates. */
public final class Trace implements AutoCloseable {
    private final Backend backend;
    private final Crew crew;
    private final Network model;
    private final Task task;
    private final Batch batch;
    private final Trainer trainer;
    private final Evaluator evaluator;
    private final Activations activations;
    private final List<Intervention> interventions;
    private long step;

    /**
     * One update.
     *
     * @param step updates done before it
     * @param loss before it
     * @param gradientNorms Euclidean, of the gradient of that loss, by weight
     * @param weightNorms Euclidean, after the update, by weight
     */
    public record Update(long step, double loss, Map<String, Double> gradientNorms, Map<String, Double> weightNorms) {}

    /**
     * @param defaults for the keys that neither the user nor the weights decide
     * @param overrides keys as typed
     * @param weights a safetensors file; its shapes decide the sizes of the model
     * @param tokens a CSV file of token ids, one sequence a line
     * @throws IllegalArgumentException when a file or a key cannot be used
     */
    public static Trace of(RunSpec defaults, Map<String, String> overrides, Path weights, Path tokens) {
        Safetensors file = Safetensors.read(weights);
        Map<String, String> keys = new WeightShapes(file.tensors(), weights).keys(overrides);
        keys.putAll(overrides);
        RunSpec spec = Keys.parse(defaults, keys);
        Task task = Task.of(spec.task());
        Batch batch = Batch.read(tokens, task.vocabularySize());
        if (batch.length() > task.sequenceLength())
            throw new IllegalArgumentException(tokens + " has sequences of " + batch.length()
                    + " predictions, more than task.sequenceLength = " + task.sequenceLength());
        return new Trace(spec, task, batch, file.tensors(), "--weights " + weights, 0, false);
    }

    /**
     * The weights that a run had at a step, on tokens of any kind.
     *
     * @param batch of at most as many positions as the model has
     * @throws IllegalArgumentException when the run has no checkpoint of that step
     */
    public static Trace of(RunDirectory run, long step, Batch batch) {
        return of(run, step, Map.of(), task -> batch);
    }

    /**
     * The weights that a run had at a step, on the run's evaluation batch.
     *
     * @param most sequences of the batch; a batch may be larger than what its activations fit in
     */
    public static Trace of(RunDirectory run, long step, int most) {
        return of(run, step, Map.of(), task -> evaluationBatch(run, task, most));
    }

    /**
     * The weights that a run had at a step, with other keys than the run's where those leave alone what the weights are.
     *
     * @param overrides keys as typed; what {@code model.*} and {@code task.*} say is the run's
     * @param tokens a CSV file of token ids, one sequence a line; null for the run's evaluation batch
     * @throws IllegalArgumentException when a key contradicts the run, or there is no checkpoint of that step
     */
    public static Trace of(RunDirectory run, long step, Map<String, String> overrides, Path tokens) {
        return of(run, step, overrides, batch(run, tokens));
    }

    /** The same of a copy of that checkpoint, which the run may not have any more. */
    public static Trace of(WeightsOrigin origin, Path weights, Map<String, String> overrides, Path tokens) {
        LinkedHashMap<String, Tensor> tensors = Safetensors.read(weights).tensors();
        return of(origin.run(), origin.step(), tensors, "--weights " + weights, overrides, batch(origin.run(), tokens));
    }

    /**
     * Refuses weights of an unknown origin where a key is not given that their shapes do not tell.
     *
     * @param given keys as typed
     * @throws IllegalArgumentException naming the keys
     */
    public static void requireTold(Path weights, Map<String, String> given, RunSpec defaults) {
        List<String> untold = new WeightShapes(Safetensors.read(weights).tensors(), weights).untold(given, defaults);
        if (!untold.isEmpty())
            throw new IllegalArgumentException("--weights " + weights + ": the run of these weights is not known, and"
                    + " shapes do not tell " + String.join(", ", untold)
                    + ": give these keys, or --config with the run's config.yaml");
    }

    private static Function<Task, Batch> batch(RunDirectory run, Path tokens) {
        return task -> tokens == null
                ? evaluationBatch(run, task, Integer.MAX_VALUE)
                : Batch.read(tokens, task.vocabularySize());
    }

    private static Trace of(RunDirectory run, long step, Map<String, String> overrides, Function<Task, Batch> batch) {
        Checkpoint checkpoint = run.checkpoints().read(step);
        return of(run, step, checkpoint.tensors(), run.checkpoints().path(step).toString(), overrides, batch);
    }

    private static Trace of(
            RunDirectory run,
            long step,
            Map<String, Tensor> weights,
            String what,
            Map<String, String> overrides,
            Function<Task, Batch> batch) {
        RunSpec own = run.spec(), spec = Keys.parse(own, overrides);
        requireSameModel(run, own, spec);
        NamedFiles.requireSameCorpus(run);
        Task task = Task.of(spec.task());
        Batch tokens = batch.apply(task);
        if (tokens.length() > task.sequenceLength())
            throw new IllegalArgumentException("sequences of " + tokens.length()
                    + " predictions are longer than task.sequenceLength = " + task.sequenceLength());
        return new Trace(
                spec, task, tokens, weights, what, step, spec.intervention().equals(own.intervention()));
    }

    private static Batch evaluationBatch(RunDirectory run, Task task, int most) {
        NamedFiles.requireSameTokens(run);
        Batch whole = Setup.evaluationBatch(run.spec(), task);
        int sequences = Math.min(most, whole.sequences());
        int[] tokens = Arrays.copyOf(whole.tokens(), sequences * (whole.length() + 1));
        return new Batch(sequences, whole.length(), tokens);
    }

    /** What the weights of a run are is the run's to say; only the length of the sequences is the reader's. */
    private static void requireSameModel(RunDirectory run, RunSpec own, RunSpec spec) {
        Map<String, String> theirs = Keys.flatten(own);
        Keys.flatten(spec).forEach((key, value) -> {
            boolean isOfWeights = key.startsWith("model.") || key.startsWith("task.");
            if (isOfWeights && !key.equals("task.sequenceLength") && !value.equals(theirs.get(key)))
                throw new IllegalArgumentException(key + " = " + value + " contradicts run " + run.identity()
                        + ", whose weights these are"
                        + (theirs.containsKey(key)
                                ? ": there it is " + theirs.get(key)
                                : ", and which has no such key"));
        });
    }

    /**
     * @param acting the step whose interventions act
     * @param stored whether they hold what the run held, if they do not begin at that step
     */
    private Trace(
            RunSpec spec,
            Task task,
            Batch batch,
            Map<String, Tensor> weights,
            String what,
            long acting,
            boolean stored) {
        this.task = task;
        this.batch = batch;
        backend = Backends.open(spec);
        crew = new Crew(spec.train().threads());
        model = Network.of(spec.model(), task, backend);
        ModelState.readWeights(weights, what, model);
        RunIntervention intervention = new RunIntervention(spec.intervention(), task, model, batch.token(0, 0));
        if (stored) intervention.restore(weights);
        interventions = intervention.at(acting);
        activations = model.probedActivations(1, batch.length());
        evaluator = new Evaluator(
                model, batch, Probes.of(task, spec.model(), spec.record().extraProbes()), crew);
        trainer = new Trainer(
                model,
                spec.recipe(),
                (step, row, target) ->
                        System.arraycopy(batch.tokens(), row * (batch.length() + 1), target, 0, batch.length() + 1),
                batch.sequences(),
                batch.length(),
                task.leftOut(),
                crew);
        trainer.add(spec.train().auxiliary());
    }

    /** The task of the tokens. */
    public Task task() {
        return task;
    }

    /** The tokens. */
    public Batch batch() {
        return batch;
    }

    /**
     * Refuses names that {@link #export} does not know, before any work.
     *
     * @throws IllegalArgumentException naming what there is
     */
    public void requireNames(List<String> names) {
        Record observed = null;
        for (String name : names) {
            if (name.equals("loss")
                    || name.equals("grad")
                    || activations.named().containsKey(name)) continue;
            if (name.startsWith("grad.")) entry(name);
            else observable(name, observed = observed == null ? observe() : observed);
        }
    }

    /** What the probes say of the weights as they are. */
    public Record observe() {
        return observe(interventions);
    }

    /** What the probes say when these interventions take the place of the spec's. */
    public Record observe(List<Intervention> interventions) {
        return evaluator.evaluate(interventions);
    }

    /** One update on all tokens. */
    public Update update() {
        double loss = trainer.gradient(step, interventions);
        Map<String, Double> gradientNorms = norms(trainer.gradients());
        trainer.update(step);
        return new Update(step++, loss, gradientNorms, norms(model.weights()));
    }

    /**
     * Named arrays of the weights as they are: {@code loss}, {@code grad} for all gradients or {@code grad.<weight>}, named
     * activations over all sequences, and the probes' observables.
     *
     * @throws IllegalArgumentException when there is no array of a name
     */
    public Safetensors export(List<String> names) {
        LinkedHashMap<String, Tensor> tensors = new LinkedHashMap<>();
        double loss = trainer.gradient(step, interventions);
        Record observed = observe();
        for (String name : names) {
            if (name.equals("loss")) tensors.put(name, tensor(new int[0], loss));
            else if (name.equals("grad"))
                for (Entry entry : model.weights().layout().entries()) gradient(entry, tensors);
            else if (name.startsWith("grad.")) gradient(entry(name), tensors);
            else if (activations.named().containsKey(name)) tensors.put(name, activation(name));
            else tensors.put(name, observable(name, observed));
        }
        return new Safetensors(tensors, Map.of());
    }

    @Override
    public void close() {
        crew.close();
        backend.close();
    }

    private static Map<String, Double> norms(Parameters parameters) {
        Map<String, Double> norms = new LinkedHashMap<>();
        for (Entry entry : parameters.layout().entries()) norms.put(entry.name(), parameters.norm(entry.name()));
        return norms;
    }

    private Entry entry(String gradient) {
        String weight = gradient.substring("grad.".length());
        return model.weights().layout().entries().stream()
                .filter(entry -> entry.name().equals(weight))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("--export " + gradient + ": there is no weight " + weight
                                + "; there are "
                                + model.weights().layout().entries().stream()
                                        .map(Entry::name)
                                        .collect(Collectors.joining(", "))));
    }

    private void gradient(Entry entry, Map<String, Tensor> tensors) {
        int[] shape = entry.shape().stream().mapToInt(Integer::intValue).toArray();
        tensors.put("grad." + entry.name(), tensor(shape, trainer.gradients().read(entry.name())));
    }

    private Tensor observable(String name, Record observed) {
        for (Observable observable : observed.arrays())
            if (observable.name().equals(name)) return tensor(observable.shape(), observable.toArray());
        throw new IllegalArgumentException("--export " + name + " is not loss, grad, grad.<weight>, one of "
                + String.join(", ", activations.named().keySet()) + ", or one of "
                + String.join(
                        ", ", observed.arrays().stream().map(Observable::name).toList()));
    }

    /**
     * A named activation over all sequences; queries, keys and values cut into heads.
     *
     * @throws IllegalArgumentException when there is none of that name
     */
    public Tensor activation(String name) {
        Activations a = activations;
        Activations.Named named = a.named().get(name);
        if (named == null)
            throw new IllegalArgumentException("there is no activation " + name + "; there are "
                    + String.join(", ", a.named().keySet()));
        int[] shape = named.shape().stream().mapToInt(Integer::intValue).toArray();
        shape[0] = batch.sequences();
        double[] all = new double[Math.multiplyExact(batch.sequences(), a.size(name))];
        for (int row = 0; row < batch.sequences(); row++) {
            a.load(0, batch.tokens(), row * (batch.length() + 1));
            model.forward(a, 1, interventions);
            double[] one = a.read(name);
            System.arraycopy(one, 0, all, row * one.length, one.length);
        }
        Tensor flat = tensor(shape, all);
        return name.matches(".*\\.attention\\.(query|key|value)") ? byHead(flat) : flat;
    }

    /** {@code [sequences, position, width]} as {@code [sequences, heads, position, head width]}. */
    private Tensor byHead(Tensor flat) {
        int sequences = flat.shape()[0], length = flat.shape()[1], width = flat.shape()[2];
        int heads = model.spec().heads(), headWidth = model.spec().headWidth();
        double[] values = new double[flat.values().length];
        int to = 0;
        for (int s = 0; s < sequences; s++)
            for (int h = 0; h < heads; h++)
                for (int t = 0; t < length; t++, to += headWidth)
                    System.arraycopy(flat.values(), (s * length + t) * width + h * headWidth, values, to, headWidth);
        return tensor(new int[] {sequences, heads, length, headWidth}, values);
    }

    private Tensor tensor(int[] shape, double... values) {
        return new Tensor(
                backend.bytesPerNumber() == Double.BYTES ? Tensor.Precision.F64 : Tensor.Precision.F32, shape, values);
    }
}
