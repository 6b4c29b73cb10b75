package backcopy.report;

import backcopy.run.Keys;
import backcopy.run.Progress;
import backcopy.run.Provenance;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunStore;
import backcopy.run.Runner;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Runs of a few milliseconds, six steps each; their weights move far enough to be seen. */
final class StoredTinyRuns {
    private static final Provenance HERE = Provenance.here("unknown");
    private static final List<String> TINY = List.of(
            "model.width=8",
            "model.mlpWidth=8",
            "task.sequenceLength=12",
            "train.batchSize=4",
            "train.backend=reference",
            "train.steps=6",
            "optimizer.learningRate=0.2");

    private StoredTinyRuns() {}

    static RunDirectory run(Path store, String... keys) throws IOException {
        RunSpec tiny = Keys.parse(Scale.SMOKE.spec(), Keys.overrides(TINY));
        RunSpec spec = Keys.parse(tiny, Keys.overrides(List.of(keys)));
        return new Runner(new RunStore(store), HERE, () -> false).run(spec, null, Progress.SILENT);
    }

    static List<RunDirectory> softmaxAndRelu(Path store) throws IOException {
        return List.of(run(store), run(store, "model.attention=relu"));
    }

    static Selection selection(List<RunDirectory> runs) {
        return new Selection("tiny runs", runs.stream().map(ReportedRun::of).toList(), Map.of(), List.of(), List.of());
    }
}
