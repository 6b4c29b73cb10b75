package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.report.SweepFigures;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every experiment at smoke scale, as a user calls it. */
class ReproduceTest {
    @TempDir
    private Path store;

    @Test
    void everyExperimentRunsDrawsAndIsFoundAgain() throws IOException {
        List<String> names = Experiments.ALL.stream().map(Experiment::name).toList();
        Bb first = reproduce(names);
        for (Experiment experiment : Experiments.ALL) {
            assertTrue(first.out().contains(experiment.name() + " at scale smoke"), first.out());
            Table verdicts = Table.read(place(experiment).resolve("verdicts.csv"));
            assertTrue(verdicts.rows() > 0, experiment.name());
            assertTrue(verdicts.texts("outcome").stream().allMatch("undecided"::equals), "smoke runs are not judged");
            for (String figure : experiment.figures())
                for (String kind : List.of(".png", ".svg", ".csv"))
                    assertFalse(files(experiment, figure, kind).isEmpty(), experiment.name() + ": " + figure + kind);
        }
        for (var figure : Figures.ALL)
            if (!SweepFigures.names().contains(figure.name())) assertDrawnAgain(figure.name());
        Bb again = reproduce(names);
        assertEquals(first.out(), again.out());
        assertFalse(again.err().contains("step "), again.err());
    }

    @Test
    void withoutNamesTheDefaultOnesRun() {
        Bb run = reproduce(List.of());
        for (Experiment experiment : Experiments.ALL)
            assertEquals(
                    Experiments.DEFAULT.contains(experiment),
                    run.out().contains(experiment.name() + " at scale smoke"),
                    experiment.name());
        int runs = (int) Experiments.DEFAULT.stream()
                .flatMap(experiment -> experiment.runs(Scale.SMOKE).stream())
                .distinct()
                .count();
        assertTrue(run.err().contains(runs + " of " + runs + " runs to do: "), run.err());
    }

    @Test
    void aFirstLookRunsLessAndJudgesNothingAndTheWholeGoesOnFromIt() throws IOException {
        Bb look = reproduce(List.of("--seeds", "1", "--steps", "20", "relu-attention"));
        Path place = store.resolve("experiments/relu-attention-smoke-first-look");
        assertTrue(look.out().contains("a part of the experiment"), look.out());
        Table table = Table.read(place.resolve("relu-attention.csv"));
        assertTrue(table.texts("seed").stream().allMatch("1"::equals));
        assertEquals(20, Arrays.stream(table.numbers("step")).max().orElseThrow());
        assertTrue(Table.read(place.resolve("verdicts.csv")).texts("outcome").stream()
                .allMatch("undecided"::equals));
        Bb whole = reproduce(List.of("relu-attention"));
        assertTrue(whole.err().contains("goes on from step 20"), whole.err());
        Bb refused = Bb.run(
                "reproduce", "--scale", "smoke", "--steps", "20", "--out", store.toString(), "mutual-reinforcement");
        assertEquals(
                "experiment mutual-reinforcement: --steps cannot shorten an experiment whose runs go on from others",
                refused.refusal());
    }

    @Test
    void refusesNoSeedsNoStepsAndNoJobs() throws IOException {
        assertEquals("--seeds = 0 is not at least 1", refusal("--seeds", "0"));
        assertEquals("--seeds = 2..1 has no seed in it", refusal("--seeds", "2..1"));
        assertEquals("--seeds = some is not N or A..B, such as 2 or 3..5", refusal("--seeds", "some"));
        String sink = Bb.run(
                        "reproduce", "--scale", "smoke", "--out", store.toString(), "--seeds", "2..5", "sink-emergence")
                .refusal();
        assertEquals("experiment sink-emergence: --seeds = 2..5 is not within its seeds 1..2", sink);
        String desk = Bb.run("reproduce", "--scale", "desk", "--out", store.toString(), "mitigations")
                .refusal();
        assertEquals("experiment mitigations: it is not defined at scale desk, only at smoke, laptop, paper", desk);
        assertEquals("--steps = -5 is not at least 1", refusal("--steps", "-5"));
        assertTrue(refusal("--jobs", "0").startsWith("--jobs = 0 is not in 1.."));
        assertEquals(List.of(), Bb.listing(store).stream().skip(1).toList());
        Path file = Files.createFile(store.resolve("file"));
        Bb onFile = Bb.run("reproduce", "--scale", "smoke", "--out", file.toString(), "sink-emergence");
        assertTrue(onFile.refusal().startsWith("store " + file + " cannot be written"), onFile.err());
    }

    private String refusal(String... option) {
        return Bb.run("reproduce", "--scale", "smoke", "--out", store.toString(), option[0], option[1])
                .refusal();
    }

    private void assertDrawnAgain(String figure) throws IOException {
        Map<Path, byte[]> drawn = new LinkedHashMap<>();
        for (Experiment experiment : Experiments.ALL)
            if (experiment.figures().contains(figure))
                for (Path file : files(experiment, figure, ".svg")) drawn.put(file, Files.readAllBytes(file));
        for (Path file : drawn.keySet()) Files.delete(file);
        Bb.run("figure", figure, "--scale", "smoke", "--out", store.toString()).assertDone();
        for (Path file : drawn.keySet()) assertArrayEquals(drawn.get(file), Files.readAllBytes(file), file.toString());
    }

    private Bb reproduce(List<String> names) {
        List<String> arguments = new ArrayList<>(List.of("reproduce", "--scale", "smoke", "--out", store.toString()));
        arguments.addAll(names);
        return Bb.run(arguments.toArray(String[]::new)).assertDone();
    }

    private Path place(Experiment experiment) {
        return store.resolve("experiments").resolve(experiment.name() + "-smoke");
    }

    /** The files of one figure: called as the figure is, or longer. */
    private List<Path> files(Experiment experiment, String figure, String kind) throws IOException {
        try (Stream<Path> files = Files.list(place(experiment))) {
            return files.filter(file -> {
                        String name = file.getFileName().toString();
                        return name.startsWith(figure) && name.endsWith(kind);
                    })
                    .sorted()
                    .toList();
        }
    }
}
