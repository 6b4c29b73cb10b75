package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Oracle;
import backcopy.task.Task;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Risk, {@code -sum_v P(v) ln softmax(logits)(v)} in nats, of every prediction: <em>backcopy</em> averages over the queries
 * that are triggers, <em>bigram</em> over the others, and excess risk has the entropy of P subtracted. P is the true law for
 * {@code excess.bigram}. {@code risk.bigram} and {@code excess.bigram.paper} take the authors' law, which after
 * {@code <s>} is the whole unigram law: their excess keeps a floor near 0.01. The loss is the mean cross-entropy against the
 * tokens that really came.
 */
final class RiskProbe implements Probe {
    private final Law[] laws; // by current token, null for triggers
    private final Law[] paperLaws;

    RiskProbe(Task task) {
        laws = laws(task, task.oracle());
        paperLaws = laws(task, task.oracle().paper());
        for (int token = 0; token < laws.length; token++)
            if (laws[token] != null && laws[token].isSameAs(paperLaws[token])) paperLaws[token] = laws[token];
    }

    @Override
    public String name() {
        return "risk";
    }

    @Override
    public String about() {
        return "backcopy and bigram risk, their excess over the oracle's, and the loss";
    }

    /** The losses hold the sum of exponentials, which is not taken again: {@code ln sum = loss + logit of the target}. */
    @Override
    public List<String> reads(ModelSpec model) {
        return List.of("logits", "losses");
    }

    @Override
    public Fold fold() {
        return new RiskFold();
    }

    private static Law[] laws(Task task, Oracle oracle) {
        Law[] laws = new Law[task.vocabularySize()];
        double[] row = new double[laws.length];
        for (int token = 0; token < laws.length; token++) {
            if (task.isTrigger(token)) continue;
            oracle.law(token, token, row);
            laws[token] = Law.of(row, oracle.entropy(token));
        }
        return laws;
    }

    /** The law after a token that is no trigger: the tokens it leads to, their probabilities, its entropy in nats. */
    private record Law(int[] tokens, double[] probabilities, double entropy) {
        static Law of(double[] row, double entropy) {
            int[] support =
                    IntStream.range(0, row.length).filter(v -> row[v] > 0).toArray();
            return new Law(
                    support, IntStream.of(support).mapToDouble(v -> row[v]).toArray(), entropy);
        }

        boolean isSameAs(Law other) {
            return Arrays.equals(tokens, other.tokens) && Arrays.equals(probabilities, other.probabilities);
        }

        double risk(double[] logits, int from, double logSum) {
            double risk = 0;
            for (int i = 0; i < tokens.length; i++) risk += probabilities[i] * (logSum - logits[from + tokens[i]]);
            return risk;
        }
    }

    private final class RiskFold implements Fold {
        private static final int BACKCOPY = 0, BIGRAM = 1, BIGRAM_EXCESS = 2, PAPER_EXCESS = 3, LOSS = 4;

        private final Means means = new Means(5);

        @Override
        public void add(Slice slice) {
            double[] logits = slice.read("logits"), losses = slice.read("losses");
            for (int sequence = 0; sequence < slice.sequences(); sequence++)
                for (int position = 0; position < slice.length(); position++)
                    addPrediction(slice, sequence, position, logits, losses[sequence * slice.length() + position]);
        }

        private void addPrediction(Slice slice, int sequence, int position, double[] logits, double loss) {
            int from = (sequence * slice.length() + position) * laws.length;
            double logSum = loss + logits[from + slice.token(sequence, position + 1)];
            int token = slice.token(sequence, position);
            means.add(LOSS, loss);
            if (laws[token] != null) {
                Law law = laws[token], paperLaw = paperLaws[token];
                double risk = law.risk(logits, from, logSum);
                double paperRisk = law == paperLaw ? risk : paperLaw.risk(logits, from, logSum);
                means.add(BIGRAM, paperRisk);
                means.add(PAPER_EXCESS, paperRisk - paperLaw.entropy());
                means.add(BIGRAM_EXCESS, risk - law.entropy());
            } else if (position > 0) { // a trigger at position 0, which the task never writes, has nothing to copy
                means.add(BACKCOPY, logSum - logits[from + slice.token(sequence, position - 1)]);
            }
        }

        @Override
        public void merge(Fold later) {
            means.merge(((RiskFold) later).means);
        }

        @Override
        public void finish(Record record) {
            record.number("loss.evaluation", means.mean(LOSS));
            record.number("risk.backcopy", means.mean(BACKCOPY));
            record.number("risk.bigram", means.mean(BIGRAM));
            record.number("excess.backcopy", means.mean(BACKCOPY)); // the copied token is certain: entropy 0
            record.number("excess.bigram", means.mean(BIGRAM_EXCESS));
            record.number("excess.bigram.paper", means.mean(PAPER_EXCESS));
        }
    }
}
