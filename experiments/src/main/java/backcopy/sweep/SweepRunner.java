package backcopy.sweep;

import backcopy.backend.DeviceException;
import backcopy.run.Provenance;
import backcopy.run.Reason;
import backcopy.run.RunBusyException;
import backcopy.run.RunDirectory;
import backcopy.run.RunState;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.train.NonFiniteLossException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/**
 * Runs cells of a sweep, some at a time, each on threads of its own. A cell that fails is recorded with its reason and does
 * not stop the others; a store that takes no more bytes stops all of them. Several processes may run the same sweep: a run
 * that another one writes is left to it, and looked at again when the rest is done.
 */
public final class SweepRunner {
    /** Between two looks at a run that another process writes. */
    private static final long PAUSE_MILLISECONDS = 500;
    /** What a store has room for, if it is not the disk that made a cell fail. */
    private static final int ROOM_BYTES = 1 << 20;

    private final Sweep sweep;
    private final RunStore store;
    private final SweepDirectory directory;
    private final Runner runner;
    private final BooleanSupplier stop;
    private final SweepProgress progress;
    private final AtomicReference<IOException> full = new AtomicReference<>();
    private final Deque<Cell> waiting = new ArrayDeque<>();
    private final Deque<Cell> elsewhere = new ArrayDeque<>();
    /** The runs of cells that are not done, for those that go on from one of them. */
    private final Set<String> open = new LinkedHashSet<>();

    /**
     * @param machine where it runs, but for the backend
     * @param stop asked after every step; when true, every cell is saved
     */
    public SweepRunner(Sweep sweep, RunStore store, Provenance machine, BooleanSupplier stop, SweepProgress progress) {
        this.sweep = sweep;
        this.store = store;
        this.stop = () -> stop.getAsBoolean() || full.get() != null;
        this.progress = progress;
        directory = new SweepDirectory(store, sweep.name());
        runner = new Runner(store, machine, this.stop);
    }

    /**
     * Runs the cells that are not finished.
     *
     * @param cells of the sweep
     * @param jobs how many at a time
     * @param retry also those that failed before
     * @return how the cells stand then
     * @throws IOException when the store takes no more bytes; every run is in its last good state
     */
    public SweepStatus run(List<Cell> cells, Jobs jobs, boolean retry) throws IOException {
        return run(cells, jobs, retry, new SweepAgenda(progress));
    }

    /** The same as a part of something larger, whose agenda may have other cells too. */
    public SweepStatus run(List<Cell> cells, Jobs jobs, boolean retry, SweepAgenda agenda) throws IOException {
        for (CellStatus status : SweepStatus.of(sweep, cells, store).cells()) {
            boolean failedBefore = directory.failure(status.cell()).isPresent();
            if (status.state() != CellStatus.State.FINISHED && (retry || !failedBefore)) waiting.add(status.cell());
        }
        waiting.forEach(cell -> open.add(cell.run()));
        Set<String> parents = new LinkedHashSet<>();
        waiting.forEach(cell -> parents.add(cell.spec().train().from()));
        parents.remove("");
        for (String parent : parents) store.keepCheckpoint(parent);
        agenda.expect(waiting);
        ExecutorService pool = Executors.newFixedThreadPool(jobs.count());
        List<Future<?>> lanes = new ArrayList<>();
        for (int job = 0; job < jobs.count(); job++)
            lanes.add(pool.submit(() -> {
                for (Cell cell = next(); cell != null; cell = next()) if (attempt(cell, jobs, agenda)) isDone(cell);
                return null;
            }));
        pool.shutdown();
        try {
            for (Future<?> lane : lanes) await(lane);
        } finally {
            progress.ends();
        }
        if (full.get() != null) throw full.get();
        return SweepStatus.of(sweep, cells, store);
    }

    /** The next cell to try, or null when nothing is left to do. */
    private synchronized Cell next() throws InterruptedException {
        while (!stop.getAsBoolean() && !(waiting.isEmpty() && elsewhere.isEmpty())) {
            for (Cell cell : waiting)
                if (!goesOnFromAnOpenOne(cell)) {
                    waiting.remove(cell);
                    return cell;
                }
            wait(PAUSE_MILLISECONDS);
            waiting.addAll(elsewhere);
            elsewhere.clear();
        }
        return null;
    }

    private boolean goesOnFromAnOpenOne(Cell cell) {
        String from = cell.spec().train().from();
        return !from.isEmpty() && open.stream().anyMatch(run -> run.startsWith(from.substring(0, from.indexOf('@'))));
    }

    private synchronized void isDone(Cell cell) {
        open.remove(cell.run());
        notifyAll();
    }

    /** @return whether the cell is done, or failed; false where it is left to another process */
    private boolean attempt(Cell cell, Jobs jobs, SweepAgenda agenda) throws IOException {
        agenda.takesUp(cell);
        try {
            if (store.lookup(cell.run()).filter(RunDirectory::isBeingWritten).isPresent()) {
                leave(cell, agenda);
                return false;
            }
            directory.forgive(cell);
            RunDirectory run = runner.run(jobs.on(cell.spec()), null, agenda.of(cell));
            if (run.state().status() == RunState.Status.FINISHED) agenda.finished(cell);
            else agenda.stopped(cell);
        } catch (RunBusyException e) {
            leave(cell, agenda);
            return false;
        } catch (IOException e) {
            if (hasRoom()) fail(cell, Reason.of(e), "", agenda);
            else full.compareAndSet(null, e);
        } catch (IllegalArgumentException | NonFiniteLossException | DeviceException e) {
            fail(cell, e.getMessage(), "", agenda);
        } catch (OutOfMemoryError e) {
            fail(cell, "the memory does not suffice", "", agenda);
        } catch (RuntimeException e) {
            // A mistake of ours in one cell is no reason to lose a night's others.
            StringWriter trace = new StringWriter();
            e.printStackTrace(new PrintWriter(trace));
            fail(cell, e.toString(), "\n" + trace, agenda);
        }
        return true;
    }

    private synchronized void leave(Cell cell, SweepAgenda agenda) {
        agenda.leaves(cell);
        elsewhere.add(cell);
    }

    private void fail(Cell cell, String reason, String more, SweepAgenda agenda) throws IOException {
        String line = reason.lines().findFirst().orElse("");
        agenda.failed(cell, line);
        directory.fail(cell, line + more);
    }

    /** Tries: what a file system says of its space leaves quotas out. */
    private boolean hasRoom() {
        try {
            Path trial = Files.createTempFile(store.root(), ".trial", ".tmp");
            try {
                Files.write(trial, new byte[ROOM_BYTES]);
                return true;
            } finally {
                Files.delete(trial);
            }
        } catch (IOException e) {
            return false;
        }
    }

    private static void await(Future<?> lane) throws IOException {
        try {
            lane.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) throw failure;
            throw new AssertionError("a lane of the sweep ended", e.getCause());
        }
    }
}
