package backcopy.command;

import backcopy.sweep.SlurmRequest;
import java.util.List;
import picocli.CommandLine.Option;

/** What {@code bb sweep --engine slurm} passes on. */
final class SlurmOptions {
    @Option(names = "--partition", paramLabel = "P", description = "slurm: the partition")
    private String partition = "";

    @Option(
            names = "--time",
            paramLabel = "T",
            description = "slurm: time limit of a task, such as 30 (minutes) or 2:00:00")
    private String time = "";

    @Option(names = "--memory", paramLabel = "M", description = "slurm: memory of a task, such as 4G")
    private String memory = "";

    @Option(names = "--gpus", paramLabel = "N", description = "slurm: GPUs of a task (default: none)")
    private int gpus;

    @Option(names = "--cpus", paramLabel = "N", description = "slurm: cores of a task (default: ${DEFAULT-VALUE})")
    private int cpus = 1;

    @Option(
            names = "--task-minutes",
            paramLabel = "N",
            description = "slurm: how long a task is to take, by this machine's speed (default: ${DEFAULT-VALUE})")
    private double minutes = 10;

    @Option(names = "--cells-per-task", paramLabel = "N", description = "slurm: instead of --task-minutes")
    private Integer cells;

    @Option(
            names = "--sbatch",
            paramLabel = "OPTION",
            description = "slurm: any other option, as --sbatch=--account=me")
    private List<String> more = List.of();

    /** Refuses them where nothing is submitted. */
    void requireUnused() {
        boolean given =
                !(partition + time + memory).isEmpty() || gpus != 0 || cpus != 1 || cells != null || !more.isEmpty();
        if (given)
            throw new IllegalArgumentException(
                    "--partition, --time, --memory, --gpus, --cpus, --cells-per-task and --sbatch need --engine slurm");
    }

    SlurmRequest request() {
        return new SlurmRequest(partition, time, memory, gpus, cpus, more);
    }

    int cpus() {
        return cpus;
    }

    double seconds() {
        if (!(minutes > 0)) throw new IllegalArgumentException("--task-minutes = " + minutes + " is not above 0");
        return minutes * 60;
    }

    /** Cells of a task, or null where its time decides. */
    Integer cells() {
        return cells;
    }
}
