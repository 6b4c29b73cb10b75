package backcopy.experiment;

import static backcopy.experiment.Ablation.base;
import static backcopy.experiment.Ablation.larger;
import static backcopy.experiment.Ablation.smaller;

import backcopy.experiment.Ablation.Group;
import backcopy.experiment.Ablations.Sheet;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.List;

/**
 * What positions, masks, norms, MLPs, biases and the form of attention do to the sink, beside what "When Attention Sink
 * Emerges" (arXiv 2410.10781) found of 60 million parameters. Where something did not matter there, the claim is that the
 * sink is there: above uniform attention. Rows that do not sum to one are seen both as they are and made to sum to one, as the
 * published numbers are.
 *
 * <p>Windows hide {@code <s>} from most queries, so those are compared that see it through all windows. A prefix needs a second
 * layer: the queries that see more by it are its own, which count for no loss.
 */
public final class ArchitectureAblations implements Experiment {
    private static final SinkAttention FIRST = SinkAttention.ofFirst(4), LEAD = SinkAttention.lead(9);
    private static final SinkAttention ROWS = SinkAttention.ALPHA_OF_ROWS, IN_FRONT = SinkAttention.IN_FRONT;
    private static final String BIAS = "model.keyBias=per-head";
    private static final String LAYERS = "model.layers=2", READ = "task.prefixLength=8";
    private static final String IDENTITY = "model.attention=identity", MLP = "model.scores=mlp";

    private static final List<Group> POSITIONS_AND_MASKS = List.of(
            Group.of(
                    "Positions",
                    base("RoPE", "model.position=rope"),
                    larger("none", "18 to 20", "model.position=none"),
                    larger("sines and cosines", "18 to 33", "model.position=sinusoidal"),
                    larger("a learned table", "18 to 33"),
                    larger("ALiBi", "18 to 21", "model.position=alibi"),
                    larger("T5's index added", "18 to 36", "model.position=t5-index")),
            Group.of(
                    "Windows",
                    base("4", "model.mask=window", "model.maskSize=4").by(FIRST),
                    larger("16", "none to some", "model.mask=window", "model.maskSize=16")
                            .by(FIRST),
                    larger("32", "none to some", "model.mask=window", "model.maskSize=32")
                            .by(FIRST),
                    larger("all", "none to 18").by(FIRST),
                    larger(
                                    "groups of 16, 2 heads",
                                    "as windows",
                                    "model.mask=shifted-groups",
                                    "model.maskSize=16",
                                    "model.heads=2")
                            .by(FIRST)),
            Group.of(
                    "Prefix, 2 layers",
                    base("causal", LAYERS, READ).by(LEAD),
                    smaller(
                                    "prefix of 9",
                                    "not always the first",
                                    LAYERS,
                                    READ,
                                    "model.mask=prefix",
                                    "model.maskSize=9")
                            .by(LEAD)),
            Group.of(
                    "Place of norms",
                    base("before parts"),
                    smaller("behind sums", "18 to 14", "model.normPlacement=post")),
            Group.of(
                    "A sink all the same",
                    base("uniform attention").by(SinkAttention.UNIFORM),
                    larger("no positions", "20", "model.position=none"),
                    larger("T5, learned", "36, its index added", "model.position=t5"),
                    larger("2 heads", "no effect", "model.heads=2"),
                    larger("4 heads", "no effect", "model.heads=4"),
                    larger("GELU", "14 to 18", "model.mlp=gelu"),
                    larger("SiLU", "14 to 18", "model.mlp=silu"),
                    larger("SwiGLU", "14 to 18", "model.mlp=swiglu"),
                    larger("GeGLU", "14 to 18", "model.mlp=geglu"),
                    larger("ReGLU", "14 to 18", "model.mlp=reglu"),
                    larger("post-norm", "14", "model.normPlacement=post"),
                    larger("value bias", "stays at the first token", "model.valueBias=per-head")));

    private static final List<Group> BIASES_AND_FORMS = List.of(
            Group.of(
                    "Keys in front",
                    base("as trained"),
                    smaller("sink token", "moves to that token", "model.sinkTokens=1"),
                    smaller("key bias", "18 to 0", BIAS),
                    smaller("key and value bias", "as a key bias", BIAS, "model.keyBiasValue=learned"),
                    larger("key bias, on its key", "18 to 73", BIAS).by(IN_FRONT),
                    larger("sink token, on itself", "as a key bias", "model.sinkTokens=1")
                            .by(IN_FRONT)),
            Group.of(
                    "Value norm: on bias",
                    base("0", BIAS).by(IN_FRONT),
                    smaller("1", "73 to 70", BIAS, "model.keyBiasValue=1").by(IN_FRONT),
                    smaller("5", "73 to 44", BIAS, "model.keyBiasValue=5").by(IN_FRONT),
                    smaller("20", "73 to 2", BIAS, "model.keyBiasValue=20").by(IN_FRONT)),
            Group.of("Value norm: on <s>", base("0", BIAS), larger("20", "0 to 26", BIAS, "model.keyBiasValue=20")),
            Group.of(
                    "Forms, rows sum to 1",
                    base("softmax"),
                    smaller("sigmoid", "18 to 0.4", "model.attention=sigmoid").by(ROWS),
                    larger("sigmoid / sum", "18 to 30", "model.attention=sigmoid-normalized"),
                    smaller("elu + 1", "18 to 0.8", "model.attention=elu").by(ROWS),
                    larger("kernel elu + 1 / sum", "18 to 54", "model.attention=relu-normalized", "model.scores=elu")
                            .by(ROWS),
                    smaller("kernel identity", "18 to 0", IDENTITY).by(ROWS),
                    smaller("kernel MLP", "18 to 0.7", IDENTITY, MLP).by(ROWS),
                    smaller("kernel MLP / sum", "18 to 0.2", "model.attention=identity-normalized", MLP)
                            .by(ROWS)),
            Group.of(
                    "Forms as they are",
                    base("softmax"),
                    smaller("sigmoid", "18 to 0.4 of rows", "model.attention=sigmoid"),
                    smaller("elu + 1", "18 to 0.8 of rows", "model.attention=elu"),
                    smaller("kernel identity", "18 to 0 of rows", IDENTITY),
                    smaller("kernel MLP", "18 to 0.7 of rows", IDENTITY, MLP),
                    smaller("kernel MLP / sum", "18 to 0.2 of rows", "model.attention=identity-normalized", MLP)));

    private static final Ablations ABLATIONS = new Ablations(
            "architecture-ablations",
            List.of(
                    new Sheet("positions-and-masks", POSITIONS_AND_MASKS),
                    new Sheet("biases-and-forms", BIASES_AND_FORMS)));

    private static final Plan PLAN = ABLATIONS.plan();

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ArchitectureAblations(), arguments);
    }

    @Override
    public String name() {
        return "architecture-ablations";
    }

    @Override
    public String about() {
        return "how positions, masks, norms, biases and attention's form make or break the sink, beside the published directions";
    }

    @Override
    public String laptopTime() {
        return "12 min";
    }

    @Override
    public List<String> figures() {
        return List.of("architecture-ablations");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) throws IOException {
        return ABLATIONS.analyze(PLAN, scale, runs);
    }
}
