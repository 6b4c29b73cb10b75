package backcopy.command;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.bench.Workload;
import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.figure.Figure;
import backcopy.figure.Figures;
import backcopy.model.InterventionSpec;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.probe.Probe;
import backcopy.probe.Probes;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.TrainSpec;
import backcopy.task.Task;
import backcopy.task.TaskKind;
import backcopy.theory.prediction.Prediction;
import backcopy.theory.prediction.Predictions;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** {@code bb list}: everything that has a name. */
@Command(
        name = "list",
        description =
                "Lists experiments, figures, predictions, tasks, attention kinds, optimizers, probes and keys, each with one"
                        + " line.",
        footer = {"", "Example: bb list"})
final class ListCommand extends Verb implements Callable<Integer> {
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
        title("attention kinds (model.attention)");
        for (RowRule kind : AttentionKinds.ALL) {
            String numbers = Keys.numbers(kind).entrySet().stream()
                    .map(number -> "; " + number.getKey() + "=" + number.getValue())
                    .collect(Collectors.joining());
            line(kind.name(), kind.about() + numbers);
        }
        title("optimizers (optimizer.name)");
        for (Optimizer optimizer : Optimizers.ALL) line(optimizer.name(), optimizer.about());
        title("probes");
        for (Probe probe : Probes.of(Task.of(spec.task()), spec.model())) line(probe.name(), probe.about());
        title("workloads (bb bench)");
        for (Workload workload : Workload.ALL) line(workload.name(), workload.about());
        title("interventions (intervention.kind): " + String.join(", ", InterventionSpec.KINDS));
        title("backends (train.backend): " + String.join(", ", TrainSpec.BACKENDS));
        title("keys, with their defaults at the scales smoke | laptop | paper (-: none)");
        Map<String, String> smoke = Keys.flatten(Scale.SMOKE.spec()), paper = Keys.flatten(Scale.PAPER.spec());
        Keys.flatten(spec).forEach((key, laptop) -> {
            List<String> values = Stream.of(smoke.get(key), laptop, paper.get(key))
                    .map(value -> value.isEmpty() ? "-" : value)
                    .toList();
            boolean oneForAll = values.stream().distinct().count() == 1;
            line(key, oneForAll ? values.get(0) : String.join(" | ", values));
        });
        return 0;
    }

    private void title(String title) {
        out().println(title);
    }

    private void line(String name, String about) {
        out().printf("  %-26s %s%n", name, about);
    }
}
