package backcopy.pretrained;

import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Everything that a pass shows of the model as it is, and losses and residual streams of ablations. */
final class Seen implements Observer {
    private final Architecture model;
    private final int vocabulary;
    private final int length;

    /** [text, position, vocabulary]. */
    final double[][] logits;

    /** By {@code layer/ablation/text}: [position, width]. */
    final Map<String, double[]> residual = new TreeMap<>();

    /** By {@code layer/head/text}: [query, key]. */
    final Map<String, double[]> patterns = new HashMap<>();

    final Map<String, double[]> scores = new HashMap<>();
    final Map<String, double[]> valueStates = new HashMap<>();

    /** By {@code ablation/text}. */
    final Map<String, Double> losses = new TreeMap<>();

    private Seen(Checkpoint checkpoint, int texts, int length) {
        model = checkpoint.architecture();
        vocabulary = checkpoint.vocabulary();
        this.length = length;
        logits = new double[texts][length * vocabulary];
    }

    /** What one pass shows. */
    static Seen of(
            Checkpoint checkpoint, StoredProducts products, Workers workers, int[][] texts, Ablation... ablations) {
        Seen seen = new Seen(checkpoint, texts.length, texts[0].length);
        List<Forward.Numbered> numbered = new ArrayList<>();
        for (int i = 0; i < ablations.length; i++) numbered.add(new Forward.Numbered(i + 1, ablations[i]));
        new Forward(checkpoint, products, workers, Pace.silent()).pass(texts, 0, numbered, true, seen);
        return seen;
    }

    @Override
    public boolean wantsAllScores() {
        return true;
    }

    @Override
    public boolean wantsValueStates() {
        return true;
    }

    @Override
    public synchronized void head(
            int layer, int head, int text, double[] scores, double[] pattern, double[] outputs, int at, int stride) {
        patterns.put(layer + "/" + head + "/" + text, pattern.clone());
        this.scores.put(layer + "/" + head + "/" + text, scores.clone());
    }

    @Override
    public void valueStates(int layer, int head, int text, double[] states, int at) {
        valueStates.put(layer + "/" + head + "/" + text, part(states, at));
    }

    @Override
    public void residual(int layer, int ablation, int text, double[] states, int at) {
        residual.put(layer + "/" + ablation + "/" + text, part(states, at));
    }

    private double[] part(double[] states, int at) {
        double[] part = new double[length * model.width()];
        System.arraycopy(states, at, part, 0, part.length);
        return part;
    }

    @Override
    public void logits(int text, int first, int count, double[] some, int at) {
        for (int t = 0; t < length; t++)
            System.arraycopy(some, at + t * count, logits[text], t * vocabulary + first, count);
    }

    @Override
    public void loss(int ablation, int text, double loss) {
        losses.put(ablation + "/" + text, loss);
    }
}
