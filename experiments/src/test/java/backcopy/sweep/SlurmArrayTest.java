package backcopy.sweep;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.run.Provenance;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Job arrays with a stand-in for SLURM; {@code .ci/slurm-test} has the real one. */
class SlurmArrayTest {
    private static final SlurmRequest REQUEST = new SlurmRequest("long", "30", "4G", 1, 2, List.of("--account=me"));

    @TempDir
    private Path directory;

    private RunStore store;
    private Sweep sweep;
    private final Queue slurm = new Queue();

    @BeforeEach
    void planned() {
        store = new RunStore(directory.resolve("a store"));
        Map<String, List<String>> keys = new LinkedHashMap<>();
        keys.put("train.seed", Values.of("train.seed", "1..5"));
        keys.put("model.layers", List.of("1", "3"));
        sweep = Sweep.plan(
                new SweepSpec("five", "smoke", keys, List.of(), 0, 0),
                store,
                new Runner(store, new Provenance("abc", "17", "Linux", "two cores", "", 0), () -> false));
    }

    @Test
    void tasksHoldEveryCellOnceAndLastAboutAsLongAsAsked() {
        List<CellStatus> cells = SweepStatus.of(sweep, sweep.cells(), store).cells();
        double perWork = 60 / cells.get(0).workLeft(); // a minute for one layer
        List<List<Cell>> tasks = SlurmArray.byTime(cells, perWork, 5 * 60);
        assertEquals(sweep.cells(), tasks.stream().flatMap(List::stream).toList());
        for (List<Cell> task : tasks.subList(0, tasks.size() - 1)) {
            double minutes = task.stream().mapToDouble(SweepAgenda::work).sum() * perWork / 60;
            assertTrue(minutes > 2.5 && minutes <= 5, minutes + " minutes");
        }
        assertEquals(10, SlurmArray.byTime(cells, perWork, 1).size(), "a cell is not split");
        assertEquals(
                List.of(4, 4, 2),
                SlurmArray.byCount(sweep.cells(), 4).stream().map(List::size).toList());
    }

    @Test
    void moreCellsThanAnArrayHasTasksShareThem() {
        List<CellStatus> cell =
                SweepStatus.of(sweep, sweep.cells(), store).cells().subList(0, 1);
        List<CellStatus> many = new ArrayList<>();
        for (int i = 0; i < 5000; i++) many.addAll(cell);
        assertTrue(SlurmArray.byTime(many, 1 / cell.get(0).workLeft(), 1).size() <= 1000);
        assertTrue(SlurmArray.byCount(many.stream().map(CellStatus::cell).toList(), 1)
                        .size()
                <= 1000);
    }

    @Test
    void theScriptAsksForWhatWasAskedAndRunsTheTasksLine() throws IOException {
        SlurmArray array = new SlurmArray(sweep, store, slurm);
        List<List<Cell>> tasks = SlurmArray.byCount(sweep.cells(), 6);
        assertEquals("70", array.submit(tasks, List.of("/a bb/it's", "sweep", "five"), directory, REQUEST));
        Path slurmFiles = store.root().resolve("sweeps/five/slurm");
        List<String> script = Files.readAllLines(slurmFiles.resolve("0001.sh"));
        assertEquals(
                List.of(
                        "#!/bin/sh",
                        "#SBATCH --job-name=backcopy-five",
                        "#SBATCH --array=0-1",
                        "#SBATCH --output='" + slurmFiles + "/%A-%a.log'",
                        "#SBATCH --chdir=" + directory,
                        "#SBATCH --requeue",
                        "#SBATCH --open-mode=append",
                        "#SBATCH --signal=B:TERM@60",
                        "#SBATCH --partition=long",
                        "#SBATCH --time=30",
                        "#SBATCH --mem=4G",
                        "#SBATCH --gpus=1",
                        "#SBATCH --cpus-per-task=2",
                        "#SBATCH --account=me"),
                script.subList(0, 14));
        assertEquals("exec '/a bb/it'\\''s' sweep five --only \"$runs\"", script.get(script.size() - 1));
        assertEquals(
                tasks.stream()
                        .map(task ->
                                String.join(",", task.stream().map(Cell::run).toList()))
                        .toList(),
                Files.readAllLines(slurmFiles.resolve("0001.tasks")));
    }

    @Test
    void whatIsQueuedIsKnownUntilItEnds() throws IOException {
        SlurmArray array = new SlurmArray(sweep, store, slurm);
        assertEquals(Set.of(), array.queued());
        List<List<Cell>> tasks = SlurmArray.byCount(sweep.cells(), 6);
        array.submit(tasks, List.of("bb"), directory, REQUEST);
        array.submit(tasks.subList(0, 1), List.of("bb"), directory, REQUEST);
        assertEquals(List.of("70", "71"), array.jobs());
        slurm.queued.put("70", List.of(1));
        assertEquals(runs(tasks.get(1)), array.queued());
        slurm.queued.put("71", List.of(0));
        assertEquals(runs(sweep.cells()), array.queued());
        slurm.queued.clear();
        assertEquals(Set.of(), array.queued());
    }

    @Test
    void aRequestThatCannotBeIsRefused() {
        assertRefused("--cpus = 0 is below 1", "", 0, 0, List.of());
        assertRefused("--gpus = -1 is below 0", "", -1, 1, List.of());
        assertRefused("--sbatch = account is not an option of sbatch", "", 0, 1, List.of("account"));
        assertRefused("an option of sbatch has a control character", "a\n#SBATCH --uid=0", 0, 1, List.of());
    }

    private static void assertRefused(String reason, String partition, int gpus, int cpus, List<String> more) {
        assertEquals(
                reason,
                assertThrows(
                                IllegalArgumentException.class,
                                () -> new SlurmRequest(partition, "", "", gpus, cpus, more))
                        .getMessage());
    }

    private static Set<String> runs(List<Cell> cells) {
        return Set.copyOf(cells.stream().map(Cell::run).toList());
    }

    /** Gives numbers from 70 on, and says of each job what the test says. */
    private static final class Queue implements Slurm {
        private final Map<String, List<Integer>> queued = new LinkedHashMap<>();
        private int next = 70;

        @Override
        public void require() {}

        @Override
        public String submit(Path script) {
            return Integer.toString(next++);
        }

        @Override
        public List<Integer> queued(String job) {
            return queued.getOrDefault(job, List.of());
        }
    }
}
