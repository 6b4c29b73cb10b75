package backcopy.pretrained;

import backcopy.backend.StoredMatrix;
import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import backcopy.pretrained.Architecture.Placement;
import backcopy.pretrained.Architecture.QueryKeyNorm;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * The forward pass of a public decoder, for inference. Layers are outermost and all texts and ablations inside, so that every
 * weight is read once. Products are the backend's; all else is in double. An ablation's rows are those of the model itself up
 * to the first layer in which it zeroes something, and come to be there.
 */
final class Forward {
    /** Tokens whose logits are held at a time. */
    private static final int LOGITS = 2048;

    private final Checkpoint checkpoint;
    private final Architecture model;
    private final StoredProducts products;
    private final Workers workers;
    private final Pace pace;

    Forward(Checkpoint checkpoint, StoredProducts products, Workers workers, Pace pace) {
        this.checkpoint = checkpoint;
        model = checkpoint.architecture();
        this.products = products;
        this.workers = workers;
        this.pace = pace;
    }

    /**
     * One pass over all weights.
     *
     * @param texts token ids, of one length
     * @param firstText how many texts came before
     * @param ablations by their numbers; the model as it is comes with every pass, and is observed in that with number 0
     */
    void pass(int[][] texts, int firstText, List<Numbered> ablations, boolean first, Observer observer) {
        new Pass(texts, firstText, ablations, first, observer).run();
    }

    /** An ablation and its number in the user's list; 0 is the model as it is. */
    record Numbered(int number, Ablation ablation) {}

    /** Numbers that a pass holds for a row of one text and one ablation. */
    static long numbersPerRow(Architecture model) {
        long heads = (long) model.heads() * model.headWidth(), keys = (long) model.keyHeads() * model.headWidth();
        return 3L * model.width() + 2 * heads + 2 * keys + (model.gated() ? 2L : 1L) * model.mlpWidth();
    }

    private final class Pass {
        private final int[][] texts;
        private final int length;
        private final int firstText;
        private final List<Numbered> variants = new ArrayList<>();
        private final boolean observed;
        private final Observer observer;
        private final double[] turns;
        private final int rowsOfAll;
        /** Variants that are there; the others are still as the first. */
        private int active = 1;

        /** [rows, width]: variant by variant, text by text, position by position. */
        private final double[] residual;

        private final double[] normed;
        private final double[] added;
        private final double[] query;
        private final double[] key;
        private final double[] value;
        private final double[] mixed;
        private final double[] hidden;
        private final double[] gate;

        Pass(int[][] texts, int firstText, List<Numbered> ablations, boolean observed, Observer observer) {
            this.texts = texts;
            this.firstText = firstText;
            this.observed = observed;
            this.observer = observer;
            length = texts[0].length;
            variants.add(new Numbered(0, Ablation.NONE));
            ablations.stream()
                    .sorted(Comparator.comparingInt(one -> one.ablation().firstLayer(0)))
                    .forEach(variants::add);
            rowsOfAll = variants.size() * texts.length * length;
            turns = model.rotation() == null ? null : model.rotation().table(length);
            residual = rows(model.width());
            normed = rows(model.width());
            added = rows(model.width());
            query = rows(model.heads() * model.headWidth());
            mixed = rows(model.heads() * model.headWidth());
            key = rows(model.keyHeads() * model.headWidth());
            value = rows(model.keyHeads() * model.headWidth());
            hidden = rows(model.mlpWidth());
            gate = model.gated() ? rows(model.mlpWidth()) : null;
        }

        private double[] rows(int width) {
            return new double[Math.multiplyExact(rowsOfAll, width)];
        }

        private int rowsOfText() {
            return texts.length * length;
        }

        private int rows() {
            return active * rowsOfText();
        }

        void run() {
            embed();
            observeResidual(-1);
            for (int n = 0; n < model.layers(); n++) {
                begin(n);
                layer(n, checkpoint.layer(n));
                observeResidual(n);
                pace.step();
            }
            begin(Integer.MAX_VALUE);
            logits();
            pace.step();
        }

        private void embed() {
            for (int s = 0; s < texts.length; s++)
                for (int t = 0; t < length; t++) {
                    double[] token = checkpoint.embedding().row(texts[s][t]);
                    int at = (s * length + t) * model.width();
                    System.arraycopy(token, 0, residual, at, model.width());
                    if (checkpoint.positions() == null) continue;
                    double[] position = checkpoint.positions().row(t);
                    for (int c = 0; c < model.width(); c++) residual[at + c] += position[c];
                }
        }

        /** Ablations that zero something in this layer for the first time begin as the model is. */
        private void begin(int layer) {
            while (active < variants.size() && variants.get(active).ablation().firstLayer(0) <= layer) {
                int size = rowsOfText() * model.width();
                System.arraycopy(residual, 0, residual, active * size, size);
                active++;
            }
        }

