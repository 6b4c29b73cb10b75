package backcopy.optim;

/**
 * All that the keys {@code optimizer.*} say, and a seed for what an optimizer draws once and for all.
 *
 * @param schedule with a horizon where it needs one
 * @param seed the purpose's own
 */
public record Recipe(Optimizer optimizer, Schedule schedule, long seed) {
    /** At a constant rate, without limits. */
    public static Recipe of(Optimizer optimizer) {
        return new Recipe(optimizer, Schedule.CONSTANT, 0);
    }
}
