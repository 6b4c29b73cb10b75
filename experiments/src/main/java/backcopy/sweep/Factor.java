package backcopy.sweep;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What varies in a sweep by itself: a key, or several that move together.
 *
 * @param keys one, or those of a zip
 * @param levels what it can be, in order; values of several keys are separated by a comma and a space
 */
public record Factor(List<String> keys, List<String> levels) {
    /** Those levels that a cell has, in the order that the sweep asks for them. */
    static Factor of(List<String> keys, SweepSpec spec, List<Cell> cells) {
        Set<String> had = cells.stream().map(cell -> level(keys, cell)).collect(Collectors.toSet());
        List<String> asked = IntStream.range(0, spec.keys().get(keys.get(0)).size())
                .mapToObj(i ->
                        keys.stream().map(key -> spec.keys().get(key).get(i)).collect(Collectors.joining(", ")))
                .toList();
        return new Factor(keys, asked.stream().filter(had::contains).toList());
    }

    /** Its keys, separated by a comma and a space. */
    public String name() {
        return String.join(", ", keys);
    }

    /** The level that a cell has. */
    public String level(Cell cell) {
        return level(keys, cell);
    }

    private static String level(List<String> keys, Cell cell) {
        return keys.stream().map(cell.values()::get).collect(Collectors.joining(", "));
    }
}
