package backcopy.theory.prediction;

import backcopy.task.Batch;
import backcopy.task.BatchStream;
import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.TaskSpec;
import backcopy.theory.Construction;
import backcopy.theory.Construction.Positions;
import backcopy.theory.PlainTransformer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** The weights of theorem 1, query by query, on sampled sequences of the paper's task at half its length or less. */
final class ConstructionPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "construction-backcopy",
                    "excess at triggers <= (V-1) e^(1-kappa) + 2 e^(1/2-3 kappa)",
                    "paper, theorem 1; bound own",
                    () -> bounds(0)),
            new Prediction(
                    "construction-bigram",
                    "excess elsewhere <= e^-kappa (1 + 1.5 kappa e^-kappa) + 9/32 kappa^2 e^-2kappa + 2 e^-2kappa",
                    "paper, theorem 1; bound own",
                    () -> bounds(1)),
            new Prediction(
                    "construction-sink",
                    "a query that is no trigger leaves at most 1.5 e^-kappa to tokens other than <s>",
                    "paper, theorem 1; bound own",
                    () -> bounds(2)),
            new Prediction(
                    "construction-rate",
                    "both excess risks fall like e^-kappa",
                    "paper, theorem 1; rate own",
                    ConstructionPredictions::rate));

    private ConstructionPredictions() {}

    /** The largest over all queries of: excess risk at triggers, excess risk elsewhere, leak elsewhere after position 0. */
    private record Worst(double backcopy, double bigram, double leak) {
        static Worst of(Construction construction, BigramBackcopy task) {
            PlainTransformer transformer = new PlainTransformer(construction.weights());
            Batch batch = new BatchStream(task, 3).batch(0, 8);
            double backcopy = 0, bigram = 0, leak = 0;
            double[] law = new double[task.vocabularySize()];
            for (int sequence = 0; sequence < batch.sequences(); sequence++) {
                int from = sequence * (batch.length() + 1);
                int[] tokens = Arrays.copyOfRange(batch.tokens(), from, from + batch.length());
                PlainTransformer.Output output = transformer.forward(tokens);
                for (int position = 0; position < tokens.length; position++) {
                    task.oracle().law(position == 0 ? -1 : tokens[position - 1], tokens[position], law);
                    double excess = divergence(law, output.logits()[position]);
                    if (task.isTrigger(tokens[position])) {
                        backcopy = Math.max(backcopy, excess);
                    } else {
                        bigram = Math.max(bigram, excess);
                        double others = 0; // not 1 minus the sink mass, which would cancel
                        for (int key = 1; key <= position; key++) others += output.pattern()[position][key];
                        leak = Math.max(leak, others);
                    }
                }
            }
            return new Worst(backcopy, bigram, leak);
        }

        double get(int which) {
            return which == 0 ? backcopy : which == 1 ? bigram : leak;
        }
    }

    /** {@code KL(law || softmax(logits))}, nats. */
    private static double divergence(double[] law, double[] logits) {
        double most = Arrays.stream(logits).max().orElseThrow(), sum = 0, risk = 0;
        for (double logit : logits) sum += Math.exp(logit - most);
        for (int token = 0; token < law.length; token++)
            if (law[token] > 0) risk += law[token] * (Math.log(law[token]) + most + Math.log(sum) - logits[token]);
        return risk;
    }

    private static BigramBackcopy task(int length) {
        TaskSpec spec = new TaskSpec(BigramBackcopy.NAME, BigramTable.TINY_SHAKESPEARE, 3, length, 1);
        return new BigramBackcopy(spec, BigramTable.tinyShakespeare());
    }

    private static List<Comparison> bounds(int which) {
        List<Comparison> comparisons = new ArrayList<>();
        for (int length : new int[] {32, 128})
            for (Positions positions : Positions.values())
                for (double kappa : new double[] {1, 8, 16}) {
                    Construction construction = new Construction(task(length), kappa, positions);
                    double bound = which == 0
                            ? construction.backcopyBound()
                            : which == 1 ? construction.bigramBound() : 1 - construction.sinkMassBound();
                    String name = String.format(
                            Locale.ROOT,
                            "T = %d, %s, kappa = %.0f",
                            length,
                            positions.name().toLowerCase(Locale.ROOT).replace('_', '-'),
                            kappa);
                    double worst = Worst.of(construction, task(length)).get(which);
                    comparisons.add(Comparison.atMost(name, bound, worst));
                }
        return comparisons;
    }

    private static List<Comparison> rate() {
        BigramBackcopy task = task(64);
        Worst early = Worst.of(new Construction(task, 8, Positions.ONE_HOT), task);
        Worst late = Worst.of(new Construction(task, 16, Positions.ONE_HOT), task);
        return List.of(
                Comparison.absolute("backcopy", -1, Math.log(late.backcopy / early.backcopy) / 8, 0.02),
                Comparison.absolute("bigram", -1, Math.log(late.bigram / early.bigram) / 8, 0.02));
    }
}
