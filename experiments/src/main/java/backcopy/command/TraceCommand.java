package backcopy.command;

import backcopy.run.Json;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.run.Trace.Update;
import backcopy.run.WeightsOrigin;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb trace}: forward and backward on given weights and tokens. */
@Command(
        name = "trace",
        description =
                "Runs a run's weights, or those of a file, on given tokens: prints every observable as one JSON object, or "
                        + "with --steps one JSON object an update; exports named arrays. Of a file that is no run's "
                        + "checkpoint, sizes of the model come from the weights, and keys say what shapes cannot tell.",
        footer = {
            "",
            "Example: bb trace --run 3f2a@200 --tokens T.csv",
            "and: bb trace --weights W.safetensors --tokens T.csv --export loss,grad,layers.0.attention.pattern "
                    + "--out O.safetensors model.attention=softmax model.heads=1 model.mlp=relu "
                    + "task.corpus=tiny-shakespeare task.triggers=3"
        })
final class TraceCommand extends Verb implements Callable<Integer> {
    @Mixin
    private RunOptions options;

    @Option(
            names = "--run",
            paramLabel = "ID[@STEP]",
            description = "a stored run's weights, at the last step or at STEP, with the run's own keys")
    private String run;

    @Option(
            names = "--weights",
            paramLabel = "W",
            description = "a safetensors file; a run's checkpoint comes with the run's own keys")
    private Path weights;

    @Mixin
    private StoreBesideOut store;

    @Option(
            names = "--tokens",
            paramLabel = "T",
            description = "token ids, one sequence a line, comma separated; a line's last id is only a target; without"
                    + " it, a run's own evaluation batch")
    private Path tokens;

    @Option(names = "--steps", paramLabel = "N", description = "make N updates on these same tokens")
    private long steps;

    @Option(
            names = "--export",
            split = ",",
            paramLabel = "NAME",
            description =
                    "loss, grad, grad.<weight>, an activation such as layers.0.attention.pattern, or an observable")
    private List<String> export = List.of();

    @Option(names = "--out", paramLabel = "O", description = "the safetensors file for the exported arrays")
    private Path out;

    @Override
    public Integer call() throws Exception {
        if (steps < 0) throw new IllegalArgumentException("--steps = " + steps + " is below 0");
        if (export.isEmpty() != (out == null))
            throw new IllegalArgumentException("--export and --out go together: what to export, and the file for it");
        if (out != null) WritableFile.require("--out", out);
        try (Trace trace = trace()) {
            if (!export.isEmpty()) trace.requireNames(export);
            for (long n = 0; n < steps; n++) beside(out).println(Json.line(words(trace.update())));
            if (steps == 0) beside(out).println(Json.line(trace.observe().numbers()));
            if (out != null) trace.export(export).write(out);
        }
        return 0;
    }

    private Trace trace() {
        if ((run == null) == (weights == null))
            throw new IllegalArgumentException("one of --run and --weights says which weights are traced");
        Map<String, String> keys = options.overrides();
        if (run != null) {
            int at = run.lastIndexOf('@');
            RunDirectory found = StoreOption.find(store.store(), at < 0 ? run : run.substring(0, at));
            return Trace.of(found, step(found, at < 0 ? "" : run.substring(at + 1)), keys, tokens);
        }
        Optional<WeightsOrigin> origin = WeightsOrigin.of(weights, store.store());
        if (origin.isPresent()) {
            RunDirectory of = origin.get().run();
            Trace trace = Trace.of(origin.get(), weights, keys, tokens);
            err().println("weights of run " + of.identity() + " at step "
                    + origin.get().step() + ", with the keys of " + of.path());
            return trace;
        }
        RunSpec defaults = options.scale(Scale.PAPER).spec();
        Trace.requireTold(weights, keys, defaults);
        if (tokens == null) throw new IllegalArgumentException("--weights " + weights + " needs --tokens T.csv");
        return Trace.of(defaults, keys, weights, tokens);
    }

    private static long step(RunDirectory run, String step) {
        List<Long> steps = run.checkpoints().steps();
        if (step.isEmpty() && steps.isEmpty())
            throw new IllegalArgumentException("--run " + run.identity() + " has no checkpoint");
        if (step.isEmpty()) return steps.get(steps.size() - 1);
        if (!step.matches("[0-9]{1,18}"))
            throw new IllegalArgumentException("--run " + run.identity() + "@" + step + " is not of the form ID@STEP");
        return Long.parseLong(step);
    }

    private static Map<String, Object> words(Update update) {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("step", update.step());
        words.put("loss", update.loss());
        words.put("gradient.norm", update.gradientNorms());
        words.put("weight.norm", update.weightNorms());
        return words;
    }
}
