package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every optimizer as the key of a run. */
class OptimizerRunsTest {
    @TempDir
    private Path directory;

    @Test
    void aStoppedRunGoesOnToTheSameBits() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        Set<Double> losses = new HashSet<>();
        for (Optimizer optimizer : Optimizers.ALL)
            for (String backend : new String[] {"reference", "cpu"}) {
                RunSpec spec = spec(
                        "optimizer.name=" + optimizer.name(),
                        "train.backend=" + backend,
                        "optimizer.schedule=cosine",
                        "optimizer.warmup=3",
                        "optimizer.clip=0.5",
                        "optimizer.rates=embedding:0.5",
                        "checkpoint.every=7");
                String name = optimizer.name() + backend;
                RunDirectory unbroken = runs.run(name, spec);
                runs.stopped(name + "stopped", spec, 8);
                assertSameNumbers(unbroken, runs.run(name + "stopped", spec));
                double last = unbroken.state().finalValues().get("loss.train");
                assertTrue(losses.add(last), name + " does what another does");
            }
    }

    @Test
    void aCosineEndsWithTheRunUnlessItsHorizonIsGiven() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunDirectory open = runs.run("a", spec("optimizer.schedule=cosine"));
        assertEquals(open.identity(), RunIdentity.of(spec("optimizer.schedule=cosine", "optimizer.horizon=12")));
        assertNotEquals(open.identity(), RunIdentity.of(spec("optimizer.schedule=cosine", "train.steps=13")));
        assertEquals("12", Keys.flatten(open.spec()).get("optimizer.horizon"));
    }
}
