package backcopy.run;

import backcopy.model.InterventionSpec;
import backcopy.model.ModelSpec;
import backcopy.optim.AdamW;
import backcopy.optim.Schedule;
import backcopy.task.TaskSpec;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How large a run is when no key says otherwise. */
public enum Scale {
    /** A few seconds: everything runs, nothing is learned. */
    SMOKE(32, 32, 64, 3e-3, 40, 16, 0, "everything runs and nothing is learned; by this nothing is judged"),
    /** Half a minute or so on a laptop: the phenomena are there. The larger learning rate makes up for the fewer steps. */
    LAPTOP(
            64,
            64,
            256,
            3e-3,
            5000,
            64,
            0,
            "a miniature of the paper's model (width and length 64) at higher rates. These depend on size, so that their verdicts are "
                    + "about the miniature: how far a residual peak stands out, what ReLU attention does in three layers, and how far "
                    + "apart events lie. Scale desk can decide them"),
    /**
     * The paper's own model, task, rates and steps with a batch of 16 in place of 512: an evening or a night on a laptop. The residual
     * peak and the sink logit grow with updates, not with tokens; the noise of small batches lets the norms of all tokens grow besides.
     */
    DESK(
            256,
            256,
            1024,
            3e-4,
            10_000,
            16,
            64,
            "the paper's model, task, rates and steps with a batch of 16 in place of 512. It can decide the published claims, but for those "
                    + "of step 100,000; the noise of small batches lets the norms of all tokens grow, so that a peak stands out less. It "
                    + "takes an evening to a night: start it and go to bed. Ctrl-C stops it, the same command goes on, and --seeds A..B "
                    + "shares it between machines and nights"),
    /** The settings of arXiv 2410.13835. */
    PAPER(256, 256, 1024, 3e-4, 10_000, 512, 512, "as published; hours for one run of one layer, days for all");

    private final RunSpec spec;
    private final String about;

    Scale(
            int sequenceLength,
            int width,
            int mlpWidth,
            double learningRate,
            long steps,
            int batchSize,
            int evaluationSequences,
            String about) {
        this.about = about;
        AdamW paper = AdamW.DEFAULT;
        spec = new RunSpec(
                new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, sequenceLength, 1),
                new ModelSpec(
                        1,
                        1,
                        width,
                        mlpWidth,
                        "relu",
                        "softmax",
                        "learned",
                        "layer-norm",
                        1e-5,
                        "pre",
                        List.of(),
                        List.of()),
                new AdamW(learningRate, paper.beta1(), paper.beta2(), paper.epsilon(), paper.weightDecay()),
                Schedule.CONSTANT,
                new TrainSpec(steps, batchSize, 42, "auto", 0, ""),
                new RecordSpec(0),
                new CheckpointSpec(0),
                new EvaluationSpec(evaluationSequences, ""),
                InterventionSpec.NONE);
    }

    /** The defaults that keys override. */
    public RunSpec spec() {
        return spec;
    }

    /** What it is, what it can decide, and how long it takes: a sentence or more. */
    public String about() {
        return about;
    }

    /** Whether the model, the task and the rates are the paper's, so that the authors' curves may be drawn over ours. */
    public boolean isPapersModel() {
        return this == DESK || this == PAPER;
    }

    /** What a user types. */
    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The scale that a user typed. */
    public static Scale of(String text) {
        for (Scale scale : values()) if (scale.toString().equals(text)) return scale;
        throw new IllegalArgumentException("scale = " + text + " is not one of "
                + Arrays.stream(values()).map(Scale::toString).collect(Collectors.joining(", ")));
    }
}