        private void layer(int n, LayerWeights w) {
            boolean norms = model.placement() == Placement.PRE;
            System.arraycopy(residual, 0, normed, 0, rows() * model.width());
            if (norms) norm(w.attentionNorm(), normed);
            attention(n, w);
            if (!norms) norm(w.attentionNorm(), added);
            for (int v = 0; v < active; v++) if (variants.get(v).ablation().zeroesAttention(n)) clear(v, added);
            // What the MLP reads has to be taken before attention is added, where the two are parallel.
            if (model.parallel()) System.arraycopy(residual, 0, normed, 0, rows() * model.width());
            add();
            if (!model.parallel()) System.arraycopy(residual, 0, normed, 0, rows() * model.width());
            if (norms) norm(w.mlpNorm(), normed);
            mlp(w);
            if (!norms) norm(w.mlpNorm(), added);
            for (int v = 0; v < active; v++) if (variants.get(v).ablation().zeroesMlp(n)) clear(v, added);
            add();
        }

        private void attention(int n, LayerWeights w) {
            linear(w.query(), normed, query);
            linear(w.key(), normed, key);
            linear(w.value(), normed, value);
            if (model.clip() < Double.POSITIVE_INFINITY) for (double[] x : List.of(query, key, value)) clip(x);
            place(query, model.heads(), w.queryNorm());
            place(key, model.keyHeads(), w.keyNorm());
            int groups = active * texts.length;
            workers.each(model.heads(), (worker, head) -> {
                HeadScratch scratch = new HeadScratch();
                for (int group = 0; group < groups; group++) head(n, head, group, scratch);
            });
            if (observed) observeValues(n, w);
            linear(w.output(), mixed, added);
        }

        private void clip(double[] x) {
            byRow(x, (at, width) -> {
                for (int i = at; i < at + width; i++) x[i] = Math.max(-model.clip(), Math.min(model.clip(), x[i]));
            });
        }

        /** Queries or keys: normed where that is so, and turned by their positions. */
        private void place(double[] x, int heads, NormWeights norm) {
            workers.each(rows(), (worker, r) -> {
                int width = model.headWidth(), at = r * heads * width;
                if (model.queryKeyNorm() == QueryKeyNorm.WHOLE) norm.apply(x, at, heads * width);
                for (int h = 0; h < heads; h++) {
                    if (model.queryKeyNorm() == QueryKeyNorm.HEAD) norm.apply(x, at + h * width, width);
                    if (turns != null) model.rotation().turn(turns, r % length, x, at + h * width);
                }
            });
        }

        /** What one head needs beside the rows. */
        private final class HeadScratch {
            /** [headWidth, key]. */
            final double[] keys = new double[model.headWidth() * length];

            final double[] scores = new double[Math.multiplyExact(length, length)];
            final double[] pattern = new double[length * length];
        }

        /** One head on one text of one variant. */
        private void head(int n, int head, int group, HeadScratch scratch) {
            int width = model.headWidth(), stride = model.heads() * width, keyStride = model.keyHeads() * width;
            int keyHead = model.keyHead(head);
            int first = group * length;
            boolean watched = observed && group < texts.length;
            int variant = group / texts.length;
            boolean zero = variants.get(variant).ablation().zeroesHead(n, head);
            for (int t = 0; t < length; t++)
                for (int c = 0; c < width; c++)
                    scratch.keys[c * length + t] = key[(first + t) * keyStride + keyHead * width + c];
            for (int t = 0; t < length; t++) {
                int visible = t + 1, computed = watched && observer.wantsAllScores() ? length : visible;
                int row = t * length, from = Math.max(0, visible - model.window());
                scores(scratch, row, computed, (first + t) * stride + head * width);
                softmax(scratch.scores, scratch.pattern, row, from, visible);
                int to = (first + t) * stride + head * width;
                Arrays.fill(mixed, to, to + width, 0);
                for (int j = from; !zero && j < visible; j++) {
                    double share = scratch.pattern[row + j];
                    int at = (first + j) * keyStride + keyHead * width;
                    for (int c = 0; c < width; c++) mixed[to + c] += share * value[at + c];
                }
            }
            if (watched)
                observer.head(
                        n,
                        head,
                        firstText + group,
                        scratch.scores,
                        scratch.pattern,
                        mixed,
                        first * stride + head * width,
                        stride);
        }

        private void scores(HeadScratch scratch, int row, int count, int at) {
            double scale = 1 / Math.sqrt(model.headWidth());
            Arrays.fill(scratch.scores, row, row + count, 0);
            for (int c = 0; c < model.headWidth(); c++) {
                double number = query[at + c] * scale;
                int keys = c * length;
                for (int j = 0; j < count; j++) scratch.scores[row + j] += number * scratch.keys[keys + j];
            }
        }

        /** The keys from {@code from} to before {@code to} are seen; the row is [length]. */
        private void softmax(double[] scores, double[] pattern, int row, int from, int to) {
            double top = Double.NEGATIVE_INFINITY, sum = 0;
            for (int j = from; j < to; j++) top = Math.max(top, scores[row + j]);
            Arrays.fill(pattern, row, row + length, 0);
            for (int j = from; j < to; j++) sum += pattern[row + j] = Math.exp(scores[row + j] - top);
            for (int j = from; j < to; j++) pattern[row + j] /= sum;
        }

