package backcopy.experiment;

import static backcopy.experiment.SwitchSignature.DRAIN;
import static backcopy.experiment.SwitchSignature.KURTOSIS;
import static backcopy.experiment.SwitchSignature.PEAK;
import static backcopy.experiment.SwitchSignature.SINK;
import static backcopy.experiment.SwitchSignature.SPIKE;

import java.util.List;
import java.util.Set;

/**
 * What the mitigation table compares. A new switch is a line here. What was published is of language models, mostly of one seed;
 * "small study" is the public study of Muon and norms, in two layers of the task's other definition.
 */
final class Switches {
    static final Switch BASELINE = Switch.of("baseline", "softmax, AdamW");

    private static final String ROW = "row rule", AROUND = "around", GATE = "gate", MASK = "mask";
    private static final String NORM = "norm", POSITION = "position", MLP = "MLP";
    private static final String OPTIMIZER = "optimizer", LOSS = "loss", DATA = "data";

    /** The groups that the first of two pictures shows. */
    static final Set<String> OF_ATTENTION = Set.of(ROW, AROUND, GATE, MASK);

    private static final String PAPER = ", arXiv 2410.10781", EMERGES = " % of heads" + PAPER;
    private static final String GATED = ", arXiv 2505.06708", VALUE_STATE = ", arXiv 2510.09017";
    private static final String OUTLIERS = "less of it the larger, arXiv 2405.19279";
    private static final String KAUL = ", arXiv 2410.17174", SUN = ", arXiv 2603.05498", STUDY = ", small study";

