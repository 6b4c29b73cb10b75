package backcopy.experiment;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.run.Progress;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AgendaTest {
    /** Two conditions of the same shape, the second with twice the steps: 2 x 100 and 2 x 200 steps. */
    private static final List<RunSpec> RUNS = Plan.single("short")
            .and("long", "train.steps=200", "model.attention=relu")
            .at(Scale.SMOKE, "train.steps=100")
            .runs(Scale.SMOKE);

    private final List<Double> told = new ArrayList<>();
    private final Progress shown = new Progress() {
        @Override
        public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
            told.add(secondsLeft);
        }
    };

    @Test
    void theFirstRunsEstimateBecomesThatOfAll() {
        List<Double> estimates = new ArrayList<>();
        Agenda agenda = new Agenda(RUNS, estimates::add);
        Progress first = agenda.of(RUNS.get(0), shown);
        first.begins(null, 0, 100);
        first.estimated(10);
        agenda.of(RUNS.get(1), shown).begins(null, 0, 100);
        agenda.of(RUNS.get(1), shown).estimated(10);
        assertEquals(1, estimates.size());
        assertEquals(60, estimates.get(0), 1e-9);
    }

    @Test
    void whatIsLeftIsThatOfAll() {
        Agenda agenda = new Agenda(RUNS, seconds -> {});
        Progress first = agenda.of(RUNS.get(0), shown);
        first.begins(null, 0, 100);
        first.estimated(10);
        first.at(50, 100, 10, 0, 10); // it turned out to take twice as long
        first.at(100, 100, 20, 0, 0);
        assertEquals(
                List.of(110.0, 100.0),
                told.stream().map(s -> Math.rint(s * 1e6) / 1e6).toList());
    }

    @Test
    void aRunThatGoesOnHasLessLeft() {
        List<Double> estimates = new ArrayList<>();
        Agenda agenda = new Agenda(RUNS.subList(2, 4), estimates::add);
        Progress second = agenda.of(RUNS.get(2), shown);
        second.begins(null, 150, 200);
        second.estimated(5);
        assertEquals(5 + 20, estimates.get(0), 1e-9);
    }

    /** 2 x 100 steps from scratch, then 2 x 200 more of each. */
    @Test
    void aRunThatGoesOnFromAnotherIsAsLongAsWhatItAdds() {
        List<Double> estimates = new ArrayList<>();
        List<RunSpec> runs = Plan.single("short")
                .at(Scale.SMOKE, "train.steps=100")
                .after("short", 3, "longer")
                .runs(Scale.SMOKE);
        Agenda agenda = new Agenda(runs, estimates::add);
        Progress first = agenda.of(runs.get(0), shown);
        first.begins(null, 0, 100);
        first.estimated(10);
        assertEquals(60, estimates.get(0), 1e-9);
        first.at(100, 100, 10, 0, 0);
        assertEquals(50, told.get(0), 1e-9);
    }
}
