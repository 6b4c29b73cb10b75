package backcopy.report;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.figure.report.AttentionFilm.Frame;
import backcopy.figure.report.AttentionFilm.Reel;
import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReelsTest {
    @TempDir
    private Path store;

    @Test
    void fewerStepsKeepTheFirstAndTheLast() {
        List<Long> steps = LongStream.rangeClosed(0, 100).boxed().toList();
        assertEquals(List.of(0L, 50L, 100L), Reels.spread(steps, 3));
        assertEquals(steps, Reels.spread(steps, 101));
        assertEquals(40, Reels.spread(steps, 40).stream().distinct().count());
    }

    @Test
    void aRunsTokensAreThoseOfItsOwnVocabulary() throws Exception {
        Path corpus =
                Files.writeString(store.resolve("corpus.txt"), "to be or not to be that is the question ".repeat(9));
        ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, "task.corpus=" + corpus));
        assertEquals(
                "<s>",
                Reels.of(List.of(run), List.of("name")).get(0).symbols().get(0).get(0));
        Reel before = Reels.of(List.of(run), List.of("name")).get(0);
        Files.writeString(corpus, "xyz".repeat(9) + Files.readString(corpus));
        assertEquals(
                before.symbols(), Reels.of(List.of(run), List.of("name")).get(0).symbols());
        Files.delete(corpus);
        assertEquals(
                before.triggers(),
                Reels.of(List.of(run), List.of("name")).get(0).triggers());
        assertEquals(
                before.symbols(), Reels.of(List.of(run), List.of("name")).get(0).symbols());
    }

    /** From before vocabularies were kept. */
    @Test
    void withoutVocabularyAndCorpusARunsTokensAreNumbers() throws Exception {
        String text = "to be or not to be that is the question ".repeat(9);
        Path corpus = Files.writeString(store.resolve("corpus.txt"), text);
        ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, "task.corpus=" + corpus));
        Files.delete(run.directory().path().resolve("vocabulary.json"));
        assertEquals(
                "<s>",
                Reels.of(List.of(run), List.of("name")).get(0).symbols().get(0).get(0));
        for (String now : List.of("xyz" + text, "")) {
            if (now.isEmpty()) Files.delete(corpus);
            else Files.writeString(corpus, now);
            String number = Reels.of(List.of(run), List.of("name"))
                    .get(0)
                    .symbols()
                    .get(0)
                    .get(0);
            assertEquals(true, number.matches("[0-9]+"), number);
        }
    }

    @Test
    void aReelHoldsWhatTheRunRecorded() throws Exception {
        ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, "model.layers=2", "model.heads=2"));
        Reel reel = Reels.of(List.of(run), List.of("name")).get(0);
        assertEquals(
                run.directory().observableSteps(),
                reel.frames().stream().map(Frame::step).toList());
        assertEquals("<s>", reel.symbols().get(0).get(0));
        Frame last = reel.frames().get(reel.frames().size() - 1);
        for (Observable array : ObservablesFile.read(run.directory().observables(last.step()))) {
            if (array.name().equals("residual.norm")) assertEquals(array.get(1, 3), last.residuals()[12 + 3]);
            if (array.name().equals("attention.pattern")) assertEquals(array.toArray()[700], last.patterns()[700]);
        }
    }
}
