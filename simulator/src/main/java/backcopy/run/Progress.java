package backcopy.run;

/** Told how far a run is. Times are in seconds. */
public interface Progress {
    /** Says nothing. */
    Progress SILENT = new Progress() {};

    /** The run was finished before: nothing is to do. */
    default void found(RunDirectory run) {}

    /**
     * Training begins.
     *
     * @param from updates done before
     * @param steps updates in all
     */
    default void begins(RunDirectory run, long from, long steps) {}

    /** Whether it wants to be told {@link #estimated}, for which the first steps wait. */
    default boolean wantsEstimate() {
        return true;
    }

    /** Before the first step, from a rehearsal. */
    default void estimated(double secondsLeft) {}

    /**
     * After every step.
     *
     * @param step updates done
     * @param seconds since training began
     * @param tokensPerSecond since training began, records and checkpoints included
     */
    default void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {}

    /** Training is over: finished, stopped or failed. */
    default void ends() {}
}
