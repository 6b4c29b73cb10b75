package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import backcopy.run.StoredModel;
import backcopy.train.CachePolicy;
import backcopy.train.CachedStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What a sink means for a cache: sequences four times as long as the model, through a cache as long as the model, with
 * positions that are cache indices (StreamingLLM, arXiv 2309.17453; H2O, arXiv 2306.14048). One layer, so that this is exactly
 * what a cache of keys and values gives: see {@link CachedStream}.
 */
public final class Streaming implements Experiment {
    private static final String SOFTMAX = "softmax", RELU = "ReLU";
    /** What a lost sink costs differs much between seeds: ten of them, and long enough that every sink is whole. */
    private static final Plan PLAN = Plan.EMPTY
            .withSeeds(Scale.LAPTOP, 10)
            .and(SOFTMAX)
            .and(RELU, "model.attention=relu")
            .at(Scale.LAPTOP, "train.steps=3000", "record.every=500");

    private static final int TIMES = 4;
    private static final String WITHIN = "trained length";
    /** A cost below this, about the excess risk that training has left, counts as none. */
    private static final double MARGIN = 0.01;

    private static final CachePolicy WINDOW = CachePolicy.window();
    private static final CachePolicy SINK = CachePolicy.sink();
    private static final CachePolicy HIDDEN = CachePolicy.hidden();
    private static final CachePolicy NEWLINE = CachePolicy.replaced(0, "newline"); // the first id is the line feed's
    private static final CachePolicy H2O = CachePolicy.heavyHitters();
    private static final List<CachePolicy> POLICIES = List.of(SINK, WINDOW, HIDDEN, NEWLINE, H2O);

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new Streaming(), arguments);
    }

    @Override
    public String name() {
        return "streaming";
    }

    @Override
    public String about() {
        return "long sequences through a short cache: window, kept or evicted sink, H2O; softmax and ReLU (StreamingLLM)";
    }

    @Override
    public String laptopTime() {
        return "12 min";
    }

    @Override
    public List<String> figures() {
        return List.of("streaming");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return PLAN.runs(scale);
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Rows rows = new Rows();
        Map<String, Map<String, List<CachedStream.Result>>> results = new LinkedHashMap<>();
        for (Ensemble ensemble : PLAN.ensembles(scale, runs)) {
            Map<String, List<CachedStream.Result>> own = results(ensemble, sequences(scale));
            results.put(ensemble.name(), own);
            own.forEach((policy, seeds) -> rows.add(
                            ensemble.name(), policy, "", "bigram", each(seeds, CachedStream.Result::bigram))
                    .add(ensemble.name(), policy, "", "backcopy", each(seeds, CachedStream.Result::backcopy))
                    .add(ensemble.name(), policy, "", "kept", each(seeds, CachedStream.Result::kept)));
        }
        String setting = PLAN.settings(scale, runs) + ", streams of " + TIMES + " times the length";
        return new Findings(
                verdicts(results.get(SOFTMAX), results.get(RELU)),
                List.of(new Drawing(Figures.named("streaming"), setting, rows.table())));
    }

    /** Sequences of a stream: their spread is to be small beside that of the seeds. */
    private static int sequences(Scale scale) {
        return scale == Scale.SMOKE ? 2 : 64;
    }

    private static Map<String, List<CachedStream.Result>> results(Ensemble ensemble, int sequences) {
        Map<String, List<CachedStream.Result>> results = new LinkedHashMap<>();
        for (RunDirectory run : ensemble.runs())
            try (StoredModel model = new StoredModel(run, ensemble.last())) {
                CachedStream stream = model.stream(TIMES, sequences);
                results.computeIfAbsent(WITHIN, policy -> new ArrayList<>()).add(stream.within());
                for (CachePolicy policy : POLICIES)
                    results.computeIfAbsent(policy.name(), name -> new ArrayList<>())
                            .add(stream.beyond(policy));
            }
        return results;
    }

    private static List<Verdict> verdicts(
            Map<String, List<CachedStream.Result>> softmax, Map<String, List<CachedStream.Result>> relu) {
        String bigram = "bigram excess risk, less that with the sink kept";
        return List.of(
                Verdict.below(
                        "softmax: with the sink kept, a stream costs no more than the trained length",
                        "bigram excess risk, less that within the trained length",
                        MARGIN,
                        cost(softmax, SINK.name(), WITHIN, CachedStream.Result::bigram)),
                Verdict.above("softmax: the recent window alone costs", bigram, 0, bigram(softmax, WINDOW)),
                Verdict.above("softmax: a sink that cannot be looked at costs", bigram, 0, bigram(softmax, HIDDEN)),
                Verdict.above("softmax: another token in its place costs", bigram, 0, bigram(softmax, NEWLINE)),
                Verdict.above(
                        "softmax: the recent window alone costs backcopy",
                        "backcopy risk, less that with the sink kept",
                        0,
                        cost(softmax, WINDOW.name(), SINK.name(), CachedStream.Result::backcopy)),
                Verdict.above(
                                "softmax: H2O keeps <s>, though nothing tells it to",
                                "share of caches that hold <s> at the end",
                                0.9,
                                each(softmax.get(H2O.name()), CachedStream.Result::kept))
                        .in(0, 1),
                Verdict.below("softmax: H2O costs no more than the sink kept", bigram, MARGIN, bigram(softmax, H2O)),
                Verdict.below("ReLU: the recent window alone costs nothing", bigram, MARGIN, bigram(relu, WINDOW)),
                Verdict.above(
                        "the window costs softmax more than ReLU",
                        "difference of the two costs in bigram excess risk",
                        0,
                        Ensemble.differences(bigram(softmax, WINDOW), bigram(relu, WINDOW))));
    }

    /** [seeds] what a policy costs beside the sink kept. */
    private static double[] bigram(Map<String, List<CachedStream.Result>> results, CachePolicy policy) {
        return cost(results, policy.name(), SINK.name(), CachedStream.Result::bigram);
    }

    private static double[] cost(
            Map<String, List<CachedStream.Result>> results,
            String policy,
            String beside,
            ToDoubleFunction<CachedStream.Result> risk) {
        return Ensemble.differences(each(results.get(policy), risk), each(results.get(beside), risk));
    }

    private static double[] each(List<CachedStream.Result> seeds, ToDoubleFunction<CachedStream.Result> quantity) {
        return seeds.stream().mapToDouble(quantity).toArray();
    }
}
