package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.AuthorsCurves;
import backcopy.figure.Figures;
import backcopy.model.Intervention;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.model.Intervention.ZeroMlp;
import backcopy.probe.Record;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.Trace;
import java.util.Arrays;
import java.util.List;

/**
 * What the parts of the one-layer model do (arXiv 2410.13835, interventions): the MLP holds the bigram law, and backcopy needs
 * attention as well. Parts of the trained model are removed in the forward pass; nothing is trained again.
 */
public final class ActiveDormant implements Experiment {
    private static final String BACKCOPY = "Backcopy excess risk", BIGRAM = "Bigram excess risk";
    private static final List<String> MODELS = List.of("full model", "no MLP", "no attention");
    /** Sequences of the evaluation batch that are looked at. */
    private static final int SEQUENCES = 128;
    /** A part of the risk of guessing below which something is done, above which it is not. */
    private static final double DONE = 0.1, LOST = 0.5;
    /** The tokens that the authors' guess is among: the task's, without the delimiter that never comes. */
    private static final double GUESSED_TOKENS = 66;

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new ActiveDormant(), arguments);
    }

    @Override
    public String name() {
        return "active-dormant";
    }

    @Override
    public String about() {
        return "the MLP holds the bigram law and attention does backcopy: parts removed from the model (paper, interventions)";
    }

    @Override
    public String laptopTime() {
        return "no runs of its own after sink-emergence";
    }

    @Override
    public List<String> figures() {
        return List.of("interventions");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return SinkEmergence.PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Ensemble ensemble = SinkEmergence.PLAN.ensembles(scale, runs).get(0);
        double[][] backcopy = new double[MODELS.size()][runs.size()], bigram = new double[MODELS.size()][runs.size()];
        double[] guess = new double[runs.size()]; // excess risk of guessing a token, not after triggers
        for (int run = 0; run < runs.size(); run++)
            try (Trace trace = Trace.of(runs.get(run), ensemble.last(), SEQUENCES)) {
                for (int m = 0; m < MODELS.size(); m++) {
                    Record record = trace.observe(removed(MODELS.get(m)));
                    backcopy[m][run] = record.number("excess.backcopy");
                    bigram[m][run] = record.number("excess.bigram.paper");
                    double oracle = record.number("risk.bigram") - record.number("excess.bigram.paper");
                    guess[run] = Math.log(GUESSED_TOKENS) - oracle;
                }
            }
        return new Findings(verdicts(backcopy, bigram, guess), List.of(drawing(ensemble, backcopy, bigram, guess)));
    }

    private static List<Intervention> removed(String model) {
        return switch (model) {
            case "no MLP" -> List.of(new ZeroMlp(0));
            case "no attention" -> List.of(new ForcePattern(0, -1, ForcedPattern.zero()));
            default -> List.of();
        };
    }

    private static List<Verdict> verdicts(double[][] backcopy, double[][] bigram, double[] guess) {
        double chance = Math.log(GUESSED_TOKENS);
        double authorsGuess = chance - 2.219267; // the oracle on their evaluation batch
        return List.of(
                Verdict.below(
                                "the full model copies",
                                "backcopy excess risk over that of guessing",
                                DONE,
                                shares(backcopy[0], chance))
                        .published(AuthorsCurves.bar("interventions", 0) / chance),
                Verdict.below(
                                "and knows the bigram law",
                                "bigram excess risk over that of guessing",
                                DONE,
                                shares(bigram[0], guess))
                        .published(AuthorsCurves.bar("interventions", 3) / authorsGuess),
                Verdict.above(
                                "without MLP the bigram law is lost",
                                "bigram excess risk over that of guessing",
                                LOST,
                                shares(bigram[1], guess))
                        .published(AuthorsCurves.bar("interventions", 4) / authorsGuess),
                Verdict.above(
                                "without MLP copying is lost",
                                "backcopy excess risk over that of guessing",
                                LOST,
                                shares(backcopy[1], chance))
                        .published(AuthorsCurves.bar("interventions", 1) / chance),
                Verdict.above(
                                "without attention copying is lost",
                                "backcopy excess risk over that of guessing",
                                LOST,
                                shares(backcopy[2], chance))
                        .published(AuthorsCurves.bar("interventions", 2) / chance),
                Verdict.below(
                                "without attention the bigram law stays",
                                "bigram excess risk over that of guessing",
                                DONE,
                                shares(bigram[2], guess))
                        .published(AuthorsCurves.bar("interventions", 5) / authorsGuess));
    }

    private static double[] shares(double[] risks, double chance) {
        double[] chances = new double[risks.length];
        Arrays.fill(chances, chance);
        return shares(risks, chances);
    }

    private static double[] shares(double[] risks, double[] chances) {
        return Ensemble.paired(risks, chances, (risk, chance) -> risk / chance);
    }

    private static Drawing drawing(Ensemble runs, double[][] backcopy, double[][] bigram, double[] guess) {
        Points points = new Points();
        for (int m = 0; m < MODELS.size(); m++) {
            points.add(BACKCOPY, MODELS.get(m), "trained model", AuthorsCurves.bar("interventions", m), backcopy[m]);
            points.add(BIGRAM, MODELS.get(m), "trained model", AuthorsCurves.bar("interventions", 3 + m), bigram[m]);
        }
        points.line(BACKCOPY, "guessing at random", Math.log(GUESSED_TOKENS));
        points.line(BIGRAM, "guessing at random", SeedInterval.of(guess).mean());
        return new Drawing(Figures.named("interventions"), Settings.of(runs.specs()), points.table());
    }
}
