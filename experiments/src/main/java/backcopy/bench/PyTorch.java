package backcopy.bench;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** PyTorch in a process of its own, which does what it is told line by line and else nothing. */
final class PyTorch implements AutoCloseable {
    private static final String MAIN = "backcopy.pytorch.PyTorchMain";
    private static final String ANSWER = "> ";
    private static final String CORE = "Core: ";

    private final PyTorchConfiguration configuration;
    private final Process process;
    private final Writer questions;
    private final BufferedReader lines;
    private final long parameters;
    private final String libraries;
    /** The kind of processor that OpenBLAS chose its kernels for; empty where another library works. */
    private String core = "";

    private double lastLoss;

    /**
     * @param spec resolved
     * @param place the directory that the module pytorch was built in
     * @throws IOException when it does not start
     */
    PyTorch(PyTorchConfiguration configuration, RunSpec spec, Path place) throws IOException {
        this.configuration = configuration;
        List<String> command = new ArrayList<>(configuration.java(place.resolve("javacpp")));
        command.addAll(List.of("-cp", classPath(place), MAIN));
        Keys.flatten(spec).forEach((key, value) -> command.add(key + "=" + value));
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
        configuration.choose(builder.environment(), spec.train().threads());
        process = builder.start();
        questions = process.outputWriter(StandardCharsets.UTF_8);
        lines = process.inputReader(StandardCharsets.UTF_8);
        String[] ready = answer().split(" ");
        parameters = Long.parseLong(ready[0]);
        libraries = ready[2].replace(",", ", ") + core;
        require(Integer.parseInt(ready[1]) == spec.train().threads(), "works with " + ready[1] + " threads");
        require(configuration.fits(List.of(ready[2].split(","))), "loaded other matmul libraries: " + ready[2]);
    }

    private static String classPath(Path place) throws IOException {
        return place.resolve("backcopy-pytorch.jar")
                + File.pathSeparator
                + Files.readString(place.resolve("class-path")).strip();
    }

    private void require(boolean holds, String otherwise) throws IOException {
        if (holds) return;
        close();
        throw new IOException("PyTorch with " + configuration.name() + " " + otherwise);
    }

    /** The matmul libraries that it has loaded, and what OpenBLAS says of its kernels. */
    String libraries() {
        return libraries;
    }

    /** How many numbers it trains. */
    long parameters() {
        return parameters;
    }

    /**
     * One step; its loss before the update.
     *
     * @param microBatch sequences that pass forward and backward at a time; their gradients are summed for one update
     */
    double step(int microBatch) throws IOException {
        return lastLoss = Double.parseDouble(ask("step " + microBatch));
    }

    /** Micro-batches for at least {@code seconds}, with an update after each whole batch; tokens a second. */
    double trial(int microBatch, double seconds) throws IOException {
        return Double.parseDouble(ask(String.format(Locale.ROOT, "trial %d %.9f", microBatch, seconds)));
    }

    /** Whole steps for at least {@code seconds}; tokens a second. */
    double window(int microBatch, double seconds) throws IOException {
        String[] words = ask(String.format(Locale.ROOT, "window %d %.9f", microBatch, seconds))
                .split(" ");
        lastLoss = Double.parseDouble(words[1]);
        return Double.parseDouble(words[0]);
    }

    /** The loss of the last step, before its update. */
    double lastLoss() {
        return lastLoss;
    }

    ProcessHandle handle() {
        return process.toHandle();
    }

    /** The most memory that it has held, in bytes; 0 where the system does not tell. */
    long peakMemory() throws IOException {
        return PeakMemory.resident(Path.of("/proc/" + process.pid() + "/status"));
    }

    private String ask(String question) throws IOException {
        questions.write(question + "\n");
        questions.flush();
        return answer();
    }

    /** The next answer; what libraries print in between is passed over. */
    private String answer() throws IOException {
        String last = "it said nothing";
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith(ANSWER)) return line.substring(ANSWER.length());
            if (line.startsWith(CORE)) core = "; core " + line.substring(CORE.length());
            if (line.contains("Error") || line.contains("Exception")) last = line.strip();
        }
        throw new IOException("PyTorch with " + configuration.name() + " ended: " + last);
    }

    @Override
    public void close() {
        process.destroy();
    }
}
