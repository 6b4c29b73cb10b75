package backcopy.command;

import backcopy.experiment.Drawings;
import backcopy.experiment.TheoryFigures;
import backcopy.experiment.Verdict.Outcome;
import backcopy.figure.Picture;
import backcopy.figure.Table;
import backcopy.theory.prediction.Comparison;
import backcopy.theory.prediction.Prediction;
import backcopy.theory.prediction.Predictions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb theory}: what the theory predicts, and what integration says. */
@Command(
        name = "theory",
        description =
                "Integrates the theory: each prediction with its formula, what was predicted and measured, and the "
                        + "verdict. Without names it also draws the theory's figures. Needs no run. With --construction it writes "
                        + "theorem 1's transformer instead.",
        footer = {"", "Example: bb theory sink-logit-law"})
final class TheoryCommand extends Verb implements Callable<Integer> {
    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            completionCandidates = Candidates.Predictions.class,
            description = "predictions (default: all); bb list names them")
    private List<String> names = List.of();

    @Option(
            names = "--figures",
            paramLabel = "DIR",
            description =
                    "where the figures and predictions.csv go (default: in the store, experiments/theory; nowhere "
                            + "if predictions are named)")
    private Path figures;

    @Mixin
    private StoreOption store;

    @ArgGroup(exclusive = false)
    private ConstructionOptions construction;

    @Override
    public Integer call() throws IOException {
        if (construction != null) {
            if (!names.isEmpty() || figures != null)
                throw new IllegalArgumentException(
                        "--construction writes a file and measures nothing: give no names, no --figures");
            construction.write(beside(construction.file()));
            return 0;
        }
        List<Prediction> predictions = names.isEmpty()
                ? Predictions.ALL
                : names.stream().map(Predictions::named).toList();
        if (figures != null) WritableFile.requireDirectory("--figures", figures);
        else if (names.isEmpty()) store.store().requireWritable();
        Path directory =
                figures == null && names.isEmpty() ? store.store().root().resolve("experiments/theory") : figures;
        Table.Rows rows = Table.rows(
                "prediction",
                "formula",
                "source",
                "quantity",
                "predicted",
                "measured",
                "deviation",
                "tolerance",
                "verdict");
        List<String> failed = new ArrayList<>();
        for (Prediction prediction : predictions) {
            if (interrupt().requested()) return INTERRUPTED;
            if (!report(prediction, rows)) failed.add(prediction.name());
        }
        out().printf(
                        "%d of %d predictions hold%s%n",
                        predictions.size() - failed.size(),
                        predictions.size(),
                        failed.isEmpty() ? "" : "; these do not: " + String.join(", ", failed));
        if (directory != null) {
            Files.createDirectories(directory);
            rows.table().write(directory.resolve("predictions.csv"));
            out().println("  " + directory.resolve("predictions.csv"));
            return draw(directory);
        }
        return 0;
    }

    /** Whether it holds. */
    private boolean report(Prediction prediction, Table.Rows rows) {
        List<Comparison> comparisons = prediction.compare();
        boolean holds = Prediction.holds(comparisons);
        out().printf(
                        "%-13s  %s: %s (%s)%n",
                        outcome(holds), prediction.name(), prediction.formula(), prediction.source());
        for (Comparison comparison : comparisons) {
            out().printf(
                            Locale.ROOT,
                            "    %-62s predicted %-13s measured %-13s deviation %-8s tolerance %s%s%n",
                            comparison.quantity(),
                            number("%.7g", comparison.predicted()),
                            number("%.7g", comparison.measured()),
                            number("%.1e", comparison.deviation()),
                            number("%.1e", comparison.tolerance()),
                            comparison.holds() ? "" : "  <- does not hold");
            rows.add(
                    prediction.name(),
                    prediction.formula(),
                    prediction.source(),
                    comparison.quantity(),
                    comparison.predicted(),
                    comparison.measured(),
                    comparison.deviation(),
                    comparison.tolerance(),
                    outcome(comparison.holds()).toString());
        }
        out().flush();
        return holds;
    }

    private int draw(Path directory) throws IOException {
        Drawings drawings = new Drawings(err());
        Iterator<Picture> pictures =
                TheoryFigures.pictures(TheoryFigures.names()).iterator();
        while (pictures.hasNext()) {
            if (interrupt().requested()) return INTERRUPTED;
            for (Path file : drawings.write(pictures.next(), directory)) out().println("  " + file);
        }
        drawings.requireAll();
        return 0;
    }

    private static Outcome outcome(boolean holds) {
        return holds ? Outcome.HOLDS : Outcome.DOES_NOT_HOLD;
    }

    private static String number(String format, double value) {
        return value == 0 ? "0" : String.format(Locale.ROOT, format, value);
    }
}
