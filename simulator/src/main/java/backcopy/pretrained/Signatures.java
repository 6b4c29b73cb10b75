package backcopy.pretrained;

import backcopy.probe.AttentionSink;
import backcopy.probe.DeltaLogit;
import backcopy.probe.MassiveActivation;
import backcopy.probe.NormMeans;
import backcopy.probe.Observable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Sink, drain and peak of the model as it is on one input, by the definitions of the toy's probes; and what ablations do to
 * peak and loss. Texts are counted from {@code firstText} on.
 */
final class Signatures implements Observer {
    /** The largest numbers of a residual stream that are given. */
    private static final int MASSIVE = 3;

    private final Architecture model;
    private final int texts;
    private final int length;
    private final int cells;

    /** [layer * heads + head][text]. */
    private final double[][] first;

    private final double[][] top;
    private final double[][] second;
    private final double[][] entropy;
    private final double[][] delta;
    private final double[][] deltaOverAll;
    private final double[][] output;

    /** Sums over texts: [layer, head, position]. */
    private final double[] alpha;

    private final double[] sinks;
    private final double[] valueNorm;
    /** Sums over texts: [layer, position]; the embedding has one of its own. */
    private final double[] residualNorm;

    private final double[] embeddingNorm;
    /** [ablation][layer][text]; of an ablation NaN where it is still as the model. */
    private final double[][][] peak;

    private final double[][][] others;
    private final double[] median;
    private final double[] massiveMedian;
    /** Sums over texts: [layer, rank] and [layer, feature], the latter at position 0. */
    private final double[] massive;

    private final double[] features;
    /** [ablation][text]. */
    private final double[][] losses;

