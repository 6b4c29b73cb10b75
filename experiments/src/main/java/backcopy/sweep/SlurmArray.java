package backcopy.sweep;

import backcopy.run.RunStore;
import backcopy.run.WholeFile;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Job arrays of a sweep: which cells a task does, the script, and what was submitted before. In {@code sweeps/NAME/slurm/},
 * for each submission {@code 0001.tasks} (a task a line, its runs with commas between), {@code 0001.sh}, and {@code 0001.job},
 * SLURM's number for it.
 */
public final class SlurmArray {
    /** A cluster's usual MaxArraySize, less one. */
    private static final int MOST_TASKS = 1000;
    /** Time to save before a task's limit. SLURM counts in minutes. */
    private static final int SIGNAL_SECONDS = 60;

    private final Sweep sweep;
    private final Path store;
    private final Path directory;
    private final Slurm slurm;

    public SlurmArray(Sweep sweep, RunStore store, Slurm slurm) {
        this.sweep = sweep;
        this.store = store.root().toAbsolutePath().normalize();
        this.slurm = slurm;
        directory = new SweepDirectory(store, sweep.name()).slurm();
    }

    /**
     * Deals cells to tasks, in order, so that one takes about as long as is asked.
     *
     * @param secondsPerWork of a unit of {@link backcopy.run.RunSpec#workPerStep}, with all that a task runs at a time
     */
    public static List<List<Cell>> byTime(List<CellStatus> cells, double secondsPerWork, double taskSeconds) {
        double all = cells.stream().mapToDouble(CellStatus::workLeft).sum() * secondsPerWork;
        double longest = Math.max(taskSeconds, all / MOST_TASKS * 1.5);
        List<List<Cell>> tasks = new ArrayList<>();
        double left = 0;
        for (CellStatus cell : cells) {
            double seconds = cell.workLeft() * secondsPerWork;
            if (tasks.isEmpty() || left < seconds) {
                tasks.add(new ArrayList<>());
                left = longest;
            }
            tasks.get(tasks.size() - 1).add(cell.cell());
            left -= seconds;
        }
        return tasks;
    }

    /** Deals so many cells to each task. */
    public static List<List<Cell>> byCount(List<Cell> cells, int perTask) {
        if (perTask < 1) throw new IllegalArgumentException("--cells-per-task = " + perTask + " is below 1");
        int each = Math.max(perTask, (cells.size() + MOST_TASKS - 1) / MOST_TASKS);
        List<List<Cell>> tasks = new ArrayList<>();
        for (int i = 0; i < cells.size(); i += each) tasks.add(cells.subList(i, Math.min(cells.size(), i + each)));
        return tasks;
    }

    /** The runs that tasks of earlier submissions still wait for or work on. */
    public Set<String> queued() throws IOException {
        Set<String> runs = new HashSet<>();
        for (Path job : files(".job")) {
            List<String> tasks = Files.readAllLines(sibling(job, ".tasks"));
            for (int task : slurm.queued(Files.readString(job).strip()))
                if (task < tasks.size()) runs.addAll(List.of(tasks.get(task).split(",")));
        }
        return runs;
    }

    /** SLURM's numbers of what was submitted, oldest first. */
    public List<String> jobs() throws IOException {
        List<String> jobs = new ArrayList<>();
        for (Path job : files(".job")) jobs.add(Files.readString(job).strip());
        return jobs;
    }

    /**
     * Writes tasks and script, and submits them.
     *
     * @param command the launcher and the words that every task gives it, such as {@code bb sweep rates --out runs}
     * @return SLURM's number of the job
     */
    public String submit(List<List<Cell>> tasks, List<String> command, Path workplace, SlurmRequest request)
            throws IOException {
        Files.createDirectories(directory);
        Path list = nextList();
        WholeFile.write(
                list,
                tasks.stream()
                                .map(task -> task.stream().map(Cell::run).collect(Collectors.joining(",")))
                                .collect(Collectors.joining("\n"))
                        + "\n");
        Path script = sibling(list, ".sh");
        WholeFile.write(script, script(list, tasks.size(), command, workplace, request));
        String job = slurm.submit(script);
        WholeFile.write(sibling(list, ".job"), job + "\n");
        return job;
    }

    String script(Path list, int tasks, List<String> command, Path workplace, SlurmRequest request) {
        return "#!/bin/sh\n"
                + "#SBATCH --job-name=backcopy-" + sweep.name() + "\n"
                + "#SBATCH --array=0-" + (tasks - 1) + "\n"
                + "#SBATCH --output=" + quoted(directory.toAbsolutePath().normalize() + "/%A-%a.log") + "\n"
                + "#SBATCH --chdir=" + quoted(workplace.toString()) + "\n"
                + "#SBATCH --requeue\n#SBATCH --open-mode=append\n"
                + "#SBATCH --signal=B:TERM@" + SIGNAL_SECONDS + "\n"
                + request.lines()
                + "# A task a line, its runs with commas between. What is finished is found, what was begun goes on.\n"
                + "runs=$(sed -n \"$((SLURM_ARRAY_TASK_ID + 1))p\" "
                + quoted(list.toAbsolutePath().normalize().toString())
                + ")\n"
                + "export BB_BUILD=off\n"
                + "exec " + command.stream().map(SlurmArray::quoted).collect(Collectors.joining(" "))
                + " --only \"$runs\"\n";
    }

    /** As the shell reads it. */
    private static String quoted(String text) {
        return text.matches("[A-Za-z0-9_./=:@%+-]+") ? text : "'" + text.replace("'", "'\\''") + "'";
    }

    /** A new empty file, of this process alone. */
    private Path nextList() throws IOException {
        for (int i = files(".tasks").size() + 1; ; i++) {
            try {
                return Files.createFile(directory.resolve(String.format(Locale.ROOT, "%04d.tasks", i)));
            } catch (FileAlreadyExistsException taken) {
                continue;
            }
        }
    }

    private List<Path> files(String extension) throws IOException {
        if (!Files.isDirectory(directory)) return List.of();
        TreeMap<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(file -> file.getFileName().toString().matches("[0-9]{4,}" + extension))
                    .forEach(file -> files.put(file.getFileName().toString(), file));
        }
        return List.copyOf(files.values());
    }

    private static Path sibling(Path file, String extension) {
        String name = file.getFileName().toString();
        return file.resolveSibling(name.substring(0, name.indexOf('.')) + extension);
    }
}
