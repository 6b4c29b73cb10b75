package backcopy.sweep;

import backcopy.run.Json;
import backcopy.run.Keys;
import backcopy.run.Scale;
import backcopy.task.CounterRandom;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What a sweep is asked to be.
 *
 * @param name of its directory; where it is empty, one that follows from the rest
 * @param scale the defaults of the keys that are not given; empty for {@code laptop}, or for the run that {@code train.from} names
 * @param keys values of each key; a key with one value has it in every cell
 * @param zips groups of keys that move together: first values, second values, and so on
 * @param sample how many cells of the grid to take, 0 for all
 * @param seed of the sample; a larger sample of the same seed holds the smaller one
 */
public record SweepSpec(
        String name, String scale, Map<String, List<String>> keys, List<List<String>> zips, int sample, long seed) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");
    /** What {@code bb sweep} means by these words is something else. */
    private static final Set<String> RESERVED = Set.of("status");

    public SweepSpec {
        Map<String, List<String>> copy = new LinkedHashMap<>();
        keys.forEach((key, values) -> {
            if (values.isEmpty()) throw new IllegalArgumentException(key + " has no value");
            if (Set.copyOf(values).size() < values.size())
                throw new IllegalArgumentException(key + " has a value twice: " + String.join(", ", values));
            copy.put(key, List.copyOf(values));
        });
        keys = Collections.unmodifiableMap(copy);
        zips = zips.stream().map(List::copyOf).toList();
        if (!scale.isEmpty()) Scale.of(scale);
        if (sample < 0) throw new IllegalArgumentException("sample = " + sample + " is below 0");
        requireZips(keys, zips);
        if (name.isEmpty()) name = nameOf(List.of(scale, keys, zips, sample, seed));
        requireName(name);
    }

    /**
     * Arguments of the form {@code key=values} by key.
     *
     * @throws IllegalArgumentException on another form or a key that is given twice
     */
    public static Map<String, List<String>> values(List<String> arguments) {
        Map<String, List<String>> values = new LinkedHashMap<>();
        Keys.overrides(arguments).forEach((key, text) -> values.put(key, Values.of(key, text)));
        return values;
    }

    /** A name that follows from what is asked for, and from that alone: values of one key are not those of another. */
    private static String nameOf(List<?> asked) {
        byte[] text = Json.line(asked).getBytes(StandardCharsets.UTF_8);
        return "sweep-" + UUID.nameUUIDFromBytes(text).toString().substring(0, 6);
    }

    /** Refuses a name that a directory cannot have everywhere. */
    static void requireName(String name) {
        if (!NAME.matcher(name).matches())
            throw new IllegalArgumentException(
                    "sweep name = " + name + " is not 1 to 64 letters, digits, dots, hyphens and underscores");
        if (RESERVED.contains(name))
            throw new IllegalArgumentException("sweep name = " + name + " is a word of bb sweep");
    }

    private static void requireZips(Map<String, List<String>> keys, List<List<String>> zips) {
        Set<String> zipped = new HashSet<>();
        for (List<String> zip : zips) {
            String what = "zip = " + String.join(",", zip);
            if (zip.size() < 2) throw new IllegalArgumentException(what + " has fewer than 2 keys");
            for (String key : zip) {
                if (!keys.containsKey(key)) throw new IllegalArgumentException(what + ": " + key + " is not given");
                if (!zipped.add(key)) throw new IllegalArgumentException(what + ": " + key + " is zipped twice");
                int count = keys.get(key).size(), first = keys.get(zip.get(0)).size();
                if (count != first)
                    throw new IllegalArgumentException(
                            what + ": " + zip.get(0) + " has " + first + " values, " + key + " has " + count);
            }
        }
    }

    /** The same with every value of a key replaced; without the key, the same. */
    SweepSpec with(String key, UnaryOperator<String> replacement) {
        if (!keys.containsKey(key)) return this;
        Map<String, List<String>> changed = new LinkedHashMap<>(keys);
        changed.computeIfPresent(
                key, (k, values) -> values.stream().map(replacement).toList());
        return new SweepSpec(name, scale, changed, zips, sample, seed);
    }

    /** The keys that vary, zipped ones together, in the order they were given. */
    List<List<String>> groups() {
        List<List<String>> groups = new ArrayList<>();
        for (String key : keys.keySet()) {
            List<String> group =
                    zips.stream().filter(zip -> zip.contains(key)).findFirst().orElse(List.of(key));
            if (keys.get(key).size() > 1 && !groups.contains(group)) groups.add(group);
        }
        return groups;
    }

    /** The keys with one value. */
    Map<String, String> fixed() {
        Map<String, String> fixed = new LinkedHashMap<>();
        keys.forEach((key, values) -> {
            if (values.size() == 1) fixed.put(key, values.get(0));
        });
        return fixed;
    }

    /** What the varied keys are in each cell: the first key changes slowest. */
    List<Map<String, String>> combinations() {
        long size = 1;
        for (List<String> group : groups()) {
            size *= keys.get(group.get(0)).size();
            if (size > Values.MOST)
                throw new IllegalArgumentException("the grid has more than " + Values.MOST + " cells");
        }
        return chosen((int) size).mapToObj(this::combination).toList();
    }

    private Map<String, String> combination(int index) {
        List<List<String>> groups = groups();
        int[] level = new int[groups.size()];
        for (int g = groups.size() - 1, rest = index; g >= 0; g--) {
            int levels = keys.get(groups.get(g).get(0)).size();
            level[g] = rest % levels;
            rest /= levels;
        }
        Map<String, String> values = new LinkedHashMap<>();
        for (int g = 0; g < level.length; g++)
            for (String key : groups.get(g)) values.put(key, keys.get(key).get(level[g]));
        return values;
    }

    /** Every cell gets a random number; the sample is the cells with the smallest, in the grid's order. */
    private IntStream chosen(int size) {
        if (sample == 0) return IntStream.range(0, size);
        if (sample > size)
            throw new IllegalArgumentException("sample = " + sample + " is above the grid's " + size + " cells");
        return IntStream.range(0, size)
                .boxed()
                .sorted(Comparator.comparingLong(cell -> CounterRandom.at(seed, cell)))
                .limit(sample)
                .collect(Collectors.toList())
                .stream()
                .mapToInt(Integer::intValue)
                .sorted();
    }
}
