package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SweepSpecTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "train.seed | 1..3,7 | 1 2 3 7",
                "train.seed | 2..-1 | 2 1 0 -1",
                "optimizer.learningRate | log:1e-4..1e-2:5 | 0.0001 0.0003162 0.001 0.003162 0.01",
                "optimizer.learningRate | log:1..0.001:4 | 1 0.1 0.01 0.001",
                "optimizer.momentum | lin:0..0.9:4 | 0 0.3 0.6 0.9",
                "model.width | log:16..256:5 | 16 32 64 128 256",
                "model.attention | softmax,relu | softmax relu",
                "evaluation.tokens | ../T.csv | ../T.csv",
                "model.attentionOff | 0,2 | 0,2",
                "record.updates | update-norm,norm-influence | update-norm,norm-influence",
                "model.attentionOff | 2/0,2/1 | 2 0,2 1",
                "optimizer.rates | mlp.up:2,embedding:0.1/mlp.up:3 | mlp.up:2,embedding:0.1 mlp.up:3"
            })
    void aTextGivesItsValues(String key, String text, String values) {
        assertEquals(List.of(values.split(" ")), Values.of(key, text));
    }

    @Test
    void anEmptyItemIsAnEmptyValue() {
        assertEquals(List.of("", "1"), Values.of("intervention.level", ",1"));
        assertEquals(List.of("", "0"), Values.of("model.attentionOff", "/0"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "log:0..1:3 | train.seed = log:0..1:3 has an end that is not above 0",
                "log:1..2:1 | train.seed = log:1..2:1 has fewer than 2 values",
                "log:1,2 | train.seed = log:1 is not of the form log:1e-4..1e-2:5",
                "1..999999999 | train.seed = 1..999999999 is more than 100000 values"
            })
    void aTextThatGivesNoneIsRefused(String text, String reason) {
        assertEquals(reason, refusal(() -> Values.of("train.seed", text)));
    }

    @Test
    void theFirstKeyChangesSlowest() {
        SweepSpec spec = spec(keys("a", "1,2", "b", "5", "c", "7,8,9"), List.of(), 0, 0);
        assertEquals(
                List.of("a=1 c=7", "a=1 c=8", "a=1 c=9", "a=2 c=7", "a=2 c=8", "a=2 c=9"), words(spec.combinations()));
        assertEquals(Map.of("b", "5"), spec.fixed());
        assertEquals(List.of(""), words(spec(keys("b", "5"), List.of(), 0, 0).combinations()));
    }

    @Test
    void zippedKeysMoveTogether() {
        SweepSpec spec = spec(keys("a", "1,2", "b", "5,6", "c", "7,8"), List.of(List.of("a", "c")), 0, 0);
        assertEquals(List.of("a=1 c=7 b=5", "a=1 c=7 b=6", "a=2 c=8 b=5", "a=2 c=8 b=6"), words(spec.combinations()));
        assertEquals(List.of(List.of("a", "c"), List.of("b")), spec.groups());
    }

    @Test
    void zipsThatCannotBeAreRefused() {
        Map<String, List<String>> keys = keys("a", "1,2", "b", "5,6,7", "c", "8,9");
        assertEquals("zip = a,b: a has 2 values, b has 3", refusal(() -> spec(keys, List.of(List.of("a", "b")), 0, 0)));
        assertEquals("zip = a,d: d is not given", refusal(() -> spec(keys, List.of(List.of("a", "d")), 0, 0)));
        assertEquals("zip = a has fewer than 2 keys", refusal(() -> spec(keys, List.of(List.of("a")), 0, 0)));
        List<List<String>> twice = List.of(List.of("a", "c"), List.of("a", "c"));
        assertEquals("zip = a,c: a is zipped twice", refusal(() -> spec(keys, twice, 0, 0)));
    }

    @Test
    void aLargerSampleHoldsTheSmallerOneAndAnotherSeedIsAnother() {
        Map<String, List<String>> keys = keys("a", "1,2,3,4,5,6", "b", "1,2,3,4,5,6");
        List<String> ten = words(spec(keys, List.of(), 10, 7).combinations());
        List<String> twenty = words(spec(keys, List.of(), 20, 7).combinations());
        assertEquals(10, new HashSet<>(ten).size());
        assertTrue(twenty.containsAll(ten), twenty.toString());
        assertNotEquals(ten, words(spec(keys, List.of(), 10, 8).combinations()));
        List<String> whole = words(spec(keys, List.of(), 0, 0).combinations());
        assertEquals(whole.stream().filter(ten::contains).toList(), ten, "the grid's order");
        assertEquals(whole, words(spec(keys, List.of(), 36, 7).combinations()));
        assertEquals(
                "sample = 37 is above the grid's 36 cells",
                refusal(() -> spec(keys, List.of(), 37, 7).combinations()));
    }

    @Test
    void aNameFollowsFromTheRest() {
        Map<String, List<String>> keys = keys("a", "1,2");
        String name = spec(keys, List.of(), 0, 0).name();
        assertTrue(name.matches("sweep-[0-9a-f]{6}"), name);
        assertEquals(name, spec(keys, List.of(), 0, 0).name());
        assertNotEquals(name, spec(keys("a", "1,3"), List.of(), 0, 0).name());
        for (String wrong : List.of("a/b", ".a", "status", "a b"))
            assertTrue(refusal(() -> new SweepSpec(wrong, "", keys, List.of(), 0, 0))
                    .startsWith("sweep name = " + wrong));
    }

    private static SweepSpec spec(Map<String, List<String>> keys, List<List<String>> zips, int sample, long seed) {
        return new SweepSpec("", "", keys, zips, sample, seed);
    }

    private static Map<String, List<String>> keys(String... keysAndValues) {
        Map<String, List<String>> keys = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2)
            keys.put(keysAndValues[i], Values.of(keysAndValues[i], keysAndValues[i + 1]));
        return keys;
    }

    private static List<String> words(List<Map<String, String>> combinations) {
        return combinations.stream().map(Cell::words).toList();
    }

    private static String refusal(Executable request) {
        return assertThrows(IllegalArgumentException.class, request).getMessage();
    }
}
