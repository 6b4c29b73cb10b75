package backcopy.command;

import backcopy.run.Json;
import backcopy.run.Scale;
import backcopy.run.Trace;
import backcopy.run.Trace.Update;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code bb trace}: forward and backward on given weights and tokens. */
@Command(
        name = "trace",
        description =
                "Runs given weights on given tokens: prints every observable as one JSON object, or with --steps one "
                        + "JSON object an update; exports named arrays. Sizes of the model come from the weights.",
        footer = {
            "",
            "Example: bb trace --weights W.safetensors --tokens T.csv --export loss,grad,layers.0.attention.pattern "
                    + "--out O.safetensors"
        })
final class TraceCommand extends Verb implements Callable<Integer> {
    @Mixin
    private RunOptions options;

    @Option(names = "--weights", required = true, paramLabel = "W", description = "a safetensors file")
    private Path weights;

    @Option(
            names = "--tokens",
            required = true,
            paramLabel = "T",
            description = "token ids, one sequence a line, comma separated; a line's last id is only a target")
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
        try (Trace trace = Trace.of(options.scale(Scale.PAPER).spec(), options.overrides(), weights, tokens)) {
            if (!export.isEmpty()) trace.requireNames(export);
            for (long n = 0; n < steps; n++) beside(out).println(Json.line(words(trace.update())));
            if (steps == 0) beside(out).println(Json.line(trace.observe().numbers()));
            if (out != null) trace.export(export).write(out);
        }
        return 0;
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
