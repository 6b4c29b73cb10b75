package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Residual norms in one layer (arXiv 2410.13835, appendix, one-layer dynamics): there is no peak of {@code <s>}. The norms of all
 * tokens that are no trigger grow, {@code <s>} among them.
 */
public final class ResidualGrowth implements Experiment {
    private static final String NORM = "layers.0.residual.norm.";
    private static final List<String> ROLES = List.of("triggers", "others", "bos");
    /** A token stands out when its norm is more than this many times the others'. */
    private static final double PEAK = 2;
    /** Positions of the authors' sequence that are no trigger, after {@code <s>}; and its triggers. */
    private static final int[] OTHERS = {1, 3, 4, 5, 6, 8, 9}, TRIGGERS = {2, 7};

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ResidualGrowth(), arguments);
    }

    @Override
    public String name() {
        return "residual-growth";
    }

    @Override
    public String about() {
        return "one layer has no residual peak of <s>: all tokens that are no trigger grow (paper, one-layer dynamics)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("residual-growth");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return SinkEmergence.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble ensemble = SinkEmergence.PLAN.ensembles(scale, runs).get(0);
        Drawing drawing = new Drawing(Figures.named("residual-growth"), Settings.of(ensemble.specs()), table(ensemble));
        return new Findings(verdicts(ensemble), List.of(drawing));
    }

    private static List<Verdict> verdicts(Ensemble runs) {
        double[] bos = runs.finals(NORM + "bos");
        double[] others = runs.finals(NORM + "others");
        double[] triggers = runs.finals(NORM + "triggers");
        return List.of(
                Verdict.above(
                                "tokens that are no trigger grow",
                                "their residual norm, end over start",
                                2,
                                Ensemble.paired(others, runs.firsts(NORM + "others"), (end, start) -> end / start))
                        .atLeast(0)
                        .published(authors(OTHERS, true) / authors(OTHERS, false)),
                Verdict.above(
                                "<s> grows",
                                "its residual norm, end over start",
                                2,
                                Ensemble.paired(bos, runs.firsts(NORM + "bos"), (end, start) -> end / start))
                        .atLeast(0)
                        .published(authors(new int[1], true) / authors(new int[1], false)),
                Verdict.below(
                                "<s> does not stand out",
                                "its residual norm over that of tokens that are no trigger, at the end",
                                PEAK,
                                Ensemble.paired(bos, others, (a, b) -> a / b))
                        .atLeast(0)
                        .published(authors(new int[1], true) / authors(OTHERS, true)),
                Verdict.below(
                                "triggers grow less",
                                "their residual norm over that of the others, at the end",
                                1,
                                Ensemble.paired(triggers, others, (a, b) -> a / b))
                        .atLeast(0)
                        .published(authors(TRIGGERS, true) / authors(OTHERS, true)));
    }

    /** Mean of the authors' norms at some positions, at the first step or at the end of a run of {@link Scale#PAPER}. */
    private static double authors(int[] positions, boolean atEnd) {
        long step = atEnd ? Scale.PAPER.spec().train().steps() : 0;
        Table row = AuthorsCurves.oneLayerResidualByPosition().where("step", s -> s == step);
        return IntStream.of(positions)
                .mapToDouble(position -> row.numbers("position." + position)[0])
                .average()
                .orElseThrow();
    }

    /** Roles take the place of conditions. */
    private static Table table(Ensemble runs) {
        Table.Rows rows = Table.rows("condition", "seed", "step", "norm", "growth");
        Map<String, String> names = Map.of("bos", "<s>", "others", "other tokens", "triggers", "triggers");
        for (String role : ROLES)
            for (int run = 0; run < runs.runs().size(); run++) {
                Curve curve = runs.curve(run, NORM + role);
                for (int i = 0; i < curve.steps().length; i++)
                    rows.add(
                            names.get(role),
                            runs.seed(run),
                            curve.steps()[i],
                            curve.values()[i],
                            curve.values()[i] / curve.first());
            }
        return rows.table();
    }
}
