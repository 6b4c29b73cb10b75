package backcopy.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What is kept of a run at a step where it was finished and is not any more, since it went on: in {@code finished/}, under the
 * step's name, {@code run.json}, {@code config.yaml} and the arrays as they were. The first is written last and so says that all
 * of it is there.
 *
 * @param run the run's directory
 */
record FinishedStep(Path run, long step) {
    private static final String DIRECTORY = "finished";

    /** The steps that are kept, ascending. */
    static List<Long> steps(Path run) {
        return files(run, "json").steps();
    }

    boolean isKept() {
        return Files.exists(state());
    }

    Path state() {
        return files(run, "json").path(step);
    }

    Path config() {
        return files(run, "yaml").path(step);
    }

    Path observables() {
        return files(run, "npz").path(step);
    }

    /** Keeps a step; one that is kept already stays as it is. */
    void keep(RunSpec spec, Body observables, RunState state) throws IOException {
        if (isKept()) return;
        Files.createDirectories(state().getParent());
        observables.writeTo(observables());
        ConfigFile.write(config(), spec);
        WholeFile.write(state(), Json.pretty(state));
    }

    /** Makes a file, whole. */
    interface Body {
        void writeTo(Path file) throws IOException;
    }

    private static StepFiles files(Path run, String extension) {
        return new StepFiles(run.resolve(DIRECTORY), extension);
    }
}
