package backcopy.run;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;

import backcopy.optim.AdamW;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScaleTest {
    @Test
    void paperIsThePapersRun() {
        RunSpec paper = Scale.PAPER.spec();
        assertEquals(AdamW.DEFAULT, paper.optimizer());
        assertEquals(256, paper.model().width());
        assertEquals(10_000, paper.train().steps());
        assertEquals(512, paper.resolved("cpu").evaluation().sequences());
    }

    @Test
    void evaluationFollowsTheBatchSizeBelowPaper() {
        RunSpec laptop = Scale.LAPTOP.spec();
        assertEquals(64, laptop.resolved("cpu").evaluation().sequences());
        RunSpec small = Keys.parse(laptop, Map.of("train.batchSize", "8"));
        assertEquals(8, small.resolved("cpu").evaluation().sequences());
        assertEquals("cpu", small.resolved("cpu").train().backend());
    }

    @Test
    void namesAreLowerCase() {
        for (Scale scale : Scale.values()) assertSame(scale, Scale.of(scale.toString()));
        assertEquals("scale = big is not one of smoke, laptop, desk, paper", Refusal.of(() -> Scale.of("big")));
    }
}
