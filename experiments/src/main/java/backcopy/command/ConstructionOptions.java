package backcopy.command;

import backcopy.experiment.ExplicitWeights;
import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.TaskSpec;
import backcopy.theory.Construction;
import backcopy.theory.Construction.Positions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import picocli.CommandLine.Option;

/** What {@code bb theory} needs to write theorem 1's transformer as a checkpoint. */
final class ConstructionOptions {
    @Option(
            names = "--construction",
            paramLabel = "W",
            required = true,
            description = "write the explicit transformer of theorem 1 as a safetensors file, for bb trace")
    private Path file;

    @Option(
            names = "--kappa",
            defaultValue = "12",
            description = "its scale, at least 1: errors fall like e^-kappa (default: ${DEFAULT-VALUE})")
    private double kappa;

    @Option(
            names = "--length",
            defaultValue = "64",
            description = "its positions, task.sequenceLength (default: ${DEFAULT-VALUE})")
    private int length;

    @Option(
            names = "--positions",
            defaultValue = "one-hot",
            description = "how it writes positions: one-hot or circle (default: ${DEFAULT-VALUE})")
    private String positions;

    Path file() {
        return file;
    }

    /** Writes the file and says what holds of it. */
    void write(PrintWriter out) throws IOException {
        WritableFile.require("--construction", file);
        BigramTable table = BigramTable.tinyShakespeare();
        TaskSpec paper = TaskSpec.DEFAULT;
        TaskSpec spec = new TaskSpec(paper.name(), paper.corpus(), paper.triggers(), length, paper.bosCount());
        Construction construction = new Construction(new BigramBackcopy(spec, table), kappa, code());
        ExplicitWeights.of(construction).write(file);
        out.printf(
                Locale.ROOT,
                "%s: width %d, excess risk at triggers <= %.3g, elsewhere <= %.3g nats%n",
                file,
                construction.width(),
                construction.backcopyBound(),
                construction.bigramBound());
        out.flush();
    }

    private Positions code() {
        return switch (positions) {
            case "one-hot" -> Positions.ONE_HOT;
            case "circle" -> Positions.CIRCLE;
            default ->
                throw new IllegalArgumentException("--positions = " + positions + " is not one of one-hot, circle");
        };
    }
}
