package backcopy.sweep;

/** Told how far a sweep is, by one thread at a time. */
public interface SweepProgress {
    /** Says nothing. */
    SweepProgress SILENT = new SweepProgress() {};

    /**
     * Before anything runs.
     *
     * @param missing cells to be done, of so many {@code all}
     * @param together how many at a time
     * @param seconds that it takes, NaN where that is not known
     */
    default void begins(int missing, int all, int together, double seconds) {}

    /** A cell goes on from a checkpoint, of the step {@code from}. */
    default void resumes(Cell cell, long from) {}

    /** A cell is finished, {@code seconds} after it was taken up. */
    default void finished(Cell cell, double seconds) {}

    /** Another process has finished a cell. */
    default void found(Cell cell) {}

    /** A cell failed; the others go on. */
    default void failed(Cell cell, String reason) {}

    /** After every step of any cell. */
    default void at(Count count, double tokensPerSecond, double secondsLeft) {}

    /** Nothing more is running. */
    default void ends() {}

    /**
     * Of the cells to be done.
     *
     * @param elsewhere cells that another process is writing
     */
    record Count(int cells, int finished, int failed, int running, int elsewhere) {}
}
