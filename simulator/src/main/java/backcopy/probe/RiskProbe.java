package backcopy.probe;

import backcopy.model.ModelSpec;
import backcopy.task.Oracle;
import backcopy.task.Task;
import java.util.Arrays;
import java.util.List;

/**
 * Risk, {@code -sum_v P(v) ln softmax(logits)(v)} in nats, of every prediction: <em>backcopy</em> averages over the queries
 * that are triggers (in a relative of the task too, where they do something else), <em>bigram</em> over the others, and excess
 * risk has the entropy of P subtracted. P is the true law for {@code excess.bigram}. {@code risk.bigram} and {@code excess.bigram.paper} take the authors' law, which after
 * {@code <s>} is the whole unigram law: their excess keeps a floor near 0.01. The loss is the mean cross-entropy against the
 * tokens that really came, over the predictions that the task's loss counts.
 */
final class RiskProbe implements Probe {
    private final Task task;
    private final Law[] laws; // by current token, null where more than that token decides
    private final Law[] paperLaws;
    private final Oracle oracle;
    private final Oracle paperOracle;

    RiskProbe(Task task) {
        this.task = task;
        oracle = task.oracle();
        paperOracle = oracle.paper();
        laws = laws(task, oracle);
        paperLaws = laws(task, paperOracle);
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
            if (!oracle.isFirstOrder(token)) continue;
            oracle.law(new int[] {token}, 0, row);
            laws[token] = Law.of(row);
        }
        return laws;
    }

    /** A law of the next token: the tokens that it allows, their probabilities, its entropy in nats. */
    private record Law(int[] tokens, double[] probabilities, double entropy) {
        static Law of(double[] row) {
            int count = 0;
            for (double probability : row) if (probability > 0) count++;
            int[] support = new int[count];
            double[] probabilities = new double[count];
            for (int v = 0, i = 0; v < row.length; v++)
                if (row[v] > 0) {
                    support[i] = v;
                    probabilities[i++] = row[v];
                }
            return new Law(support, probabilities, Oracle.entropy(row));
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
        private static final int BACKCOPY = 0,
                BACKCOPY_EXCESS = 1,
                BIGRAM = 2,
                BIGRAM_EXCESS = 3,
                PAPER_EXCESS = 4,
                LOSS = 5;

        private final Means means = new Means(6);
        private final double[] row = new double[laws.length];

        @Override
        public void add(Slice slice) {
            double[] logits = slice.read("logits"), losses = slice.read("losses");
            int[] tokens = new int[slice.length() + 1];
            for (int sequence = 0; sequence < slice.sequences(); sequence++) {
                for (int t = 0; t < tokens.length; t++) tokens[t] = slice.token(sequence, t);
                for (int position = task.firstQuery(); position < slice.length(); position++)
                    addPrediction(tokens, position, logits, losses, sequence * slice.length() + position);
            }
        }

        private void addPrediction(int[] tokens, int position, double[] logits, double[] losses, int row) {
            int from = row * laws.length, token = tokens[position];
            boolean counted = position >= task.leftOut();
            double logSum =
                    counted ? losses[row] + logits[from + tokens[position + 1]] : logSumExp(logits, from, laws.length);
            if (counted) means.add(LOSS, losses[row]);
            if (!task.isTrigger(token)) {
                Law law = law(laws, oracle, tokens, position), paper = law(paperLaws, paperOracle, tokens, position);
                double risk = law.risk(logits, from, logSum);
                double paperRisk = law == paper ? risk : paper.risk(logits, from, logSum);
                means.add(BIGRAM, paperRisk);
                means.add(PAPER_EXCESS, paperRisk - paper.entropy());
                means.add(BIGRAM_EXCESS, risk - law.entropy());
            } else if (position
                    > 0) { // a trigger at position 0, which the paper's task never writes, has nothing to copy
                Law law = law(laws, oracle, tokens, position);
                double risk = law.risk(logits, from, logSum);
                means.add(BACKCOPY, risk);
                means.add(BACKCOPY_EXCESS, risk - law.entropy());
            }
        }

        private static double logSumExp(double[] logits, int from, int count) {
            double top = Double.NEGATIVE_INFINITY, sum = 0;
            for (int v = from; v < from + count; v++) top = Math.max(top, logits[v]);
            for (int v = from; v < from + count; v++) sum += Math.exp(logits[v] - top);
            return top + Math.log(sum);
        }

        private Law law(Law[] firstOrder, Oracle oracle, int[] tokens, int position) {
            Law law = firstOrder[tokens[position]];
            if (law != null) return law;
            oracle.law(tokens, position, row);
            return Law.of(row);
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
            record.number("excess.backcopy", means.mean(BACKCOPY_EXCESS));
            record.number("excess.bigram", means.mean(BIGRAM_EXCESS));
            record.number("excess.bigram.paper", means.mean(PAPER_EXCESS));
        }
    }
}
