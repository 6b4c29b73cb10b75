package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.TheoryFigures;
import backcopy.figure.Table;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TheoryCommandTest {
    @TempDir
    private Path directory;

    @Test
    void aPredictionThatDoesNotHoldIsSaidAndNoFailure() {
        Bb theory = Bb.run("theory", "slope-constant-beta", "joint-mean-field-growth")
                .assertDone();
        List<String> lines = theory.out().lines().toList();
        assertTrue(lines.get(0).startsWith("holds          slope-constant-beta: "), theory.out());
        assertTrue(lines.get(1).contains("predicted 0.5000000     measured 0.50000"), theory.out());
        assertTrue(lines.get(3).startsWith("does not hold  joint-mean-field-growth: "), theory.out());
        assertEquals("1 of 2 predictions hold; these do not: joint-mean-field-growth", lines.get(lines.size() - 1));
    }

    @Test
    void figuresAndNumbersLieInTheDirectory() throws IOException {
        Path figures = directory.resolve("new/figures");
        Bb.run("theory", "slope-one-successor", "--figures", figures.toString()).assertDone();
        Table numbers = Table.read(figures.resolve("predictions.csv"));
        assertEquals(List.of("holds", "holds"), numbers.texts("verdict"));
        for (String name : TheoryFigures.names())
            for (String kind : List.of(".png", ".svg", ".csv"))
                assertTrue(Files.size(figures.resolve(name + kind)) > 0, name + kind);
    }

    @Test
    void figureDrawsThemAgainWithoutARun() throws IOException {
        String store = directory.resolve("runs").toString();
        Bb.run("figure", "sink-slopes", "--out", store).assertDone();
        assertTrue(Files.size(Path.of(store, "experiments/theory/sink-slopes.png")) > 0);
        assertEquals("", Bb.run("show", "--out", store).assertDone().err()); // no run's place is taken
    }

    @Test
    void whatCannotBeDoneIsRefused() throws IOException {
        assertTrue(Bb.run("theory", "nothing").refusal().startsWith("prediction nothing is not one of "));
        Path file = Files.writeString(directory.resolve("file"), "");
        String below = file.resolve("figures").toString();
        assertEquals(
                "--figures = " + below + ": " + file + " is not a directory",
                Bb.run("theory", "slope-one-successor", "--figures", below).refusal());
        assertFalse(Files.exists(directory.resolve("runs")));
    }
}
