package backcopy.sweep;

import backcopy.run.RunDirectory;
import backcopy.run.RunStore;
import java.util.Locale;
import java.util.Optional;

/**
 * How far a cell is.
 *
 * @param failure why it failed, in one line, or empty
 * @param steps updates that its run has saved
 */
public record CellStatus(Cell cell, State state, String failure, long steps) {
    /** What became of a cell so far. */
    public enum State {
        /** Its run has come to the last step. */
        FINISHED,
        /** Some process writes its run now. */
        RUNNING,
        /** It was tried, and is not tried again without being asked to. */
        FAILED,
        /** It was begun, then stopped or killed; it goes on from its checkpoint. */
        STOPPED,
        /** Nothing was done yet. */
        WAITING;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Multiplications of the steps that are not saved, but for a factor. */
    double workLeft() {
        long from = Math.max(steps, cell.spec().train().firstStep());
        return Math.max(0, cell.spec().train().steps() - from) * cell.spec().workPerStep();
    }

    static CellStatus of(Cell cell, RunStore store, SweepDirectory directory) {
        try {
            Optional<RunDirectory> run = store.lookup(cell.run());
            long wanted = cell.spec().train().steps();
            if (run.isPresent() && run.get().isFinishedAt(wanted))
                return new CellStatus(cell, State.FINISHED, "", wanted);
            long come = run.map(begun -> begun.state().steps()).orElse(0L);
            // A run that has come by what the cell asks for is replayed up to there.
            long steps = come > wanted ? 0 : come;
            if (run.isPresent() && run.get().isBeingWritten()) return new CellStatus(cell, State.RUNNING, "", steps);
            Optional<String> failure = directory.failure(cell);
            if (failure.isPresent()) return new CellStatus(cell, State.FAILED, failure.get(), steps);
            return new CellStatus(cell, run.isPresent() ? State.STOPPED : State.WAITING, "", steps);
        } catch (IllegalArgumentException damaged) {
            return new CellStatus(cell, State.FAILED, damaged.getMessage(), 0);
        }
    }
}
