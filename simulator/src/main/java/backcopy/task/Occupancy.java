package backcopy.task;

/**
 * The exact law of every position of {@link BigramBackcopy}, and what follows from it: how often triggers come, and the
 * least loss that any predictor can have. Nothing is sampled.
 *
 * <p>The process has a memory of two tokens, but a trigger's predecessor is all that matters of it. With
 * {@code p_t(c) = P(x_t = c)} over non-triggers and {@code b_t(c) = P(x_{t-1} = c, x_t a trigger)},
 * {@code P(x_{t+1} = j) = sum_c p_t(c) C[c][j] + b_t(j)} and {@code b_{t+1}(c) = p_t(c) sum_{triggers q} C[c][q]}.
 */
public final class Occupancy {
    private final BigramBackcopy task;
    private final double[][] laws; // [T + 1 (position), vocabulary]

    /** @param task with one {@code <s>}, no delimiter, and triggers that always copy */
    public Occupancy(BigramBackcopy task) {
        if (!task.isPlain()) throw new IllegalArgumentException("the occupancy is that of the plain process only");
        this.task = task;
        int vocabularySize = task.vocabularySize();
        double[][] conditional = task.table().conditional();
        int[] triggers = task.triggers();
        laws = new double[task.sequenceLength() + 1][vocabularySize];
        laws[0][task.bos()] = 1;
        task.oracle().law(-1, task.bos(), laws[1]);
        double[] beforeTrigger = new double[vocabularySize];
        for (int t = 1; t < task.sequenceLength(); t++) {
            double[] law = laws[t];
            double[] next = laws[t + 1];
            System.arraycopy(beforeTrigger, 0, next, 0, vocabularySize);
            for (int token = 0; token < vocabularySize; token++) {
                if (task.isTrigger(token)) continue;
                double[] row = conditional[token];
                for (int j = 0; j < vocabularySize; j++) next[j] += law[token] * row[j];
                double toTrigger = 0;
                for (int trigger : triggers) toTrigger += row[trigger];
                beforeTrigger[token] = law[token] * toTrigger;
            }
        }
    }

    /** The law of the token at {@code position} (0 to T), [vocabulary]; a copy. */
    public double[] law(int position) {
        return laws[position].clone();
    }

    /** Expected fraction of triggers among positions {@code from} to {@code to}, excluded. */
    public double triggerFraction(int from, int to) {
        double sum = 0;
        for (int t = from; t < to; t++) sum += triggerProbability(t);
        return sum / (to - from);
    }

    /** Expected entropy of the prediction made at {@code position}, nats: the least loss there. */
    public double entropy(int position) {
        double sum = 0;
        for (int token = 0; token < laws[position].length; token++)
            sum += laws[position][token] * task.oracle().entropy(token);
        return sum;
    }

    /** The least bigram risk over the non-trigger positions from {@code from} to {@code to}, excluded; nats. */
    public double bigramEntropy(int from, int to) {
        double entropy = 0;
        double positions = 0;
        for (int t = from; t < to; t++) {
            entropy += entropy(t);
            positions += 1 - triggerProbability(t);
        }
        return entropy / positions;
    }

    /** The least loss per prediction, over all T of them; nats. */
    public double lossPerToken() {
        double sum = 0;
        for (int t = 0; t < task.sequenceLength(); t++) sum += entropy(t);
        return sum / task.sequenceLength();
    }

    private double triggerProbability(int position) {
        double sum = 0;
        for (int trigger : task.triggers()) sum += laws[position][trigger];
        return sum;
    }
}
