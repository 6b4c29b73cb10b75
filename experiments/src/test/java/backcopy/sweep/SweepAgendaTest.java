package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Keys;
import backcopy.run.Progress;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SweepAgendaTest {
    private final List<SweepProgress.Count> counts = new ArrayList<>();
    private final List<Double> left = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Cell shallow = cell("a", "1"), deep = cell("b", "3"), wrong = cell("c", "2");
    private final SweepAgenda agenda = new SweepAgenda(new SweepProgress() {
        @Override
        public void finished(Cell cell, double seconds) {
            told.add("finished " + cell.run());
        }

        @Override
        public void found(Cell cell) {
            told.add("found " + cell.run());
        }

        @Override
        public void failed(Cell cell, String reason) {
            told.add("failed " + cell.run() + " " + reason);
        }

        @Override
        public void at(Count count, double tokensPerSecond, double secondsLeft) {
            assertTrue(tokensPerSecond > 0);
            counts.add(count);
            left.add(secondsLeft);
        }
    });

    @BeforeEach
    void expectsThemOnce() {
        agenda.expect(List.of(shallow, deep, wrong));
        agenda.expect(List.of(deep));
    }

    @Test
    void cellsAreCountedAndWhatIsLeftIsTheirWork() {
        agenda.takesUp(shallow);
        Progress first = agenda.of(shallow);
        first.begins(null, 0, 4);
        for (int step = 1; step <= 4; step++) first.at(step, 4, 0, 0, 0);
        agenda.finished(shallow);
        agenda.takesUp(wrong);
        agenda.failed(wrong, "why");
        agenda.takesUp(deep);
        Progress last = agenda.of(deep);
        last.begins(null, 0, 4);
        for (int step = 1; step <= 4; step++) last.at(step, 4, 0, 0, 0);
        agenda.finished(deep);
        assertEquals(List.of("finished a", "failed c why", "finished b"), told);
        assertEquals(new SweepProgress.Count(3, 0, 0, 1, 0), counts.get(0));
        assertEquals(new SweepProgress.Count(3, 1, 1, 1, 0), counts.get(7));
        assertEquals(0, left.get(7));
        assertTrue(left.get(6) > 0, left.toString());
    }

    @Test
    void aCellThatAnotherFinishesIsFoundNotFinished() {
        agenda.takesUp(shallow);
        agenda.leaves(shallow);
        agenda.takesUp(deep);
        agenda.of(deep).begins(null, 0, 4);
        agenda.of(deep).at(1, 4, 0, 0, 0);
        assertEquals(new SweepProgress.Count(3, 0, 0, 1, 1), counts.get(0));
        agenda.takesUp(shallow);
        agenda.of(shallow).found(null);
        agenda.finished(shallow);
        agenda.of(deep).at(2, 4, 0, 0, 0);
        assertEquals(List.of("found a"), told);
        assertEquals(new SweepProgress.Count(3, 1, 0, 1, 0), counts.get(1));
    }

    private static Cell cell(String run, String layers) {
        RunSpec spec = Keys.parse(Scale.SMOKE.spec(), Map.of("model.layers", layers, "train.steps", "4"));
        return new Cell(run, Map.of("model.layers", layers), spec);
    }
}
