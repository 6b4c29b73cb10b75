package backcopy.command;

import backcopy.run.Scale;
import picocli.CommandLine.Option;

/** How large the runs of an experiment are. */
final class ScaleOption {
    @Option(
            names = "--scale",
            paramLabel = "S",
            completionCandidates = Candidates.Scales.class,
            description = "smoke, laptop (default), desk or paper")
    private String scale = "laptop";

    Scale scale() {
        return Scale.of(scale);
    }
}
