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
    void withoutItsCorpusARunsTokensAreNumbers() throws Exception {
        Path corpus =
                Files.writeString(store.resolve("corpus.txt"), "to be or not to be that is the question ".repeat(9));
        ReportedRun run = ReportedRun.of(StoredTinyRuns.run(store, "task.corpus=" + corpus));
        assertEquals(
                "<s>",
                Reels.of(List.of(run), List.of("name")).get(0).symbols().get(0).get(0));
        Files.delete(corpus);
        String number =
                Reels.of(List.of(run), List.of("name")).get(0).symbols().get(0).get(0);
        assertEquals(true, number.matches("[0-9]+"), number);
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
