package backcopy.experiment;

import backcopy.run.Keys;
import backcopy.run.RunDirectory;
import backcopy.run.RunIdentity;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/**
 * What an experiment runs: conditions that differ in some keys, each with the same seeds. Equal seeds mean equal batches and,
 * where the shapes are equal, equal initial weights, so that two conditions can be compared seed by seed. Immutable.
 *
 * <p>The number of seeds is fixed here, before any run: a later look with more of them is an experiment of its own. Sizes and rates
 * are chosen with {@link #TUNING} seeds, which no experiment runs.
 *
 * @param conditions in the order of their runs
 * @param keys of every condition at one scale, over the scale's own: how many steps, say
 * @param seeds how many of them at a scale, where it is not {@link #usualSeeds}
 */
record Plan(List<Condition> conditions, Map<Scale, List<String>> keys, Map<Scale, Integer> seeds) {
    /** Seeds by which sizes, rates and margins may be chosen. They never enter results: a test compares them with every run. */
    static final long[] TUNING = LongStream.rangeClosed(9001, 9016).toArray();

    /** Nothing yet. */
    static final Plan EMPTY = new Plan(List.of(), Map.of(), Map.of());

    /**
     * One condition.
     *
     * @param name as figures and tables print it
     * @param keys what makes it different, {@code key=value}
     * @param parent the condition whose runs it goes on from, or empty
     * @param times it goes on until it has this many times its parent's steps
     */
    record Condition(String name, List<String> keys, String parent, int times) {}

    /** One condition. */
    static Plan single(String name, String... keys) {
        return EMPTY.and(name, keys);
    }

    /** And another condition. */
    Plan and(String name, String... keys) {
        return and(new Condition(name, List.of(keys), "", 1));
    }

    /**
     * And a condition that goes on where another one ends, with its weights, moments and batches.
     *
     * @param parent a condition that is there already, so that its runs come first
     * @param times it goes on until it has this many times its parent's steps
     */
    Plan after(String parent, int times, String name, String... keys) {
        condition(parent);
        return and(new Condition(name, List.of(keys), parent, times));
    }

    private Plan and(Condition condition) {
        List<Condition> more = new ArrayList<>(conditions);
        more.add(condition);
        return new Plan(more, keys, seeds);
    }

    /** With keys of every condition at one scale; a condition's own keys go before them. */
    Plan at(Scale scale, String... keys) {
        Map<Scale, List<String>> more = new EnumMap<>(Scale.class);
        more.putAll(this.keys);
        more.put(scale, List.of(keys));
        return new Plan(conditions, more, seeds);
    }

    /** With another number of seeds at one scale: more where runs of one condition end in more than one way. */
    Plan withSeeds(Scale scale, int count) {
        Map<Scale, Integer> more = new EnumMap<>(Scale.class);
        more.putAll(seeds);
        more.put(scale, count);
        return new Plan(conditions, keys, more);
    }

    /** Seeds of every condition; at paper scale they begin with the authors' own. */
    long[] seeds(Scale scale) {
        int first = scale == Scale.PAPER ? 42 : 1;
        return LongStream.range(first, first + seeds.getOrDefault(scale, usualSeeds(scale)))
                .toArray();
    }

    /** Two show that everything works, five describe what a minute each can show, three what takes half an hour or a day each. */
    private static int usualSeeds(Scale scale) {
        return switch (scale) {
            case SMOKE -> 2;
            case LAPTOP -> 5;
            case DESK, PAPER -> 3;
        };
    }

    /** Every run: condition by condition, in each the seeds in order. */
    List<RunSpec> runs(Scale scale) {
        return conditions.stream()
                .flatMap(condition -> specs(scale, condition).stream())
                .toList();
    }

    /** The runs of one condition, in the order of the seeds. */
    List<RunSpec> specs(Scale scale, String condition) {
        return specs(scale, condition(condition));
    }

    /** The runs of one condition, out of those of {@link #runs} or of the {@link FirstLook} at them. */
    Ensemble ensemble(String condition, Scale scale, List<RunDirectory> runs) {
        int seeds = runs.size() / conditions.size();
        for (int c = 0; c < conditions.size(); c++) {
            if (!conditions.get(c).name().equals(condition)) continue;
            List<RunDirectory> own = runs.subList(c * seeds, (c + 1) * seeds);
            List<RunSpec> specs = specs(scale, conditions.get(c));
            return new Ensemble(
                    condition,
                    own.stream()
                            .map(run -> FirstLook.upTo(
                                    ofSeed(run.spec().train().seed(), specs),
                                    run.state().steps()))
                            .toList(),
                    own);
        }
        throw new IllegalArgumentException("there is no condition " + condition);
    }

    /** A first look may have left seeds out. */
    private static RunSpec ofSeed(long seed, List<RunSpec> specs) {
        return specs.stream()
                .filter(spec -> spec.train().seed() == seed)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no run of seed " + seed));
    }

    /** The runs of every condition, in order. */
    List<Ensemble> ensembles(Scale scale, List<RunDirectory> runs) {
        return conditions.stream()
                .map(condition -> ensemble(condition.name(), scale, runs))
                .toList();
    }

    /** The settings of all runs, for a figure that shows them together. */
    String settings(Scale scale, List<RunDirectory> runs) {
        return Settings.of(ensembles(scale, runs).stream()
                .flatMap(ensemble -> ensemble.specs().stream())
                .toList());
    }

    private List<RunSpec> specs(Scale scale, Condition condition) {
        // Elsewhere the scale's own keys were meant; here they would be those of another study.
        if (scale == Scale.DESK && !keys.isEmpty() && !keys.containsKey(scale))
            throw new IllegalArgumentException("it is not defined at scale " + scale + ", only at "
                    + new TreeSet<>(keys.keySet()).stream().map(Scale::toString).collect(Collectors.joining(", ")));
        RunSpec atScale = Keys.parse(scale.spec(), Keys.overrides(keys.getOrDefault(scale, List.of())));
        if (!condition.parent().isEmpty())
            return specs(scale, condition(condition.parent())).stream()
                    .map(parent -> Keys.parse(continued(parent, condition.times()), Keys.overrides(condition.keys())))
                    .toList();
        RunSpec spec = Keys.parse(atScale, Keys.overrides(condition.keys()));
        return LongStream.of(seeds(scale))
                .mapToObj(seed -> Keys.parse(spec, Map.of("train.seed", Long.toString(seed))))
                .toList();
    }

    private static RunSpec continued(RunSpec parent, int times) {
        long steps = parent.train().steps();
        String from = RunIdentity.of(parent) + "@" + steps;
        return Keys.parse(parent, Map.of("train.from", from, "train.steps", Long.toString(times * steps)));
    }

    private Condition condition(String name) {
        return conditions.stream()
                .filter(condition -> condition.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no condition " + name));
    }
}
