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
    /**
     * K threads on one run do the work of K to this power. Alone on two cores, two do that of 1.92 to 2.08 at five workloads (bb
     * bench --runs 2), on a busy machine that of 1.3; more threads have been measured nowhere. So it leans to runs side by side.
     */
    private static final double SPEED_UP = 0.85;

    public Jobs {
        if (count < 1) throw new IllegalArgumentException("--jobs = " + count + " is below 1");
    }

    /**
     * As many as should finish runs that are alike soonest; bits do not depend on it.
     *
     * @param runs how many
     * @param threads to be shared
     */
    public static Jobs forRuns(int runs, int threads) {
        int best = 1;
        for (int count = 2; count <= Math.min(runs, threads); count++)
            if (time(runs, count, threads) < time(runs, best, threads)) best = count;
        return new Jobs(best, threads);
    }

    /** Of all runs, in units of one run on one thread. */
    private static double time(int runs, int count, int threads) {
        return Math.ceil((double) runs / count) / Math.pow((double) (threads / count), SPEED_UP);
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

    /** The part of a processor that each thread would have now, as others use this machine too; of cells on a GPU, 1. */
    public double share(List<CellStatus> cells) {
        RunSpec first = on(cells.get(0).cell().spec());
        return first.train().backend().equals("cuda")
                ? 1
                : ProcessorShare.of(
                        Math.min(count, cells.size()) * first.train().threads());
    }

    /**
     * The seconds that cells need on this machine with all its processors, by a rehearsal of the first one's steps; writes
     * nothing.
     *
     * @throws IllegalArgumentException when this machine lacks what they run on
     */
    public double seconds(List<CellStatus> cells, Runner runner) {
        return secondsPerWork(cells, runner) * work(cells);
    }

    /** Seconds of a unit of {@link RunSpec#workPerStep}, all jobs together. */
    public double secondsPerWork(List<CellStatus> cells, Runner runner) {
        if (cells.isEmpty()) return 0;
        RunSpec first = cells.get(0).cell().spec();
        double workPerStep = first.workPerStep();
        return runner.secondsPerStep(on(first), work(cells) / count / workPerStep) / workPerStep / count;
    }

    private static double work(List<CellStatus> cells) {
        return cells.stream().mapToDouble(CellStatus::workLeft).sum();
    }
}
