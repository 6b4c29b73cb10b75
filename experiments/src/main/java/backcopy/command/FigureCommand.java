package backcopy.command;

import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.experiment.Reproduction;
import backcopy.experiment.TheoryFigures;
import backcopy.figure.Figures;
import backcopy.figure.Picture;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code bb figure}: draw again from stored runs. */
@Command(
        name = "figure",
        description = "Draws a figure again from the runs in the store, without training.",
        footer = {"", "Example: bb figure sequence --scale smoke"})
final class FigureCommand extends Verb implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "a figure; bb list names them")
    private String name;

    @Mixin
    private ScaleOption scale;

    @Mixin
    private StoreOption store;

    @Override
    public Integer call() throws Exception {
        Scale chosen = scale.scale();
        Figures.named(name);
        if (TheoryFigures.names().contains(name)) return drawTheory();
        Reproduction reproduction =
                new Reproduction(store.store(), Machine.provenance(), interrupt()::requested, out(), this::progress);
        List<Experiment> drawing = Experiments.ALL.stream()
                .filter(experiment -> experiment.figures().contains(name))
                .toList();
        List<Experiment> ready = drawing.stream()
                .filter(experiment -> reproduction.hasRuns(experiment, chosen))
                .toList();
        for (Experiment experiment : ready.isEmpty() ? drawing : ready) reproduction.redraw(experiment, name, chosen);
        return 0;
    }

    private int drawTheory() throws IOException {
        for (Picture picture : TheoryFigures.pictures(List.of(name)).toList())
            for (Path file : picture.write(store.store().root().resolve("experiments/theory")))
                out().println("  " + file);
        return 0;
    }
}
