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

    /**
     * Whether what {@code before} remembers can be gone on with: it has the same moments, and where they are in a basis that was
     * drawn, in the same one.
     */
    public boolean goesOnFrom(Recipe before) {
        if (!optimizer.moments().equals(before.optimizer.moments())) return false;
        if (!(optimizer instanceof OrthoAdam own) || !(before.optimizer instanceof OrthoAdam other)) return true;
        return own.rotation().equals(other.rotation()) && (own.rotation().equals("identity") || seed == before.seed);
    }
}
