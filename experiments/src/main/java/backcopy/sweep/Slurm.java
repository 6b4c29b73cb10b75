package backcopy.sweep;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** The two commands of SLURM that a sweep needs. */
public interface Slurm {
    /** Those of this machine. */
    Slurm INSTALLED = new Installed();

    /** Refuses a machine without SLURM, before anything is written for it. */
    void require() throws IOException;

    /**
     * Submits a script.
     *
     * @return SLURM's number of the job
     * @throws IllegalArgumentException when SLURM refuses it or is not there, with its words
     */
    String submit(Path script) throws IOException;

    /** The tasks of a job that have not ended. */
    List<Integer> queued(String job) throws IOException;

    /** Calls {@code sbatch} and {@code squeue}. */
    final class Installed implements Slurm {
        private Installed() {}

        @Override
        public void require() throws IOException {
            call("sbatch", "--version");
        }

        @Override
        public String submit(Path script) throws IOException {
            Answer answer = call("sbatch", "--parsable", script.toString());
            if (answer.code != 0)
                throw new IllegalArgumentException("sbatch refused " + script + ": " + answer.words());
            return answer.lastLine().split(";", 2)[0];
        }

        /** A job that SLURM has forgotten is over; squeue has an error for that. */
        @Override
        public List<Integer> queued(String job) throws IOException {
            Answer answer = call("squeue", "--noheader", "--array", "--jobs=" + job, "--format=%K");
            if (answer.code != 0 && answer.text.contains("Invalid job id")) return List.of();
            if (answer.code != 0)
                throw new IllegalArgumentException("squeue refused job " + job + ": " + answer.words());
            return answer.text
                    .lines()
                    .map(String::strip)
                    .filter(line -> line.matches("[0-9]+"))
                    .map(Integer::valueOf)
                    .toList();
        }

        private static Answer call(String... command) throws IOException {
            Process process;
            try {
                process = new ProcessBuilder(command).redirectErrorStream(true).start();
            } catch (IOException e) {
                throw new IllegalArgumentException(
                        "--engine slurm needs the command " + command[0] + ", which cannot be started here", e);
            }
            process.getOutputStream().close();
            String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            try {
                return new Answer(process.waitFor(), text);
            } catch (InterruptedException e) {
                process.destroy();
                Thread.currentThread().interrupt();
                throw new IOException("interrupted while " + command[0] + " ran", e);
            }
        }
    }

    /** What a command said. */
    record Answer(int code, String text) {
        String words() {
            return text.strip().replaceAll("\\s+", " ");
        }

        String lastLine() {
            String[] lines = text.strip().split("\n");
            return lines[lines.length - 1].strip();
        }
    }
}
