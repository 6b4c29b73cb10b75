package backcopy.run;

import static backcopy.run.TinyRuns.assertSameNumbers;
import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import backcopy.optim.Sgd;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
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
                        "train.batchSize=19",
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

    @Test
    void theFirstUpdatesAfterASwitchAreThoseOfAFreshRun() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        for (String backend : new String[] {"reference", "cpu"})
            for (Optimizer optimizer : Optimizers.ALL) assertBeginsAnew(runs, optimizer, backend);
    }

    /**
     * With one batch for all steps a fresh run from the same weights is known. Bias corrections, bases and warm-up begin anew with
     * the moments, also where the run was stopped, and a run that goes on from it goes on with its count.
     */
    static void assertBeginsAnew(TinyRuns runs, Optimizer optimizer, String backend) throws IOException {
        String name = optimizer.name() + backend;
        String before = optimizer.moments().equals(Sgd.DEFAULT.moments()) ? "adamw" : "sgd";
        RunDirectory parent = runs.run(name, oneBatch(backend, before, "train.steps=7"));
        RunSpec going = oneBatch(backend, optimizer.name(), "train.steps=11", from(parent, 7));
        runs.stopped(name, going, 2);
        RunDirectory switched = runs.run(name, going);
        RunDirectory fresh = runs.run(
                name,
                oneBatch(backend, optimizer.name(), "train.steps=4"),
                parent.checkpoints().path(7));
        for (int step = 1; step <= 4; step++) {
            Map<String, Tensor> expected = fresh.checkpoints().read(step).tensors();
            Map<String, Tensor> found = switched.checkpoints().read(7 + step).tensors();
            assertEquals(step, found.remove("optimizer.updates").values()[0]);
            assertSameTensors(expected, found, name + " after update " + step);
        }
        RunDirectory next = runs.run(name, oneBatch(backend, optimizer.name(), "train.steps=11", from(switched, 9)));
        assertSameTensors(
                switched.checkpoints().read(11).tensors(),
                next.checkpoints().read(11).tensors(),
                name + " gone on");
    }

    /** Moments in a basis that was drawn by another seed would be read in the wrong one. */
    @Test
    void aRotatedBasisOfAnotherSeedBeginsAnew() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunDirectory parent = runs.run("a", oneBatch("reference", "ortho-adam", "train.steps=4"));
        for (String key : new String[] {"train.seed=7", "optimizer.rotation=identity"}) {
            RunDirectory other =
                    runs.run("a", oneBatch("reference", "ortho-adam", "train.steps=6", from(parent, 4), key));
            assertEquals(
                    2,
                    other.checkpoints()
                            .read(6)
                            .tensors()
                            .get("optimizer.updates")
                            .values()[0],
                    key);
        }
        RunDirectory same = runs.run(
                "a", oneBatch("reference", "ortho-adam", "train.steps=6", from(parent, 4), "optimizer.epsilon=1e-7"));
        assertFalse(same.checkpoints().read(6).tensors().containsKey("optimizer.updates"));
    }

    private static RunSpec oneBatch(String backend, String optimizer, String... keys) {
        List<String> all = new ArrayList<>(List.of(keys));
        all.addAll(List.of(
                "train.backend=" + backend,
                "optimizer.name=" + optimizer,
                "optimizer.warmup=3",
                "train.freshBatches=1",
                "checkpoint.every=1"));
        return spec(all.toArray(String[]::new));
    }

    private static String from(RunDirectory parent, long step) {
        return "train.from=" + parent.identity() + "@" + step;
    }

    private static void assertSameTensors(Map<String, Tensor> expected, Map<String, Tensor> found, String what) {
        assertEquals(expected.keySet(), found.keySet(), what);
        expected.forEach((name, tensor) ->
                assertArrayEquals(tensor.values(), found.get(name).values(), what + ": " + name));
    }
}
