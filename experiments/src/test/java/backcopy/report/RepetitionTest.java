package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.run.Keys;
import backcopy.run.RunIdentity;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.sweep.SweepSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepetitionTest {
    @TempDir
    private Path store;

    @Test
    void theCommandNamesTheSameRun() throws Exception {
        for (List<String> keys : List.of(
                List.<String>of(),
                List.of("model.layers=2", "model.attentionOff=1", "train.seed=9"),
                List.of("optimizer.name=sgd", "optimizer.learningRate=0.05"),
                List.of("task.name=markov"))) {
            ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, keys.toArray(String[]::new)));
            String command = Repetition.train(run);
            List<String> words = new ArrayList<>(Arrays.asList(command.split(" ")));
            assertEquals(List.of("./bb", "train", "--scale"), words.subList(0, 3));
            RunSpec spec = Keys.parse(Scale.of(words.get(3)).spec(), Keys.overrides(words.subList(4, words.size())));
            assertEquals(run.identity(), RunIdentity.of(spec), command);
            assertEquals(run.spec().train().steps(), spec.train().steps());
        }
    }

    @Test
    void aSweepsCommandAsksForTheSameSweep() {
        SweepSpec sweep = new SweepSpec(
                "grid",
                "smoke",
                SweepSpec.values(List.of(
                        "model.attentionOff=/0,2", "optimizer.learningRate=log:1e-4..1e-2:3", "train.seed=1..3")),
                List.of(List.of("optimizer.learningRate", "train.seed")),
                2,
                7);
        String command = Repetition.sweep(sweep);
        List<String> words = List.of(command.split(" "));
        assertEquals(
                sweep.keys(),
                SweepSpec.values(
                        words.stream().filter(word -> word.contains("=")).toList()));
        assertEquals(
                "--zip optimizer.learningRate,train.seed --sample 2 --seed 7",
                command.substring(command.indexOf("--zip")));
        assertEquals("./bb sweep --name grid --scale smoke", String.join(" ", words.subList(0, 6)));
    }

    @Test
    void aWordWithSpacesIsQuoted() {
        assertEquals("'it'\\''s one word'", Repetition.quoted("it's one word"));
        assertEquals("model.layers=2", Repetition.quoted("model.layers=2"));
    }
}
