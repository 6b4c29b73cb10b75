package backcopy.train;

import backcopy.model.Activations;
import backcopy.model.Intervention;
import backcopy.model.Network;
import backcopy.task.Batch;
import backcopy.task.Oracle;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Predicts sequences that are longer than the model, through a cache that is as long as the model has positions. The cache's
 * tokens go through the one forward pass as a sequence of their own: positions are cache indices, and keys and values are
 * made anew at each step from what is cached. With one layer that is what a cache of keys and values gives if positions are
 * added when they are read, since a key is a function of token and position there. With more layers it is not: evicted
 * tokens leave no trace here, whereas cached keys of higher layers would remember them.
 */
public final class CachedStream {
    private final Network model;
    private final Task task;
    private final Batch batch;
    private final Crew crew;
    private final Activations[] activations;

    /**
     * What a policy costs, over the predictions that the model was too short for.
     *
     * @param backcopy risk after triggers, nats
     * @param bigram excess risk after other tokens, nats
     * @param kept share of the sequences whose first token could be looked at to the end
     */
    public record Result(double backcopy, double bigram, double kept) {}

    /** @param batch of sequences longer than the model has positions */
    public CachedStream(Network model, Task task, Batch batch, Crew crew) {
        if (batch.length() <= model.length())
            throw new IllegalArgumentException(
                    "sequences of " + batch.length() + " predictions fit a model of " + model.length() + " positions");
        this.model = model;
        this.task = task;
        this.batch = batch;
        this.crew = crew;
        activations = new Activations[crew.threads()];
        for (int t = 0; t < activations.length; t++) activations[t] = model.probedActivations(1, model.length());
    }

    /** The risks within the model's length, where nothing is evicted. */
    public Result within() {
        return of(new CachePolicy("", received -> 0, -1, false), false);
    }

    /** The risks beyond the model's length. */
    public Result beyond(CachePolicy policy) {
        return of(policy, true);
    }

    private Result of(CachePolicy policy, boolean beyond) {
        double[][] sums = new double[batch.sequences()][]; // one each, added in order: threads change no bit
        crew.run(batch.sequences(), (thread, row) -> sums[row] = sequence(activations[thread], row, policy, beyond));
        double[] all = new double[5];
        for (double[] sum : sums) for (int i = 0; i < all.length; i++) all[i] += sum[i];
        return new Result(all[0] / all[1], all[2] / all[3], all[4] / batch.sequences());
    }

    /** Summed backcopy risk and their number, summed excess risk and their number, whether the first token is kept. */
    private double[] sequence(Activations a, int row, CachePolicy policy, boolean beyond) {
        double[] sums = new double[5];
        List<Integer> cache = new ArrayList<>();
        for (int t = 0; t < model.length(); t++) cache.add(t);
        double[] received = forward(a, row, cache, -1, List.of());
        if (!beyond) for (int t = 0; t < model.length(); t++) add(sums, a, row, t, t);
        List<Intervention> interventions = policy.interventions(model.spec().layers());
        for (int t = model.length(); beyond && t < batch.length(); t++) {
            int gone = policy.eviction().of(received);
            cache.remove(gone);
            cache.add(t);
            System.arraycopy(received, gone + 1, received, gone, received.length - gone - 1);
            received[received.length - 1] = 0;
            double[] attention = forward(a, row, cache, policy.opening(), interventions);
            for (int entry = 0; entry < received.length; entry++) received[entry] += attention[entry];
            add(sums, a, row, t, model.length() - 1);
        }
        sums[4] = cache.get(0) == 0 && policy.opening() < 0 && !policy.hidesOpening() ? 1 : 0;
        return sums;
    }

    /**
     * Through the model.
     *
     * @return attention that each entry receives: of all queries in a cache that just became full, else of the newest
     */
    private double[] forward(
            Activations a, int row, List<Integer> cache, int opening, List<Intervention> interventions) {
        int length = model.length(), newest = cache.get(length - 1);
        int[] tokens = new int[length + 1];
        for (int entry = 0; entry < length; entry++) tokens[entry] = batch.token(row, cache.get(entry));
        if (opening >= 0) tokens[0] = opening;
        tokens[length] = batch.token(row, newest + 1);
        a.load(0, tokens, 0);
        model.forward(a, 1, interventions);
        double[] received = new double[length];
        for (int layer = 0; layer < model.spec().layers(); layer++) {
            if (model.spec().attentionOff().contains(layer)) continue;
            double[] pattern = a.read("layers." + layer + ".attention.pattern");
            int first = newest == length - 1 ? 0 : length - 1;
            for (int head = 0; head < model.spec().heads(); head++)
                for (int query = first; query < length; query++)
                    for (int key = 0; key <= query; key++)
                        received[key] += pattern[(head * length + query) * length + key];
        }
        return received;
    }

    /** Adds the risk of the prediction that the logits at {@code position} make of the token after position t. */
    private void add(double[] sums, Activations a, int row, int t, int position) {
        int from = row * (batch.length() + 1), vocabulary = model.vocabulary();
        double[] logits = Arrays.copyOfRange(a.read("logits"), position * vocabulary, (position + 1) * vocabulary);
        double[] law = new double[vocabulary];
        task.oracle().law(Arrays.copyOfRange(batch.tokens(), from, from + t + 1), t, law);
        double max = Arrays.stream(logits).max().orElseThrow();
        double logSum =
                max + Math.log(Arrays.stream(logits).map(x -> Math.exp(x - max)).sum());
        double risk = 0;
        for (int v = 0; v < vocabulary; v++) if (law[v] > 0) risk += law[v] * (logSum - logits[v]);
        int cell = task.isTrigger(batch.token(row, t)) ? 0 : 2;
        sums[cell] += risk - Oracle.entropy(law);
        sums[cell + 1]++;
    }
}
