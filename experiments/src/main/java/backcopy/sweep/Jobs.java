package backcopy.sweep;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import backcopy.run.Runner;
import java.util.List;
import java.util.Map;

/**
 * How many cells run at a time, and how they share the threads: never more of them than are given, but for cells on a GPU, which
 * need no thread but to queue their work.
 *
 * @param count cells at a time
 * @param threads of all of them together
 */
public record Jobs(int count, int threads) {
    public Jobs {
        if (count < 1) throw new IllegalArgumentException("--jobs = " + count + " is below 1");
    }

    /** The spec on its job's share of the threads; a spec that names a number of threads keeps it. */
    RunSpec on(RunSpec spec) {
        return spec.train().threads() > 0
                ? spec
                : Keys.parse(spec, Map.of("train.threads", Integer.toString(Math.max(1, threads / count))));
    }

    /** Refuses cells that need more threads than there are. */
    public void require(List<Cell> cells) {
        if (count > threads
                && !cells.stream()
                        .allMatch(cell -> cell.spec().train().backend().equals("cuda")))
            throw new IllegalArgumentException("--jobs = " + count + " is above the number of threads, " + threads);
        for (Cell cell : cells)
            if (count * cell.spec().train().threads() > threads)
                throw new IllegalArgumentException("--jobs = " + count + " with train.threads = "
                        + cell.spec().train().threads() + " needs more than " + threads + " threads");
    }

    /**
     * The seconds that cells need on this machine, by a rehearsal of the first one's steps; writes nothing.
     *
     * @throws IllegalArgumentException when this machine lacks what they run on
     */
    public double seconds(List<CellStatus> cells, Runner runner) {
        return secondsPerWork(cells, runner)
                * cells.stream().mapToDouble(CellStatus::workLeft).sum();
    }

    /** Seconds of a unit of {@link RunSpec#workPerStep}, all jobs together. */
    public double secondsPerWork(List<CellStatus> cells, Runner runner) {
        if (cells.isEmpty()) return 0;
        RunSpec first = cells.get(0).cell().spec();
        return runner.secondsPerStep(on(first)) / first.workPerStep() / count;
    }
}
