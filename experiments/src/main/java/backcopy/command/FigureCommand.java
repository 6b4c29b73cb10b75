package backcopy.command;

import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.experiment.Reproduction;
import backcopy.experiment.TheoryFigures;
import backcopy.figure.Figures;
import backcopy.figure.Picture;
import backcopy.figure.Table;
import backcopy.report.Selection;
import backcopy.report.SweepFigures;
import backcopy.run.Scale;
import backcopy.sweep.SweepProgress;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb figure}: draw again from stored runs. */
@Command(
        name = "figure",
        description = "Draws a figure again from the runs in the store, without training.",
        footer = {
            "",
            "Example: bb figure sequence --scale smoke",
            "and of a sweep: bb figure phase --sweep rates --x optimizer.learningRate --y optimizer.weightDecay"
        })
final class FigureCommand extends Verb implements Callable<Integer> {
    @Parameters(
            paramLabel = "NAME",
            completionCandidates = Candidates.Figures.class,
            description = "a figure; bb list names them")
    private String name;

    @Option(
            names = "--sweep",
            completionCandidates = Candidates.Stored.class,
            paramLabel = "NAME",
            description = "for effects and phase: a sweep of the store, or runs",
            arity = "1..*")
    private List<String> sweep = List.of();

    @Option(
            names = "--x",
            completionCandidates = Candidates.KeyNames.class,
            paramLabel = "KEY",
            description = "for phase: the key to the right (default: with most values)")
    private String x = "";

    @Option(
            names = "--y",
            completionCandidates = Candidates.KeyNames.class,
            paramLabel = "KEY",
            description = "for phase: the key upwards (default: the next one)")
    private String y = "";

    @Mixin
    private ScaleOption scale;

    @Mixin
    private StoreOption store;

    @Override
    public Integer call() throws Exception {
        Scale chosen = scale.scale();
        Figures.named(name);
        if (SweepFigures.names().contains(name)) return drawSweep(chosen);
        if (!sweep.isEmpty())
            throw new IllegalArgumentException("--sweep is for " + String.join(" and ", SweepFigures.names()));
        if (TheoryFigures.names().contains(name)) return drawTheory();
        Reproduction reproduction = new Reproduction(
                store.store(), Machine.provenance(), interrupt()::requested, out(), SweepProgress.SILENT, 0, 1);
        List<Experiment> drawing = Experiments.ALL.stream()
                .filter(experiment -> experiment.figures().contains(name))
                .toList();
        List<Experiment> ready = drawing.stream()
                .filter(experiment -> reproduction.hasRuns(experiment, chosen))
                .toList();
        for (Experiment experiment : ready.isEmpty() ? drawing : ready) reproduction.redraw(experiment, name, chosen);
        return 0;
    }

    private int drawSweep(Scale chosen) throws IOException {
        if (sweep.isEmpty()) throw new IllegalArgumentException("figure " + name + " needs --sweep NAME");
        Selection selection = Selection.of(
                sweep, chosen, store.store(), Machine.provenance(), run -> StoreOption.find(store.store(), run));
        SweepFigures figures = new SweepFigures(selection);
        Picture picture = name.equals("effects") ? figures.effects() : figures.phase(x, y);
        warn(selection);
        Path directory = store.store()
                .root()
                .resolve("figures")
                .resolve(Path.of(sweep.get(0)).getFileName());
        for (Path file : picture.write(directory)) out().println("  " + file);
        if (name.equals("effects"))
            for (Map.Entry<String, Table> sizes : new TreeMap<>(figures.effectSizes()).entrySet()) {
                sizes.getValue().write(directory.resolve(sizes.getKey()));
                out().println("  " + directory.resolve(sizes.getKey()));
            }
        return 0;
    }

    private int drawTheory() throws IOException {
        for (Picture picture : TheoryFigures.pictures(List.of(name)).toList())
            for (Path file : picture.write(store.store().root().resolve("experiments/theory")))
                out().println("  " + file);
        return 0;
    }
}
