package backcopy.command;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.bench.Workload;
import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.figure.Figure;
import backcopy.figure.Figures;
import backcopy.model.InterventionSpec;
import backcopy.model.MlpKind;
import backcopy.model.ModelSpec;
import backcopy.model.NormKind;
import backcopy.model.Surroundings;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.pretrained.Family;
import backcopy.probe.ExtraProbes;
import backcopy.probe.Probe;
import backcopy.probe.Probes;
import backcopy.probe.UpdateProbe;
import backcopy.probe.UpdateProbes;
import backcopy.run.Json;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.TrainSpec;
import backcopy.task.Task;
import backcopy.task.TaskKind;
import backcopy.task.TaskSpec;
import backcopy.theory.prediction.Prediction;
import backcopy.theory.prediction.Predictions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bb list}: everything that has a name. */
@Command(
        name = "list",
        description =
                "Lists experiments, figures, predictions, tasks, attention kinds, norms, MLPs, optimizers, probes and keys, each with one"
                        + " line.",
        footer = {"", "Example: bb list"})
final class ListCommand extends Verb implements Callable<Integer> {
    @Option(names = "--json", description = "print one JSON object: under each title, the names and their lines")
    private boolean json;

    private final Map<String, Map<String, String>> sections = new LinkedHashMap<>();
    private Map<String, String> section = Map.of();

    @Override
    public Integer call() {
        RunSpec spec = Scale.LAPTOP.spec();
        title("experiments (bb reproduce NAME), with their time at laptop scale; *: run by default");
        for (Experiment experiment : Experiments.ALL)
            line(
                    experiment.name() + (Experiments.DEFAULT.contains(experiment) ? " *" : ""),
                    experiment.about() + "; " + experiment.laptopTime());
        title("figures (bb figure NAME; those of the theory: bb theory)");
        for (Figure figure : Figures.ALL) line(figure.name(), figure.about());
        title("tasks (task.name)");
        for (TaskKind kind : TaskKind.values()) line(kind.toString(), kind.about());
        title("predictions (bb theory NAME)");
        for (Prediction prediction : Predictions.ALL) line(prediction.name(), prediction.formula());
        title("models (model.kind): " + String.join(", ", ModelSpec.KINDS));
        title("attention kinds (model.attention)");
        for (RowRule kind : AttentionKinds.ALL) {
            String numbers = Keys.numbers(kind).entrySet().stream()
                    .map(number -> "; " + number.getKey() + "=" + number.getValue())
                    .collect(Collectors.joining());
            line(kind.name(), kind.about() + numbers);
        }
        title("norms (model.norm); placed (model.normPlacement) " + String.join(", ", ModelSpec.PLACEMENTS));
        for (NormKind kind : NormKind.values()) line(kind.toString(), kind.about());
        title("MLPs (model.mlp)");
        for (MlpKind kind : MlpKind.values()) line(kind.toString(), kind.about());
        title("around attention (model.KEY)");
        Surroundings.ABOUT.forEach(this::line);
        title("optimizers (optimizer.name)");
        for (Optimizer optimizer : Optimizers.ALL) {
            String settings = Keys.settings(optimizer).entrySet().stream()
                    .map(number -> number.getKey() + "=" + number.getValue())
                    .collect(Collectors.joining(", "));
            line(optimizer.name(), optimizer.about() + "; " + settings);
        }
        title("probes");
        for (Probe probe : Probes.of(Task.of(spec.task()), spec.model())) line(probe.name(), probe.about());
        title("probes of vectors (task.name=" + TaskKind.TRIGGER_MEAN + ")");
        TaskSpec vectors = spec.task().as(TaskKind.TRIGGER_MEAN.toString());
        for (Probe probe : Probes.of(Task.of(vectors), spec.model())) line(probe.name(), probe.about());
        title("extra probes (record.probes; all of them: all)");
        for (Probe probe : ExtraProbes.all(Task.of(spec.task()), spec.model())) line(probe.name(), probe.about());
        title("update probes (record.updates)");
        for (UpdateProbe probe : UpdateProbes.ALL) line(probe.name(), probe.about());
        title("families of pretrained models (bb probe), by model_type of config.json");
        for (Family family : Family.values()) line(family.type(), family.about());
        title("workloads (bb bench)");
        for (Workload workload : Workload.ALL) line(workload.name(), workload.about());
        words("interventions (intervention.kind)", InterventionSpec.KINDS);
        words("backends (train.backend)", TrainSpec.BACKENDS);
        title("keys, with their defaults at the scales smoke | laptop | desk | paper (-: none)");
        List<Map<String, String>> scales = Stream.of(Scale.values())
                .map(scale -> Keys.flatten(scale.spec()))
                .toList();
        scales.get(0).keySet().forEach(key -> {
            List<String> values = scales.stream()
                    .map(scale -> scale.get(key))
                    .map(value -> value.isEmpty() ? "-" : value)
                    .toList();
            boolean oneForAll = values.stream().distinct().count() == 1;
            line(key, oneForAll ? values.get(0) : String.join(" | ", values));
        });
        if (json) out().println(Json.line(sections));
        return 0;
    }

    /** What follows is listed under the title, up to its first comma or bracket. */
    private void title(String title) {
        section = new LinkedHashMap<>();
        sections.put(title.split(" \\(|,")[0], section);
        if (!json) out().println(title);
    }

    private void line(String name, String about) {
        section.put(name, about);
        if (!json) out().printf("  %-26s %s%n", name, about);
    }

    /** Names that need no line. */
    private void words(String title, List<String> names) {
        title(title + ": " + String.join(", ", names));
        for (String name : names) section.put(name, "");
    }
}
