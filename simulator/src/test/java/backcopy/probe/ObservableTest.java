package backcopy.probe;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ObservableTest {
    /** The value at (layer, head, query) is 100 layer + 10 head + query. */
    private static final double[] DATA = IntStream.range(0, 2 * 3 * 4)
            .mapToDouble(i -> 100 * (i / 12) + 10 * (i / 4 % 3) + i % 4)
            .toArray();

    private static final Observable CUBE =
            Observable.of("cube", List.of("layer", "head", "query"), new int[] {2, 3, 4}, DATA);

    @Test
    void wrapsWithoutACopy() {
        assertSame(DATA, CUBE.values().getData().getDoubleArray());
        assertSame(DATA, CUBE.at("head", 1).values().getData().getDoubleArray());
    }

    @Test
    void slicesAreTakenByTheNameOfTheAxis() {
        assertEquals(123, CUBE.get(1, 2, 3));
        assertEquals(123, CUBE.at("head", 2).get(1, 3));
        assertEquals(123, CUBE.at("query", 3).at("layer", 1).get(2));
        assertArrayEquals(
                new double[] {20, 21, 22, 23, 120, 121, 122, 123},
                CUBE.at("head", 2).toArray());
        assertEquals(List.of("layer", "query"), CUBE.at("head", 2).axes());
        assertArrayEquals(new int[] {2, 4}, CUBE.at("head", 2).shape());
        assertEquals(4, CUBE.size("query"));
    }

    @Test
    void meansAreTakenByTheNameOfTheAxis() {
        assertArrayEquals(
                new double[] {50, 51, 52, 53}, CUBE.at("head", 0).mean("layer").toArray());
        assertArrayEquals(
                new double[] {10, 110}, CUBE.at("query", 0).mean("head").toArray());
        assertEquals(1.5, CUBE.mean("query").get(0, 0));
    }

    @Test
    void transposedArraysKeepTheirMeaning() {
        Observable transposed = new Observable(
                "cube", List.of("query", "head", "layer"), CUBE.values().transpose(2, 1, 0));
        assertEquals(123, transposed.get(3, 2, 1));
        assertArrayEquals(
                new double[] {3, 103, 13, 113, 23, 123},
                transposed.at("query", 3).toArray());
    }

    @Test
    void mistakesAreNamed() {
        refused("cube: head = 3 is not below 3", () -> CUBE.at("head", 3));
        refused("cube: query = -1 is not below 4", () -> CUBE.get(0, 0, -1));
        refused("cube has the axes [layer, head, query], not 2", () -> CUBE.get(0, 0));
        refused("cube has the axes [layer, head, query], not key", () -> CUBE.at("key", 0));
        refused("row has no axis but x", () -> row(List.of("x"), 1, 2).at("x", 0));
        refused(
                "the axes [x, x] of row do not name the 1 axes of its array, each once",
                () -> row(List.of("x", "x"), 1, 2));
        refused("row has 3 values for the shape [2]", () -> Observable.of("row", List.of("x"), new int[] {2}, 1, 2, 3));
    }

    private static Observable row(List<String> axes, double... values) {
        return Observable.of("row", axes, new int[] {values.length}, values);
    }

    private static void refused(String message, Runnable mistake) {
        assertEquals(message, assertThrows(RuntimeException.class, mistake::run).getMessage());
    }
}