        private void mlp(LayerWeights w) {
            linear(w.up(), normed, hidden);
            if (gate != null) linear(w.gate(), normed, gate);
            byRow(hidden, (at, width) -> {
                for (int i = at; i < at + width; i++)
                    hidden[i] = gate == null
                            ? model.activation().of(hidden[i])
                            : model.activation().of(gate[i]) * hidden[i];
            });
            linear(w.down(), hidden, added);
        }

        private void linear(Linear map, double[] x, double[] y) {
            pace.check();
            products.multiply(x, rows(), map.weight(), y);
            if (map.bias() == null) return;
            byRow(y, (at, width) -> {
                for (int i = 0; i < width; i++) y[at + i] += map.bias()[i];
            });
        }

        private void norm(NormWeights norm, double[] x) {
            byRow(x, (at, width) -> norm.apply(x, at, width));
        }

        /** A row is the numbers of one position. */
        private void byRow(double[] x, Row row) {
            int width = x.length / rowsOfAll;
            workers.each(rows(), (worker, r) -> row.at(r * width, width));
        }

        private void add() {
            for (int i = 0, end = rows() * model.width(); i < end; i++) residual[i] += added[i];
        }

        private void clear(int variant, double[] x) {
            int size = rowsOfText() * model.width();
            Arrays.fill(x, variant * size, (variant + 1) * size, 0);
        }

        private void observeResidual(int layer) {
            for (int v = 0; v < active; v++) {
                if (v == 0 && !observed) continue;
                for (int s = 0; s < texts.length; s++)
                    observer.residual(
                            layer,
                            variants.get(v).number(),
                            firstText + s,
                            residual,
                            (v * texts.length + s) * length * model.width());
            }
        }

        private void observeValues(int n, LayerWeights w) {
            int width = model.headWidth(), keyStride = model.keyHeads() * width;
            for (int s = 0; s < texts.length; s++) observer.values(n, firstText + s, value, s * length * keyStride);
            if (!observer.wantsValueStates()) return;
            double[] one = new double[rowsOfText() * width], states = new double[rowsOfText() * model.width()];
            for (int head = 0; head < model.heads(); head++) {
                for (int r = 0; r < rowsOfText(); r++)
                    System.arraycopy(value, r * keyStride + model.keyHead(head) * width, one, r * width, width);
                pace.check();
                products.multiply(one, rowsOfText(), w.output().weight().inputs(head * width, width), states);
                for (int s = 0; s < texts.length; s++)
                    observer.valueStates(n, head, firstText + s, states, s * length * model.width());
            }
        }

        /** Cross-entropies from logits that are never there all at once. */
        private void logits() {
            System.arraycopy(residual, 0, normed, 0, rows() * model.width());
            norm(checkpoint.finalNorm(), normed);
            StoredMatrix unembedding = checkpoint.unembedding();
            double[] tops = new double[rows()], sums = new double[rows()], targets = new double[rows()];
            Arrays.fill(tops, Double.NEGATIVE_INFINITY);
            int vocabulary = unembedding.outputs();
            for (int first = 0; first < vocabulary; first += LOGITS) {
                int from = first, count = Math.min(LOGITS, vocabulary - first);
                double[] some = new double[Math.multiplyExact(rows(), count)];
                pace.check();
                products.multiply(normed, rows(), unembedding.outputs(first, count), some);
                workers.each(rows(), (worker, r) -> {
                    double top = tops[r];
                    for (int i = r * count; i < (r + 1) * count; i++) top = Math.max(top, some[i]);
                    double sum = sums[r] * Math.exp(tops[r] - top);
                    for (int i = r * count; i < (r + 1) * count; i++) sum += Math.exp(some[i] - top);
                    tops[r] = top;
                    sums[r] = sum;
                    int target = target(r) - from;
                    if (target >= 0 && target < count) targets[r] = some[r * count + target];
                });
                for (int s = 0; observed && s < texts.length; s++)
                    observer.logits(firstText + s, first, count, some, s * length * count);
            }
            for (int v = observed ? 0 : 1; v < active; v++)
                for (int s = 0; s < texts.length; s++) {
                    double loss = 0;
                    for (int t = 0; t + 1 < length; t++) {
                        int r = (v * texts.length + s) * length + t;
                        loss += tops[r] + Math.log(sums[r]) - targets[r];
                    }
                    observer.loss(variants.get(v).number(), firstText + s, loss / (length - 1));
                }
        }

        /** The token that comes after a row's; -1 after the last. */
        private int target(int row) {
            int t = row % length;
            return t + 1 < length ? texts[row / length % texts.length][t + 1] : -1;
        }
    }

    /** Does something with the numbers of one position, from {@code at} on. */
    @FunctionalInterface
    private interface Row {
        void at(int at, int width);
    }
}