    static final List<Switch> ALL = List.of(
            BASELINE,
            Switch.of(ROW, "softmax-1", "model.attention=softmax-n")
                    .shrinks(SINK, "first token strongest 0.333 to 0.022" + KAUL),
            Switch.of(ROW, "sink score", "model.attention=sink-score"),
            Switch.of(ROW, "clipped softmax", "model.attention=clipped-softmax")
                    .shrinks(KURTOSIS, "3932 to 160 in BERT, Liao and Monz"),
            Switch.of(ROW, "ReLU", "model.attention=relu")
                    .grows(DRAIN, "no drain, arXiv 2410.13835")
                    .shrinks(PEAK, "no peak, arXiv 2410.13835"),
            Switch.of(ROW, "ReLU, normalized", "model.attention=relu-normalized"),
            Switch.of(ROW, "sigmoid", "model.attention=sigmoid").shrinks(SINK, "18 to 0.4" + EMERGES),
            Switch.of(ROW, "sigmoid, normalized", "model.attention=sigmoid-normalized")
                    .grows(SINK, "18 to 30" + EMERGES),
            Switch.of(ROW, "sigmoid - log n", "model.attention=sigmoid-log-n"),
            Switch.of(ROW, "sigmoid - log n, normalized", "model.attention=sigmoid-log-n-normalized"),
            Switch.of(ROW, "elu + 1", "model.attention=elu").shrinks(SINK, "18 to 0.8" + EMERGES),
            Switch.of(ROW, "elu + 1, normalized", "model.attention=elu-normalized"),
            Switch.of(ROW, "identity", "model.attention=identity").shrinks(SINK, "18 to 0" + EMERGES),
            Switch.of(ROW, "identity, normalized", "model.attention=identity-normalized"),
            Switch.of(ROW, "elu kernel, normalized", "model.scores=elu", "model.attention=relu-normalized")
                    .grows(SINK, "18 to 54" + EMERGES),
            Switch.of(ROW, "MLP kernel", "model.scores=mlp", "model.attention=identity")
                    .shrinks(SINK, "18 to 0.7" + EMERGES),
            Switch.of(ROW, "MLP kernel, normalized", "model.scores=mlp", "model.attention=identity-normalized")
                    .shrinks(SINK, "18 to 0.2" + EMERGES),
            Switch.of(ROW, "softpick", "model.attention=softpick")
                    .shrinks(SINK, "no sink at 340M, arXiv 2504.20966")
                    .shrinks(SPIKE, "no massive activations at 340M, arXiv 2504.20966"),
            Switch.of(ROW, "sparsemax", "model.attention=sparsemax"),
            Switch.of(ROW, "entmax-1.5", "model.attention=entmax-1.5"),
            Switch.of(ROW, "differential", "model.scores=differential"),
            Switch.of(ROW, "uniform (control)", "model.attention=uniform"),
            Switch.of(AROUND, "sink token", "model.sinkTokens=1")
                    .grows(KURTOSIS, "2987 to 7813 in BERT, with a register"),
            Switch.of(AROUND, "4 sink tokens", "model.sinkTokens=4"),
            Switch.of(AROUND, "K bias", "model.keyBias=per-head").shrinks(SINK, "18 to 0" + EMERGES),
            Switch.of(AROUND, "KV bias", "model.keyBias=per-head", "model.keyBiasValue=learned")
                    .shrinks(SPIKE, "no massive activations, arXiv 2402.17762"),
            Switch.of(AROUND, "K bias, value of norm 20", "model.keyBias=per-head", "model.keyBiasValue=20")
                    .grows(SINK, "18 to 26" + EMERGES),
            Switch.of(AROUND, "V bias", "model.valueBias=per-head"),
            Switch.of(AROUND, "norm of heads", "model.headNorm=rms-norm")
                    .shrinks(SINK, "suppressed in four seeds, arXiv 2605.06611")
                    .shrinks(PEAK, "suppressed in four seeds, arXiv 2605.06611"),
            Switch.of(AROUND, "norm of q and k", "model.queryKeyNorm=rms-norm").shrinks(SPIKE, "3818 to 92" + SUN),
            Switch.of(AROUND, "value residual", "model.valueResidual=0.5")
                    .shrinks(SINK, "less of it, arXiv 2410.17897")
                    .grows(DRAIN, "less of it, arXiv 2410.17897")
                    .shrinks(PEAK, "less of it, arXiv 2410.17897"),
            Switch.of(GATE, "gate, elementwise", "model.gate=elementwise")
                    .shrinks(SINK, "0.467 to 0.048" + GATED)
                    .shrinks(SPIKE, "1053 to 94" + GATED),
            Switch.of(GATE, "gate, headwise", "model.gate=headwise")
                    .shrinks(SINK, "0.467 to 0.073" + GATED)
                    .shrinks(SPIKE, "1053 to 98" + GATED),
            Switch.of(GATE, "gate of own slice", "model.gate=per-head")
                    .shrinks(SPIKE, "no outliers up to 350M, arXiv 2306.12929"),
            Switch.of(GATE, "gate of own slice, from 1/4", "model.gate=per-head", "model.gateBias=-1.0986")
                    .shrinks(SPIKE, "no outliers up to 350M, arXiv 2306.12929"),
            Switch.of(GATE, "gate of own slice, MLP", "model.gate=per-head-mlp")
                    .shrinks(SPIKE, "no outliers up to 350M, arXiv 2306.12929"),
            Switch.of(GATE, "value gate", "model.gate=value")
                    .shrinks(SINK, "0.467 to 0.297" + GATED)
                    .shrinks(SPIKE, "1053 to 125" + GATED),
            Switch.of(GATE, "value-state gate", "model.gate=value-state")
                    .shrinks(SINK, "no sink on this task" + VALUE_STATE)
                    .grows(DRAIN, "no drain on this task" + VALUE_STATE)
                    .shrinks(KURTOSIS, "2177 to 35 in OPT-125m" + VALUE_STATE),
            Switch.of(GATE, "value-state gate, output", "model.gate=value-state-output")
                    .shrinks(SINK, "no sink on this task" + VALUE_STATE)
                    .grows(DRAIN, "no drain on this task" + VALUE_STATE)
                    .shrinks(KURTOSIS, "2177 to 35 in OPT-125m" + VALUE_STATE),
            Switch.of(GATE, "input gate", "model.gate=input"),
            Switch.of(MASK, "window of 4", "model.mask=window", "model.maskSize=4")
                    .shrinks(SINK, "18 % of heads to none at 64 and 128 of 2048" + PAPER),
            Switch.of(MASK, "window of 16", "model.mask=window", "model.maskSize=16"),
            Switch.of(MASK, "prefix of 9, 8 only read", "model.mask=prefix", "model.maskSize=9", "task.prefixLength=8")
                    .shrinks(SINK, "not always at the first" + PAPER),
            Switch.of(MASK, "shifted groups of 16", "model.mask=shifted-groups", "model.maskSize=16"),
            Switch.of(NORM, "sandwich norms", "model.normPlacement=sandwich")
                    .shrinks(SINK, "0.96 to 0.61" + STUDY + "; 46.0 to 44.7 %" + SUN)
                    .grows(DRAIN, "0.073 to 2.37" + STUDY)
                    .shrinks(SPIKE, "246 to 41" + STUDY + "; 3818 to 520" + SUN),
            Switch.of(NORM, "post-norm", "model.normPlacement=post").shrinks(SINK, "18 to 14" + EMERGES),
            Switch.of(NORM, "RMSNorm", "model.norm=rms-norm"),
            Switch.of(NORM, "DyT", "model.norm=dyt")
                    .grows(SINK, "46 to 61 %" + SUN)
                    .shrinks(SPIKE, "3818 to 153" + SUN),
            Switch.of(NORM, "epsilon 1e-12", "model.normEpsilon=1e-12"),
            Switch.of(NORM, "no norm", "model.norm=none"),
            Switch.of(POSITION, "no positions", "model.position=none").shrinks(SINK, "33 to 20" + EMERGES),
            Switch.of(POSITION, "ALiBi", "model.position=alibi").shrinks(SINK, "33 to 21" + EMERGES),
            Switch.of(POSITION, "RoPE", "model.position=rope").shrinks(SINK, "33 to 18" + EMERGES),
            Switch.of(POSITION, "sines and cosines", "model.position=sinusoidal"),
            Switch.of(POSITION, "T5", "model.position=t5"),
            Switch.of(POSITION, "T5's index added", "model.position=t5-index").grows(SINK, "33 to 36" + EMERGES),
            Switch.of(MLP, "GELU", "model.mlp=gelu"),
            Switch.of(MLP, "SiLU", "model.mlp=silu"),
            Switch.of(MLP, "linear MLP", "model.mlp=linear"),
            Switch.of(MLP, "SwiGLU", "model.mlp=swiglu"),
            Switch.of(MLP, "GeGLU", "model.mlp=geglu"),
            Switch.of(MLP, "ReGLU", "model.mlp=reglu"),
            Switch.of(OPTIMIZER, "Adam, epsilon 1e-6", "optimizer.epsilon=1e-6").shrinks(KURTOSIS, OUTLIERS),
            Switch.of(OPTIMIZER, "Adam, epsilon 1e-4", "optimizer.epsilon=1e-4").shrinks(KURTOSIS, OUTLIERS),
            Switch.of(OPTIMIZER, "Adam, coupled decay", "optimizer.name=adam", "optimizer.learningRate=3e-3"),
            Switch.of(OPTIMIZER, "decay 0.5", "optimizer.weightDecay=0.5").grows(SINK, "15 to 41" + EMERGES),
            Switch.of(OPTIMIZER, "decay 5", "optimizer.weightDecay=5").shrinks(SINK, "15 to 0" + EMERGES),
            Switch.of(OPTIMIZER, "clipping at 1", "optimizer.clip=1"),
            Switch.of(OPTIMIZER, "warm-up, cosine", "optimizer.warmup=50", "optimizer.schedule=cosine"),
            Switch.of(OPTIMIZER, "RMSProp", "optimizer.name=rmsprop", "optimizer.learningRate=3e-3")
                    .shrinks(KURTOSIS, "140 to 71" + KAUL),
            Switch.of(OPTIMIZER, "SGD", "optimizer.name=sgd", "optimizer.momentum=0", "optimizer.learningRate=1")
                    .shrinks(KURTOSIS, "140 to 3.2" + KAUL),
            Switch.of(OPTIMIZER, "SGD, momentum", "optimizer.name=sgd", "optimizer.learningRate=0.2")
                    .shrinks(SINK, "0.96 to 0.30" + STUDY)
                    .shrinks(SPIKE, "246 to 15" + STUDY)
                    .shrinks(KURTOSIS, "140 to 5.0" + KAUL),
            Switch.of(OPTIMIZER, "Nesterov", "optimizer.name=nesterov", "optimizer.learningRate=0.2"),
            Switch.of(OPTIMIZER, "signSGD", "optimizer.name=sign-sgd", "optimizer.learningRate=1e-3"),
            Switch.of(OPTIMIZER, "Lion", "optimizer.name=lion", "optimizer.learningRate=1e-3"),
            Switch.of(OPTIMIZER, "Muon", "optimizer.name=muon", "optimizer.adamRate=3e-3")
                    .shrinks(SINK, "0.96 to 0.93" + STUDY)
                    .grows(DRAIN, "0.073 to 0.33" + STUDY)
                    .grows(SPIKE, "246 to 4800" + STUDY),
            Switch.of(
                            OPTIMIZER,
                            "Muon, sandwich norms",
                            "optimizer.name=muon",
                            "optimizer.adamRate=3e-3",
                            "model.normPlacement=sandwich")
                    .grows(DRAIN, "0.073 to 3.50" + STUDY)
                    .shrinks(SPIKE, "246 to 53" + STUDY),
            Switch.of(OPTIMIZER, "OrthoAdam", "optimizer.name=ortho-adam", "optimizer.learningRate=3e-3")
                    .shrinks(KURTOSIS, "140 to 3.0" + KAUL),
            Switch.of(
                            OPTIMIZER,
                            "OrthoAdam, softmax-1",
                            "optimizer.name=ortho-adam",
                            "optimizer.learningRate=3e-3",
                            "model.attention=softmax-n")
                    .shrinks(SINK, "65 to 3 %" + KAUL)
                    .shrinks(KURTOSIS, "1657 to 3.1" + KAUL),
            Switch.of(OPTIMIZER, "Shampoo", "optimizer.name=shampoo", "optimizer.adamRate=3e-3")
                    .shrinks(KURTOSIS, "less of it, arXiv 2405.19279"),
            Switch.of(OPTIMIZER, "SOAP", "optimizer.name=soap", "optimizer.learningRate=3e-3")
                    .shrinks(KURTOSIS, "less of it, arXiv 2405.19279"),
            Switch.of(LOSS, "decorrelation", "train.decorrelation=1").shrinks(SPIKE, "less of it, arXiv 2510.22603"),
            Switch.of(LOSS, "z-loss", "train.zLoss=1e-4"),
            Switch.of(DATA, "no <s>", "task.bosCount=0").shrinks(SINK, "74 to 18" + EMERGES),
            Switch.of(DATA, "no <s>, random first token", "task.bosCount=0", "task.randomTokens=1")
                    .shrinks(SINK, "74 to 27" + EMERGES),
            Switch.of(DATA, "<s> at position 2", "task.bosCount=0", "task.fixedPosition=2"),
            Switch.of(DATA, "10 batches", "train.freshBatches=10")
                    .shrinks(SINK, "18 % of heads to below 1 at 2 % of the data" + PAPER));

    private Switches() {}
}
