package backcopy.experiment;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.util.List;
import java.util.Map;

/**
 * How much of an experiment is run: all of it, or a part, by which nothing is judged. A part by seeds is how machines and nights
 * share the work: once the store holds all seeds, the whole experiment finds them.
 *
 * @param seeds the first so many of each condition; 0: all of them, or those from {@code first} to {@code last}
 * @param first the least seed, where {@code last} is not 0
 * @param last the largest seed; 0: no such range
 * @param steps at most so many in every run; 0: all of them
 */
public record FirstLook(long seeds, long first, long last, long steps) {
    /** Not a part: the whole experiment. */
    public static final FirstLook WHOLE = new FirstLook(0, 0);

    /** The first so many seeds, and at most so many steps; 0: all. */
    public FirstLook(long seeds, long steps) {
        this(seeds, 0, 0, steps);
    }

    boolean isWhole() {
        return equals(WHOLE);
    }

    /**
     * The runs of the part.
     *
     * @param runs of an experiment, in each condition its seeds in order
     * @throws IllegalArgumentException where the experiment lacks one of the seeds that were asked for
     */
    List<RunSpec> of(List<RunSpec> runs) {
        if (steps > 0 && runs.stream().anyMatch(run -> !run.train().from().isEmpty()))
            throw new IllegalArgumentException("--steps cannot shorten an experiment whose runs go on from others");
        List<Long> all = runs.stream().map(run -> run.train().seed()).distinct().toList();
        List<Long> some = chosen(all);
        return runs.stream()
                .filter(run -> some.contains(run.train().seed()))
                .map(run -> steps > 0 ? upTo(run, steps) : run)
                .toList();
    }

    private List<Long> chosen(List<Long> all) {
        if (last == 0) return seeds > 0 && seeds < all.size() ? all.subList(0, (int) seeds) : all;
        if (!all.contains(first) || !all.contains(last))
            throw new IllegalArgumentException("--seeds = " + first + ".." + last + " is not within its seeds "
                    + all.get(0) + ".." + all.get(all.size() - 1));
        return all.stream().filter(seed -> seed >= first && seed <= last).toList();
    }

    /** The same run, if it is longer then no longer than this. */
    static RunSpec upTo(RunSpec run, long steps) {
        return run.train().steps() <= steps ? run : Keys.parse(run, Map.of("train.steps", Long.toString(steps)));
    }
}
