package backcopy.sweep;

import backcopy.run.Keys;
import backcopy.run.Reason;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A sweep with its cells: {@code sweeps/NAME/sweep.yaml} in a store. The runs lie in the store like any others; the file says
 * which they are.
 *
 * @param spec what was asked for
 * @param cells in the order of the grid
 */
public record Sweep(SweepSpec spec, List<Cell> cells) {
    private static final String BACKEND = "train.backend", FROM = "train.from", STEPS = "train.steps";
    private static final String DEFAULT_SCALE = "laptop";

    public Sweep {
        cells = List.copyOf(cells);
    }

    public String name() {
        return spec.name();
    }

    /** What varies, in the order it was given. */
    public List<Factor> factors() {
        return spec.groups().stream().map(keys -> Factor.of(keys, spec, cells)).toList();
    }

    /** The keys that every cell has in common, but for the scale's own. */
    public Map<String, String> fixed() {
        return spec.fixed();
    }

    /**
     * Makes the cells, and runs nothing. The backend is settled here, so that the cells are the same runs on every machine
     * that does some of them, and so are the steps that another run's would be, since that run may be lengthened. Values are
     * spelled as {@code config.yaml} spells them, and the scale is named.
     *
     * @throws IllegalArgumentException when one of them cannot be, in one line that names it
     */
    public static Sweep plan(SweepSpec request, RunStore store, Runner runner) {
        SweepSpec asked = request.with(FROM, store::wholeFrom);
        List<Cell> cells = new ArrayList<>();
        Map<String, String> known = new HashMap<>();
        Map<String, Map<String, String>> spelled = new LinkedHashMap<>();
        for (Map<String, String> combination : asked.combinations()) {
            Cell cell = cell(asked, combination, store, runner);
            String twin = known.put(cell.run(), cell.words());
            if (twin != null)
                throw new IllegalArgumentException("the cells " + twin + " and " + cell.words()
                        + " are one run: what sets them apart does not decide its numbers");
            cells.add(cell);
            cell.values()
                    .forEach((key, value) ->
                            spelled.computeIfAbsent(key, k -> new HashMap<>()).put(combination.get(key), value));
        }
        Map<String, List<String>> keys = new LinkedHashMap<>(asked.keys());
        spelled.forEach((key, values) -> keys.computeIfPresent(
                key,
                (k, typed) -> typed.stream()
                        .map(value -> values.getOrDefault(value, value))
                        .toList()));
        if (keys.getOrDefault(BACKEND, List.of("auto")).equals(List.of("auto")))
            keys.put(BACKEND, List.of(backend(cells)));
        String scale = asked.scale().isEmpty() && !keys.containsKey(FROM) ? DEFAULT_SCALE : asked.scale();
        List<String> steps = cells.stream()
                .map(cell -> Long.toString(cell.spec().train().steps()))
                .distinct()
                .toList();
        if (scale.isEmpty() && !keys.containsKey(STEPS) && steps.size() == 1) keys.put(STEPS, steps);
        return new Sweep(new SweepSpec(asked.name(), scale, keys, asked.zips(), asked.sample(), asked.seed()), cells);
    }

    /** What {@code auto} came to: the same for all, or its differences would pass for those of the keys. */
    private static String backend(List<Cell> cells) {
        String backend = cells.get(0).spec().train().backend();
        for (Cell cell : cells) {
            String other = cell.spec().train().backend();
            if (!other.equals(backend))
                throw new IllegalArgumentException(BACKEND + " = auto comes to " + backend + " in the cell "
                        + cells.get(0).words() + " and to " + other + " in " + cell.words() + "; name one of them");
        }
        return backend;
    }

    private static Cell cell(SweepSpec asked, Map<String, String> combination, RunStore store, Runner runner) {
        try {
            RunSpec spec = Runner.resolved(spec(asked, combination, store));
            Map<String, String> all = Keys.flatten(spec);
            Map<String, String> values = new LinkedHashMap<>();
            combination.keySet().forEach(key -> values.put(key, all.get(key)));
            runner.requireTraining(spec, null);
            return new Cell(runner.identity(spec, null), values, spec);
        } catch (IllegalArgumentException e) {
            if (combination.isEmpty()) throw e;
            throw new IllegalArgumentException(e.getMessage() + " (in the cell " + Cell.words(combination) + ")", e);
        }
    }

    /** The spec of one combination; keys that are not given are as in {@code bb train}. */
    static RunSpec spec(SweepSpec asked, Map<String, String> combination, RunStore store) {
        Map<String, String> keys = asked.fixed();
        keys.putAll(combination);
        String from = keys.getOrDefault(FROM, "");
        int at = from.indexOf('@');
        RunSpec defaults = asked.scale().isEmpty() && at > 0
                ? store.find(from.substring(0, at)).spec()
                : Scale.of(asked.scale().isEmpty() ? DEFAULT_SCALE : asked.scale())
                        .spec();
        return Keys.parse(defaults, keys);
    }

    /** The sweep of this name. */
    public static Sweep read(RunStore store, String name) {
        SweepSpec.requireName(name);
        if (!Files.exists(path(store, name)))
            throw new IllegalArgumentException("sweep " + name + " is not in store " + store.root() + ", which has "
                    + (names(store).isEmpty() ? "none" : String.join(", ", names(store))));
        return SweepFile.read(path(store, name)).sweep(store);
    }

    /** The names of a store's sweeps, in order. */
    public static List<String> names(RunStore store) {
        Path sweeps = store.root().resolve("sweeps");
        if (!Files.isDirectory(sweeps)) return List.of();
        try (Stream<Path> entries = Files.list(sweeps)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> Files.exists(path(store, name)))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException(sweeps + " cannot be read: " + Reason.of(e));
        }
    }

    /** Writes its file, where it is not there already. */
    public void write(RunStore store) throws IOException {
        new SweepDirectory(store, name()).write(SweepFile.text(this));
    }

    private static Path path(RunStore store, String name) {
        return new SweepDirectory(store, name).file();
    }
}