    /** @param ablations with the model as it is */
    Signatures(Architecture model, int texts, int length, int ablations) {
        this.model = model;
        this.texts = texts;
        this.length = length;
        cells = model.layers() * model.heads();
        first = new double[cells][texts];
        top = new double[cells][texts];
        second = new double[cells][texts];
        entropy = new double[cells][texts];
        delta = new double[cells][texts];
        deltaOverAll = new double[cells][texts];
        output = new double[cells][texts];
        alpha = new double[cells * length];
        sinks = new double[cells * length];
        valueNorm = new double[cells * length];
        residualNorm = new double[model.layers() * length];
        embeddingNorm = new double[length];
        peak = new double[ablations][model.layers()][texts];
        others = new double[ablations][model.layers()][texts];
        for (double[][][] all : List.of(peak, others))
            for (double[][] layers : all) for (double[] layer : layers) Arrays.fill(layer, Double.NaN);
        median = new double[model.layers()];
        massiveMedian = new double[model.layers()];
        massive = new double[model.layers() * MASSIVE];
        features = new double[model.layers() * model.width()];
        losses = new double[ablations][texts];
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
    public void head(
            int layer, int head, int text, double[] scores, double[] pattern, double[] outputs, int at, int stride) {
        int cell = layer * model.heads() + head;
        double[] alphas = new double[length];
        for (int key = 0; key < length; key++) {
            alphas[key] = AttentionSink.alpha(pattern, 0, length, key, 0);
            alpha[cell * length + key] += alphas[key];
            if (alphas[key] > AttentionSink.EPSILON) sinks[cell * length + key]++;
        }
        first[cell][text] = alphas[0];
        Arrays.sort(alphas);
        top[cell][text] = alphas[length - 1];
        second[cell][text] = alphas[length - 2];
        entropy[cell][text] = AttentionSink.entropy(pattern, 0, length);
        double between = 0, overAll = 0, norms = 0;
        for (int query = 1; query < length; query++) {
            overAll += DeltaLogit.overAll(scores, query * length, length);
            if (query > 1) between += DeltaLogit.between(scores, query * length, query);
        }
        for (int query = 0; query < length; query++)
            norms += NormMeans.norm(outputs, at + query * stride, model.headWidth());
        delta[cell][text] = between / (length - 2);
        deltaOverAll[cell][text] = overAll / (length - 1);
        output[cell][text] = norms / length;
    }

    @Override
    public void valueStates(int layer, int head, int text, double[] states, int at) {
        int cell = (layer * model.heads() + head) * length;
        for (int t = 0; t < length; t++)
            valueNorm[cell + t] += NormMeans.norm(states, at + t * model.width(), model.width());
    }

    @Override
    public void residual(int layer, int ablation, int text, double[] states, int at) {
        int width = model.width();
        double[] norms = new double[length];
        for (int t = 0; t < length; t++) {
            norms[t] = NormMeans.norm(states, at + t * width, width);
            if (!Double.isFinite(norms[t]))
                throw new IllegalArgumentException("the residual stream after layer " + layer + " is not finite (text "
                        + text + ", position " + t + "): the weights are damaged, or too large for these sums");
        }
        if (layer < 0) {
            for (int t = 0; t < length; t++) embeddingNorm[t] += norms[t];
            return;
        }
        peak[ablation][layer][text] = norms[0];
        others[ablation][layer][text] = Arrays.stream(norms, 1, length).max().orElseThrow();
        if (ablation > 0) return;
        for (int t = 0; t < length; t++) residualNorm[layer * length + t] += norms[t];
        Arrays.sort(norms);
        median[layer] += MassiveActivation.median(norms);
        double[] sizes = new double[length * width];
        for (int i = 0; i < sizes.length; i++) sizes[i] = Math.abs(states[at + i]);
        for (int c = 0; c < width; c++) features[layer * width + c] += sizes[c];
        Arrays.sort(sizes);
        massiveMedian[layer] += MassiveActivation.median(sizes);
        for (int rank = 0; rank < Math.min(MASSIVE, sizes.length); rank++)
            massive[layer * MASSIVE + rank] += sizes[sizes.length - 1 - rank];
    }

    @Override
    public void loss(int ablation, int text, double loss) {
        if (!Double.isFinite(loss))
            throw new IllegalArgumentException("the loss of text " + text + " is not finite: the weights are damaged");
        losses[ablation][text] = loss;
    }

    /** How often, over layers, heads and texts, alpha of position 0 is above a threshold. */
    double sinkRate(double epsilon) {
        long count = Arrays.stream(first)
                .flatMapToDouble(Arrays::stream)
                .filter(alpha -> alpha > epsilon)
                .count();
        return (double) count / (cells * texts);
    }

    /** How many heads have a mean alpha of position 0 above {@link AttentionSink#EPSILON}. */
    int sinkingHeads() {
        return (int) IntStream.range(0, cells)
                .filter(cell -> alphaOf(cell) > AttentionSink.EPSILON)
                .count();
    }

    /** The largest mean alpha of position 0 of any head; {@link #strongestLayer} and {@link #strongestHead} say which. */
    double strongestAlpha() {
        return alphaOf(strongest());
    }

    /** The cell of the head with most attention on position 0. */
    private int strongest() {
        return IntStream.range(0, cells)
                .boxed()
                .max(Comparator.comparingDouble(this::alphaOf))
                .orElseThrow();
    }

    int strongestLayer() {
        return strongest() / model.heads();
    }

    int strongestHead() {
        return strongest() % model.heads();
    }

    private double alphaOf(int cell) {
        return alpha[cell * length] / texts;
    }

    /** Attention on position 0 by text, of one head. */
    double[] alphas(int layer, int head) {
        return first[layer * model.heads() + head];
    }

    /** Nats by text; ablation 0 is the model as it is. */
    double[] losses(int ablation) {
        return losses[ablation];
    }

    /** The mean residual norm of position 0 after a layer. */
    double peak(int ablation, int layer) {
        return mean(of(peak, ablation, layer));
    }

    /** The mean over texts of the largest residual norm at another position after a layer. */
    double largestOther(int ablation, int layer) {
        return mean(of(others, ablation, layer));
    }

    /** An ablation is as the model up to its first layer. */
    private static double[] of(double[][][] norms, int ablation, int layer) {
        return Double.isNaN(norms[ablation][layer][0]) ? norms[0][layer] : norms[ablation][layer];
    }

    /** Everything as arrays with named axes, means over texts. */
    List<Observable> arrays() {
        int layers = model.layers();
        List<Observable> arrays = new ArrayList<>();
        double[] thresholds = AttentionSink.thresholds();
        arrays.add(named("sink.epsilon", thresholds, "epsilon"));
        arrays.add(
                named("sink.rate", Arrays.stream(thresholds).map(this::sinkRate).toArray(), "epsilon"));
        arrays.add(named("sink.rate.position", overHeads(sinks), "position"));
        arrays.add(heads("attention.alpha.first", means(first)));
        arrays.add(heads("attention.alpha.top", means(top)));
        arrays.add(heads("attention.alpha.second", means(second)));
        arrays.add(heads("attention.alpha.top.position", topPositions()));
        arrays.add(heads("attention.entropy", means(entropy)));
        arrays.add(heads("score.delta", means(delta)));
        arrays.add(heads("score.delta.all", means(deltaOverAll)));
        arrays.add(heads("output.norm", means(output)));
        arrays.add(heads("output.norm.relative", relative(means(output))));
        double[] values = scaled(valueNorm);
        arrays.add(heads(
                "value.norm.first",
                IntStream.range(0, cells)
                        .mapToDouble(cell -> values[cell * length])
                        .toArray()));
        arrays.add(heads("value.norm.others", others(values)));
        arrays.add(byLayer(
                "residual.norm.first",
                IntStream.range(0, layers).mapToDouble(n -> peak(0, n)).toArray()));
        arrays.add(byLayer(
                "residual.norm.largest",
                IntStream.range(0, layers).mapToDouble(n -> largestOther(0, n)).toArray()));
        arrays.add(byLayer("residual.norm.median", scaled(median)));
        arrays.add(named("embedding.norm", scaled(embeddingNorm), "position"));
        arrays.add(Observable.of(
                "residual.norm", List.of("layer", "position"), new int[] {layers, length}, scaled(residualNorm)));
        List<String> ranks = List.of("layer", "rank");
        int[] ranked = {layers, MASSIVE};
        arrays.add(Observable.of("massive.top", ranks, ranked, scaled(massive)));
        arrays.add(byLayer("massive.median", scaled(massiveMedian)));
        arrays.add(Observable.of("massive.feature", ranks, ranked, largestFeatures()));
        arrays.add(named("loss", losses[0].clone(), "text"));
        List<String> positions = List.of("layer", "head", "position");
        int[] shape = {layers, model.heads(), length};
        arrays.add(Observable.of("attention.alpha", positions, shape, scaled(alpha)));
        arrays.add(Observable.of("value.norm", positions, shape, values));
        return arrays;
    }

    private static Observable named(String name, double[] values, String axis) {
        return Observable.of(name, List.of(axis), new int[] {values.length}, values);
    }

    private static Observable byLayer(String name, double[] values) {
        return named(name, values, "layer");
    }

    private Observable heads(String name, double[] values) {
        return Observable.of(name, List.of("layer", "head"), new int[] {model.layers(), model.heads()}, values);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }

    private static double[] means(double[][] byText) {
        return Arrays.stream(byText).mapToDouble(Signatures::mean).toArray();
    }

    private double[] scaled(double[] sums) {
        return Arrays.stream(sums).map(sum -> sum / texts).toArray();
    }

    /** [layer, head, position] as means over layers and heads, and texts: [position]. */
    private double[] overHeads(double[] sums) {
        double[] means = new double[length];
        for (int i = 0; i < sums.length; i++) means[i % length] += sums[i] / cells / texts;
        return means;
    }

    private double[] topPositions() {
        double[] positions = new double[cells];
        for (int cell = 0; cell < cells; cell++)
            for (int key = 1; key < length; key++)
                if (alpha[cell * length + key] > alpha[cell * length + (int) positions[cell]]) positions[cell] = key;
        return positions;
    }

    /** Over the mean of a layer's heads, so that dormant heads stand out (arXiv 2504.03889). */
    private double[] relative(double[] norms) {
        double[] relative = new double[cells];
        for (int cell = 0; cell < cells; cell++) {
            int from = cell / model.heads() * model.heads();
            double sum = 0;
            for (int head = 0; head < model.heads(); head++) sum += norms[from + head];
            relative[cell] = norms[cell] / (sum / model.heads());
        }
        return relative;
    }

    /** The mean over the positions behind the first: [layer, head]. */
    private double[] others(double[] values) {
        double[] means = new double[cells];
        for (int cell = 0; cell < cells; cell++)
            for (int t = 1; t < length; t++) means[cell] += values[cell * length + t] / (length - 1);
        return means;
    }

    /** The features with the largest mean size at position 0: [layer, rank]. */
    private double[] largestFeatures() {
        double[] largest = new double[model.layers() * MASSIVE];
        for (int n = 0; n < model.layers(); n++) {
            int from = n * model.width();
            int[] order = IntStream.range(0, model.width())
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer c) -> -features[from + c]))
                    .mapToInt(Integer::intValue)
                    .toArray();
            for (int rank = 0; rank < Math.min(MASSIVE, order.length); rank++)
                largest[n * MASSIVE + rank] = order[rank];
        }
        return largest;
    }
}
