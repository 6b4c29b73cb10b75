package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.backend.Backend;
import backcopy.backend.cpu.CpuBackend;
import backcopy.model.ModelSpec;
import backcopy.model.ParameterLayout;
import backcopy.model.Transformer;
import backcopy.probe.Probes;
import backcopy.probe.Record;
import backcopy.task.Batch;
import backcopy.task.Task;
import backcopy.task.TaskSpec;
import backcopy.train.Crew;
import backcopy.train.Evaluator;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The authors' initial weights on the authors' evaluation batch: every observable that they published for step 0. */
class PaperObservablesTest {
    /** Theirs and ours are both computed in float; the largest difference seen is 3e-7. */
    private static final double RELATIVE = 2e-6;

    /** The first rows of the authors' curves, by attention kind; the scores do not depend on it. */
    private static final Map<String, Map<String, Double>> PUBLISHED = Map.of(
            "softmax",
            Map.of(
                    "risk.backcopy", 4.29554033,
                    "risk.bigram", 4.42711496,
                    "excess.bigram.paper", 2.20784796,
                    "layers.0.heads.0.attention.bos", 0.0224694777,
                    "layers.0.residual.norm.bos", 24.3468189),
            "relu",
            Map.of(
                    "risk.backcopy", 4.29919291,
                    "risk.bigram", 4.42890692,
                    "excess.bigram.paper", 2.20963992,
                    "layers.0.heads.0.attention.bos", 0.00136169582,
                    "layers.0.residual.norm.bos", 23.3688126));

    private static final Map<String, Double> PUBLISHED_OF_BOTH = Map.of(
            "layers.0.value.norm.bos", 5.19936895,
            "layers.0.value.raw.bos", 9.041966,
            "layers.0.heads.0.score.bos", -0.113619871,
            "layers.0.heads.0.score.delta", -0.11947713,
            "layers.0.heads.0.score.delta.q10", -0.414090139,
            "layers.0.heads.0.score.delta.q90", 0.190452997,
            "layers.0.heads.0.score.delta.triggers", -0.18195504);

    @ParameterizedTest
    @ValueSource(strings = {"softmax", "relu"})
    void stepZeroIsThePublishedOne(String attention) throws URISyntaxException {
        Record record = evaluate(attention);
        PUBLISHED.get(attention).forEach((name, value) -> assertClose(name, value, record));
        PUBLISHED_OF_BOTH.forEach((name, value) -> assertClose(name, value, record));
    }

    private static void assertClose(String name, double value, Record record) {
        assertEquals(value, record.number(name), RELATIVE * Math.abs(value), name);
    }

    private static Record evaluate(String attention) throws URISyntaxException {
        Task task = Task.of(TaskSpec.DEFAULT);
        ModelSpec spec = new ModelSpec(
                1, 1, 256, 1024, "relu", attention, "learned", "layer-norm", 1e-5, "pre", List.of(), List.of());
        Safetensors weights = Safetensors.read(golden("one-layer-init.safetensors"));
        Batch batch = Batch.read(golden("evaluation-batch.csv"), task.vocabularySize());
        try (Backend backend = CpuBackend.detect();
                Crew crew = new Crew(2)) {
            Transformer model = new Transformer(spec, task.vocabularySize(), task.sequenceLength(), backend);
            for (ParameterLayout.Entry entry : model.weights().layout().entries())
                model.weights()
                        .write(entry.name(), weights.tensors().get(entry.name()).values());
            model.pack();
            return new Evaluator(model, batch, Probes.of(task, spec), crew).evaluate(List.of());
        }
    }

    private static Path golden(String name) throws URISyntaxException {
        return Path.of(PaperObservablesTest.class.getResource("/golden/" + name).toURI());
    }
}
