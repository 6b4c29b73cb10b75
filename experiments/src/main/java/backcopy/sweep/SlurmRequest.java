package backcopy.sweep;

import java.util.List;

/**
 * What one task of a job array asks SLURM for. Empty texts are left to the cluster.
 *
 * @param partition of the cluster
 * @param time limit of a task, such as {@code 30} (minutes) or {@code 2:00:00}
 * @param memory such as {@code 4G}
 * @param gpus GPUs of a task, 0 for none
 * @param cpus processor cores of a task
 * @param more further options of {@code sbatch}, such as {@code --account=physics}
 */
public record SlurmRequest(String partition, String time, String memory, int gpus, int cpus, List<String> more) {
    public SlurmRequest {
        if (gpus < 0) throw new IllegalArgumentException("--gpus = " + gpus + " is below 0");
        if (cpus < 1) throw new IllegalArgumentException("--cpus = " + cpus + " is below 1");
        more = List.copyOf(more);
        for (String text : more)
            if (!text.startsWith("-"))
                throw new IllegalArgumentException("--sbatch = " + text + " is not an option of sbatch");
        for (String text : List.of(partition, time, memory, String.join("", more)))
            if (text.chars().anyMatch(Character::isISOControl))
                throw new IllegalArgumentException("an option of sbatch has a control character");
    }

    /** The lines {@code #SBATCH}. */
    String lines() {
        StringBuilder lines = new StringBuilder();
        add(lines, "--partition=", partition);
        add(lines, "--time=", time);
        add(lines, "--mem=", memory);
        if (gpus > 0) add(lines, "--gpus=", Integer.toString(gpus));
        add(lines, "--cpus-per-task=", Integer.toString(cpus));
        for (String option : more) add(lines, option, "");
        return lines.toString();
    }

    private static void add(StringBuilder lines, String option, String value) {
        if (!(option.endsWith("=") && value.isEmpty()))
            lines.append("#SBATCH ").append(option).append(value).append('\n');
    }
}
