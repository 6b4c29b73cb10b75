package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.backend.Backend;
import backcopy.backend.reference.ReferenceBackend;
import backcopy.model.Activations;
import backcopy.model.Initialization;
import backcopy.model.ModelSpec;
import backcopy.model.Transformer;
import backcopy.task.CounterRandom;
import backcopy.task.Task;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class ProbesTest {
    private static final int SEQUENCES = 4, LENGTH = 12;
    private static final Task TASK = HandSlice.task(LENGTH);
    private static final ModelSpec MODEL = HandSlice.model(3, 2, 4, 1);

    private static final List<Probe> ALL = Probes.of(TASK, MODEL, ExtraProbes.NAMES);

    /** Those that see a sequence once. */
    private static final List<Probe> PROBES =
            ALL.stream().filter(probe -> !(probe instanceof TwinProbe)).toList();

    @Test
    void extraProbesAreAddedByNameInTheirOrder() {
        assertEquals(
                ExtraProbes.NAMES,
                ExtraProbes.all(TASK, MODEL).stream().map(Probe::name).toList());
        assertEquals(
                ALL.subList(0, Probes.of(TASK, MODEL).size()).stream()
                        .map(Probe::name)
                        .toList(),
                Probes.of(TASK, MODEL).stream().map(Probe::name).toList());
        assertEquals(List.of("massive", "rank"), ExtraProbes.named("rank,massive"));
        assertEquals(ExtraProbes.NAMES, ExtraProbes.named("all"));
        assertEquals(List.of(), ExtraProbes.named(""));
    }

    @Test
    void namesAreDifferentAndSaidInOneLine() {
        List<Probe> probes = ALL;
        assertEquals(probes.size(), probes.stream().map(Probe::name).distinct().count());
        for (Probe probe : probes) {
            assertTrue(probe.name().matches("[a-z-]+"), probe.name());
            assertTrue(probe.about().length() <= 100 && probe.about().indexOf('\n') < 0, probe.about());
        }
    }

    @Test
    void aProbeReadsWhatItDeclares() {
        for (Probe probe : PROBES) {
            HandSlice slice = random(1);
            probe.fold().add(slice);
            assertEquals(new TreeSet<>(probe.reads(MODEL)), slice.activationsRead(), probe.name());
        }
    }

    /** Random weights through the real model: its names, its axes. */
    @Test
    void theModelHasWhatProbesRead() {
        try (Backend backend = new ReferenceBackend()) {
            RandomGenerator random = new CounterRandom(5);
            Transformer transformer = new Transformer(MODEL, TASK.vocabularySize(), LENGTH, backend);
            Initialization.draw(transformer.weights(), random);
            transformer.pack();
            Activations activations =
                    transformer.probedActivations(SEQUENCES, LENGTH).withInputGradients();
            int[] tokens = new int[LENGTH + 1];
            for (int sequence = 0; sequence < SEQUENCES; sequence++) {
                TASK.sample(random, tokens);
                activations.load(sequence, tokens, 0);
            }
            transformer.forward(activations, 1, List.of());
            Map<String, double[]> byHand = random(6).activations();
            for (Probe probe : ALL)
                for (String name : probe.reads(MODEL))
                    assertEquals(byHand.get(name).length, activations.read(name).length, name);
        }
    }

    @Test
    void theCutIntoSlicesDoesNotChangeABit() {
        HandSlice all = random(2);
        for (Probe probe : PROBES) {
            Fold whole = probe.fold();
            whole.add(all);
            Fold cut = probe.fold();
            for (int sequence = 0; sequence < SEQUENCES; sequence++) cut.add(all.part(sequence, 1));
            assertSame(HandSlice.finished(whole), HandSlice.finished(cut), 0);
        }
    }

    @Test
    void theDealToLanesChangesRoundingOnly() {
        HandSlice all = random(3);
        for (Probe probe : PROBES) {
            if (probe.name().equals("rank")) continue; // it looks at a lane's first sequence
            Record one = HandSlice.lanes(probe, all);
            assertSame(one, HandSlice.lanes(probe, all.part(0, 1), all.part(1, 2), all.part(3, 1)), 1e-12);

            Fold idle = probe.fold(); // a lane without sequences
            Fold first = probe.fold();
            first.add(all);
            first.merge(idle);
            assertSame(one, HandSlice.finished(first), 0);
        }
    }

    @Test
    void everyNumberOfARandomModelIsFinite() {
        HandSlice all = random(4);
        Record record = new Record();
        for (Probe probe : PROBES) {
            Fold fold = probe.fold();
            fold.add(all);
            fold.finish(record);
        }
        assertFalse(record.numbers().isEmpty());
        record.numbers().forEach((name, value) -> assertTrue(Double.isFinite(value) || isOfNone(name, record), name));
    }

    /** A mean over secondary sinks where there are none. */
    private static boolean isOfNone(String name, Record record) {
        return name.endsWith("secondary.cosine") && record.number(name.replace("cosine", "count")) == 0;
    }

    private static void assertSame(Record expected, Record actual, double tolerance) {
        assertEquals(
                List.copyOf(expected.numbers().keySet()),
                List.copyOf(actual.numbers().keySet()));
        expected.numbers().forEach((name, value) -> assertEquals(value, actual.number(name), tolerance, name));
        for (Observable array : expected.arrays()) {
            Observable other = actual.array(array.name());
            assertArrayEquals(array.shape(), other.shape());
            double[] values = array.toArray();
            double[] others = other.toArray();
            for (int i = 0; i < values.length; i++) assertEquals(values[i], others[i], tolerance, array.name());
        }
    }

    private static HandSlice random(long seed) {
        RandomGenerator random = new CounterRandom(seed);
        int[][] tokens = new int[SEQUENCES][LENGTH + 1];
        for (int[] sequence : tokens) TASK.sample(random, sequence);
        Map<String, double[]> activations = new HashMap<>();
        activations.put("logits", random(random, LENGTH * TASK.vocabularySize()));
        activations.put("losses", random(random, LENGTH));
        activations.put("embedding", random(random, LENGTH * MODEL.width()));
        for (int layer = 0; layer < MODEL.layers(); layer++) {
            String prefix = "layers." + layer + ".";
            activations.put(prefix + "residual.out", random(random, LENGTH * MODEL.width()));
            if (MODEL.attentionOff().contains(layer)) continue;
            activations.put(prefix + "attention.scores", random(random, MODEL.heads() * LENGTH * LENGTH));
            activations.put(prefix + "attention.pattern", random(random, MODEL.heads() * LENGTH * LENGTH));
            for (String part : List.of("query", "key", "mixed", "input.gradient"))
                activations.put(prefix + "attention." + part, random(random, LENGTH * MODEL.width()));
            activations.put(prefix + "attention.value", random(random, LENGTH * MODEL.width()));
            activations.put(prefix + "attention.valueState", random(random, LENGTH * MODEL.width()));
        }
        return new HandSlice(tokens, activations);
    }

    private static double[] random(RandomGenerator random, int numbersOfASequence) {
        return random.doubles(SEQUENCES * numbersOfASequence, -1, 1).toArray();
    }
}
