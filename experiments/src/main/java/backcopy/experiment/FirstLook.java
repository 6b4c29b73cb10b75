package backcopy.experiment;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.util.List;
import java.util.Map;

/**
 * How much of an experiment is run: all of it, or a first look at it, by which nothing is judged.
 *
 * @param seeds the first so many of each condition; 0: all of them
 * @param steps at most so many in every run; 0: all of them
 */
public record FirstLook(long seeds, long steps) {
    /** Not a look: the whole experiment. */
    public static final FirstLook WHOLE = new FirstLook(0, 0);

    boolean isWhole() {
        return equals(WHOLE);
    }

    /**
     * The runs to look at.
     *
     * @param runs of an experiment, in each condition its seeds in order
     */
    List<RunSpec> of(List<RunSpec> runs) {
        if (steps > 0 && runs.stream().anyMatch(run -> !run.train().from().isEmpty()))
            throw new IllegalArgumentException("--steps cannot shorten an experiment whose runs go on from others");
        List<Long> all = runs.stream().map(run -> run.train().seed()).distinct().toList();
        List<Long> some = seeds > 0 && seeds < all.size() ? all.subList(0, (int) seeds) : all;
        return runs.stream()
                .filter(run -> some.contains(run.train().seed()))
                .map(run -> steps > 0 ? upTo(run, steps) : run)
                .toList();
    }

    /** The same run, if it is longer then no longer than this. */
    static RunSpec upTo(RunSpec run, long steps) {
        return run.train().steps() <= steps ? run : Keys.parse(run, Map.of("train.steps", Long.toString(steps)));
    }
}
