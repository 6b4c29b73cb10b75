package backcopy.sweep;

import backcopy.run.Progress;
import backcopy.run.RunDirectory;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * The cells of a sweep that are to be done, counted, and what is left of their work. Cells of different shapes are compared
 * by their multiplications; the time left follows from what all of them together have done lately, so that a slow beginning
 * (Java compiles) and a machine that others use now and then are forgotten.
 */
public final class SweepAgenda {
    /** Work of so long ago counts 1/e of what is done now. */
    private static final double MEMORY_SECONDS = 20;

    private final Map<String, Double> left = new LinkedHashMap<>();
    private final Map<String, Long> running = new LinkedHashMap<>();
    private final Set<String> found = new LinkedHashSet<>();
    private final Set<String> elsewhere = new LinkedHashSet<>();
    private final Set<String> cells = new LinkedHashSet<>();
    private final SweepProgress progress;
    private long last = System.nanoTime();
    private double seconds;
    private int finished;
    private int failed;
    private double done;
    private double tokens;

    /** Of nothing so far. */
    public SweepAgenda(SweepProgress progress) {
        this.progress = progress;
    }

    /** Cells to be done, each counted once however often it is told. */
    public synchronized void expect(Collection<Cell> more) {
        for (Cell cell : more) if (cells.add(cell.run())) left.put(cell.run(), work(cell));
    }

    /** Multiplications of a whole cell. */
    static double work(Cell cell) {
        return cell.spec().workPerStep()
                * (cell.spec().train().steps() - cell.spec().train().firstStep());
    }

    synchronized void takesUp(Cell cell) {
        running.put(cell.run(), System.nanoTime());
        elsewhere.remove(cell.run());
    }

    /** Another process writes it. */
    synchronized void leaves(Cell cell) {
        running.remove(cell.run());
        elsewhere.add(cell.run());
    }

    synchronized void finished(Cell cell) {
        long since = running.remove(cell.run());
        left.remove(cell.run());
        finished++;
        if (found.contains(cell.run())) progress.found(cell);
        else progress.finished(cell, (System.nanoTime() - since) * 1e-9);
    }

    synchronized void failed(Cell cell, String reason) {
        running.remove(cell.run());
        left.remove(cell.run());
        failed++;
        progress.failed(cell, reason);
    }

    synchronized void stopped(Cell cell) {
        running.remove(cell.run());
    }

    /** What a cell's run is told to. */
    Progress of(Cell cell) {
        double workPerStep = cell.spec().workPerStep();
        return new Progress() {
            /** The sweep has its own, and the compiler is warm after the first. */
            @Override
            public boolean wantsEstimate() {
                return false;
            }

            @Override
            public void found(RunDirectory run) {
                synchronized (SweepAgenda.this) {
                    found.add(cell.run());
                }
            }

            @Override
            public void begins(RunDirectory run, long from, long steps) {
                synchronized (SweepAgenda.this) {
                    left.put(cell.run(), workPerStep * (steps - from));
                    if (from > cell.spec().train().firstStep()) progress.resumes(cell, from);
                }
            }

            @Override
            public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
                synchronized (SweepAgenda.this) {
                    left.put(cell.run(), workPerStep * (steps - step));
                    pass();
                    done += workPerStep;
                    tokens += (double) cell.spec().train().batchSize()
                            * cell.spec().task().sequenceLength();
                    tell();
                }
            }
        };
    }

    /** Time goes by, and what was done fades with it. */
    private void pass() {
        long now = System.nanoTime();
        double since = (now - last) * 1e-9, kept = Math.exp(-since / MEMORY_SECONDS);
        last = now;
        seconds = seconds * kept + since;
        done *= kept;
        tokens *= kept;
    }

    private void tell() {
        double all = left.values().stream().mapToDouble(Double::doubleValue).sum();
        progress.at(
                new SweepProgress.Count(cells.size(), finished, failed, running.size(), elsewhere.size()),
                tokens / seconds,
                all / done * seconds);
    }
}
