package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TriadProbeTest {
    private static final int LENGTH = 12, WIDTH = 4;

    /** Two layers of two heads; everything is 1 or uniform but for what is set here. */
    @Test
    void readsAPlantedSinkDrainAndPeak() {
        Map<String, double[]> activations = new HashMap<>();
        for (int layer = 0; layer < 2; layer++) {
            double[] pattern = new double[2 * LENGTH * LENGTH];
            double[] values = new double[LENGTH * WIDTH], residual = new double[LENGTH * WIDTH];
            for (int head = 0; head < 2; head++)
                for (int query = 0; query < LENGTH; query++)
                    for (int key = 0; key <= query; key++)
                        pattern[(head * LENGTH + query) * LENGTH + key] = 1.0 / (query + 1);
            for (int i = 0; i < values.length; i++) values[i] = residual[i] = 1;
            if (layer == 1)
                for (int query = 0; query < LENGTH; query++)
                    for (int key = 0; key <= query; key++)
                        pattern[(LENGTH + query) * LENGTH + key] = key == 0 ? query < 8 ? 0 : 0.9 : 0.1 / query;
            activations.put("layers." + layer + ".attention.pattern", pattern);
            activations.put("layers." + layer + ".attention.value", values);
            activations.put("layers." + layer + ".residual.out", residual);
        }
        double[] values = activations.get("layers.1.attention.value");
        values[2] = values[3] = 0.25; // the second head at position 0
        values[0] = values[1] = 7; // the first head does not sink
        double[] residual = activations.get("layers.0.residual.out");
        for (int i = 0; i < WIDTH; i++) residual[i] = 6;
        residual[5 * WIDTH] = 1000; // one other position does not move a median
        Record record = HandSlice.lanes(
                new TriadProbe(HandSlice.model(2, 2, WIDTH)), new HandSlice(new int[1][LENGTH + 1], activations));
        assertEquals(0.9, record.number("triad.sink"), 1e-14);
        assertEquals(0, record.number("triad.position"));
        assertEquals(record.number("triad.sink"), record.number("triad.most"));
        assertEquals(0.25, record.number("triad.drain"), 1e-14);
        assertEquals(6, record.number("triad.peak"), 1e-14);
        assertEquals(6, record.number("layers.0.residual.peak"), 1e-14);
        assertEquals(1, record.number("layers.1.residual.peak"), 1e-14);
    }

    /** Queries before 8 do not count, and one that does not see a position counts as 0: the mean on 9 is over 8 to 11. */
    @Test
    void findsASinkThatIsNotAtPositionZero() {
        for (int sink : new int[] {0, 3, 9}) {
            double[] pattern = new double[2 * LENGTH * LENGTH];
            for (int head = 0; head < 2; head++)
                for (int query = 0; query < LENGTH; query++)
                    for (int key = 0; key <= query; key++)
                        pattern[(head * LENGTH + query) * LENGTH + key] =
                                head == 0 || sink > query ? 1.0 / (query + 1) : key == sink ? 0.8 : 0.2 / query;
            double[] ones = new double[LENGTH * WIDTH];
            Arrays.fill(ones, 1);
            Map<String, double[]> activations = Map.of(
                    "layers.0.attention.pattern", pattern,
                    "layers.0.attention.value", ones,
                    "layers.0.residual.out", ones);
            Record record = HandSlice.lanes(
                    new TriadProbe(HandSlice.model(1, 2, WIDTH)), new HandSlice(new int[1][LENGTH + 1], activations));
            assertEquals(sink, record.number("triad.position"));
            assertEquals(sink == 9 ? 0.6 : 0.8, record.number("triad.most"), 1e-14);
            double first = (1 / 9.0 + 1 / 10.0 + 1 / 11.0 + 1 / 12.0) / 4; // of uniform attention
            assertEquals(sink == 0 ? 0.8 : first, record.number("triad.sink"), 1e-14);
        }
    }
}
