package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.model.ParameterLayout.Entry;
import backcopy.run.Backends;
import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.lang.reflect.Method;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TimeSplitTest {
    private static final int STEPS = 3;

    private static RunSpec spec(String backend) {
        Map<String, String> small = Map.of(
                "model.layers", "2",
                "model.heads", "2",
                "model.width", "16",
                "train.batchSize", "20",
                "train.threads", "2");
        return Keys.parse(Scale.SMOKE.spec(), small).resolved(backend);
    }

    @ParameterizedTest
    @ValueSource(strings = {"cpu", "reference"})
    void lookingChangesNoBit(String name) {
        RunSpec spec = spec(name);
        TimeSplit split = new TimeSplit();
        try (Backend backend = Backends.open(name);
                Workbench plain = new Workbench(spec, backend);
                Workbench timed = new Workbench(spec, split.timed(backend), split::timed)) {
            for (int step = 0; step < STEPS; step++) assertEquals(plain.step(), timed.step());
            for (Entry entry : plain.model().weights().layout().entries())
                assertArrayEquals(
                        plain.model().weights().read(entry.name()),
                        timed.model().weights().read(entry.name()),
                        entry.name());
        }
    }

    @Test
    void everyPartTakesTimeAndTogetherNoMoreThanThereWas() {
        RunSpec spec = spec("cpu");
        TimeSplit split = new TimeSplit();
        try (Backend backend = Backends.open("cpu");
                Workbench timed = new Workbench(spec, split.timed(backend), split::timed)) {
            timed.step();
            split.reset();
            long start = System.nanoTime();
            timed.step();
            double threadSeconds = 2e-9 * (System.nanoTime() - start), sum = 0;
            for (Map.Entry<Part, Double> part : split.seconds().entrySet()) {
                assertTrue(part.getValue() > 0, part.getKey().word());
                sum += part.getValue();
            }
            assertTrue(sum < threadSeconds, sum + " s of " + threadSeconds + " s");
        }
    }

    @Test
    void everyOperationOfABackendBelongsToAPart() {
        for (Method operation : Backend.class.getMethods())
            if (operation.getReturnType() == void.class && operation.getParameterCount() > 0)
                Part.of(operation.getName());
        assertEquals(Part.MATMUL, Part.of("linearBackwardWeight"));
        assertEquals(Part.ATTENTION, Part.of("patternBackward"));
        assertEquals(Part.NORMS, Part.of("layerNormBackward"));
        assertThrows(IllegalArgumentException.class, () -> Part.of("teleport"));
    }

    /** The same operation between the passes is the merging of gradients. */
    @Test
    void whatIsDoneBetweenThePassesIsTheOptimizers() {
        TimeSplit split = new TimeSplit();
        try (Backend backend = split.timed(Backends.open("reference"))) {
            Buffer a = backend.allocate(1000), table = backend.allocate(4);
            backend.add(a, a);
            assertEquals(0, split.seconds().get(Part.ELEMENTWISE));
            assertTrue(split.seconds().get(Part.OPTIMIZER) > 0);
            split.reset();
            backend.embed(new int[] {0}, table, table, table, 1, 1, 4);
            backend.add(a, a);
            backend.embedBackward(new int[] {0}, table, table, table, 1, 1, 4);
            assertEquals(0, split.seconds().get(Part.OPTIMIZER));
            assertTrue(split.seconds().get(Part.ELEMENTWISE) > 0);
        }
    }

    @Test
    void aRefusalOfTheBackendPassesThrough() {
        try (Backend backend = new TimeSplit().timed(Backends.open("cpu"))) {
            assertThrows(IllegalArgumentException.class, () -> backend.copy(backend.allocate(3), backend.allocate(2)));
        }
    }
}
