package backcopy.pretrained;

import backcopy.probe.AttentionSink;
import backcopy.probe.Observable;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** What was found of one model on its inputs: as words and numbers for JSON, and as arrays. */
public final class Findings {
    /** Of a revision's folder, such as {@code step1000} or {@code step1000-tokens4B}. */
    private static final Pattern STEP = Pattern.compile("step[-_]?([0-9]{1,12})");

    private final Checkpoint checkpoint;
    private final String arithmetic;
    private final List<TokenInput> inputs;
    private final List<Ablation> ablations;
    private final List<Signatures> signatures;

    Findings(
            Checkpoint checkpoint,
            String arithmetic,
            List<TokenInput> inputs,
            List<Ablation> ablations,
            List<Signatures> signatures) {
        this.checkpoint = checkpoint;
        this.arithmetic = arithmetic;
        this.inputs = inputs;
        this.ablations = ablations;
        this.signatures = signatures;
    }

    /** The training step that a folder's name tells, or -1. */
    public static long step(String folder) {
        Matcher matcher = STEP.matcher(folder);
        return matcher.find() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /**
     * Everything in words, numbers, lists and maps; arrays of more than two axes are left out, see {@link #arrays}.
     *
     * @param read the layer behind which ablations are compared
     */
    public Map<String, Object> words(int read) {
        Architecture model = checkpoint.architecture();
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("folder", checkpoint.folder().toString());
        long step = step(String.valueOf(checkpoint.folder().getFileName()));
        words.put("step", step < 0 ? null : step);
        words.put("family", model.family().type());
        words.put("layers", model.layers());
        words.put("width", model.width());
        words.put("heads", model.heads());
        words.put("key.heads", model.keyHeads());
        words.put("head.width", model.headWidth());
        words.put("vocabulary", checkpoint.vocabulary());
        words.put("weights", checkpoint.weights());
        words.put("stored", checkpoint.dtypes().stream().sorted().toList());
        words.put("arithmetic", arithmetic + " products, all else float64");
        List<Object> all = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) all.add(input(i, read));
        words.put("inputs", all);
        if (inputs.size() > 1) words.put("differences", differences());
        return words;
    }

    private Map<String, Object> input(int number, int read) {
        TokenInput input = inputs.get(number);
        Signatures found = signatures.get(number);
        int bos = checkpoint.architecture().bos();
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("name", input.name());
        words.put("sequences", input.texts().length);
        words.put("length", input.length());
        Map<String, Object> front = new LinkedHashMap<>();
        front.put("put", input.put() < 0 ? null : input.put());
        front.put("of.model", bos < 0 ? null : bos);
        front.put("sequences.that.begin.with.it", bos < 0 ? 0 : input.beginningWith(bos));
        words.put("bos", front);
        Map<String, Object> sink = new LinkedHashMap<>();
        sink.put("epsilon", AttentionSink.EPSILON);
        sink.put("rate", found.sinkRate(AttentionSink.EPSILON));
        sink.put("heads", found.sinkingHeads());
        sink.put("uniform", AttentionSink.uniform(input.length(), 0));
        sink.put("layer", found.strongestLayer());
        sink.put("head", found.strongestHead());
        sink.put("alpha", found.strongestAlpha());
        sink.put("finding", finding(number));
        words.put("sink", sink);
        words.put("loss", mean(found.losses(0)));
        words.put("loss.interval", listed(Bootstrap.mean(found.losses(0))));
        Map<String, Object> arrays = new LinkedHashMap<>(), axes = new LinkedHashMap<>();
        for (Observable array : found.arrays()) {
            if (array.axes().size() > 2) continue;
            arrays.put(array.name(), nested(array));
            axes.put(array.name(), array.axes());
        }
        words.put("arrays", arrays);
        words.put("axes", axes);
        if (!ablations.isEmpty()) words.put("ablations", ablations(found, read));
        return words;
    }

    /** Whether there is a sink, in one sentence. */
    public String finding(int number) {
        Signatures found = signatures.get(number);
        double rate = found.sinkRate(AttentionSink.EPSILON);
        String strongest = String.format(
                Locale.ROOT,
                "most is %.3f, layer %d head %d; uniform attention has %.3f",
                found.strongestAlpha(),
                found.strongestLayer(),
                found.strongestHead(),
                AttentionSink.uniform(inputs.get(number).length(), 0));
        String above = String.format(
                Locale.ROOT,
                "mean attention there is above %s in %.1f %% of heads and sequences",
                AttentionSink.EPSILON,
                100 * rate);
        int sinking = found.sinkingHeads();
        if (rate == 0)
            return "no attention sink on position 0: no head's mean attention there is above " + AttentionSink.EPSILON
                    + " in any sequence (" + strongest + ")";
        if (sinking == 0) return "no head sinks on position 0 on average, though " + above + " (" + strongest + ")";
        return "attention sink on position 0 in " + sinking + " of "
                + checkpoint.architecture().layers() * checkpoint.architecture().heads() + " heads: " + above + " ("
                + strongest + ")";
    }

    private Map<String, Object> ablations(Signatures found, int read) {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("after.layer", read);
        List<Object> rows = new ArrayList<>();
        for (int i = 0; i <= ablations.size(); i++) rows.add(row(found, i, read));
        words.put("rows", rows);
        return words;
    }

    private Map<String, Object> row(Signatures found, int number, int read) {
        int layers = checkpoint.architecture().layers(), ablation = number;
        Ablation zeroed = number == 0 ? Ablation.NONE : ablations.get(number - 1);
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("zeroed", zeroed.toString());
        words.put("residual.norm.first", found.peak(number, read));
        words.put("residual.norm.largest", found.largestOther(number, read));
        words.put("loss", mean(found.losses(number)));
        double[] costs = IntStream.range(0, found.losses(0).length)
                .mapToDouble(text -> found.losses(ablation)[text] - found.losses(0)[text])
                .toArray();
        words.put("cost", mean(costs));
        words.put("cost.interval", listed(Bootstrap.mean(costs)));
        if (zeroed.head() >= 0) {
            words.put("layer", zeroed.layer());
            words.put("head", zeroed.head());
            words.put("attention.alpha.first", mean(found.alphas(zeroed.layer(), zeroed.head())));
            words.put("attention.alpha.first.text", listed(found.alphas(zeroed.layer(), zeroed.head())));
            words.put("cost.text", listed(costs));
        }
        words.put(
                "residual.norm.first.layer",
                IntStream.range(0, layers)
                        .mapToObj(n -> found.peak(ablation, n))
                        .toList());
        return words;
    }

    /** Attention on position 0 of the first input minus that of each other, by head, with 95 % intervals over texts. */
    private List<Object> differences() {
        Architecture model = checkpoint.architecture();
        List<Object> all = new ArrayList<>();
        for (int i = 1; i < inputs.size(); i++) {
            List<List<Double>> means = new ArrayList<>(), lows = new ArrayList<>(), highs = new ArrayList<>();
            for (int n = 0; n < model.layers(); n++) {
                means.add(new ArrayList<>());
                lows.add(new ArrayList<>());
                highs.add(new ArrayList<>());
                for (int head = 0; head < model.heads(); head++) {
                    double[] first = signatures.get(0).alphas(n, head),
                            other = signatures.get(i).alphas(n, head);
                    double[] interval = Bootstrap.difference(first, other);
                    means.get(n).add(mean(first) - mean(other));
                    lows.get(n).add(interval[0]);
                    highs.get(n).add(interval[1]);
                }
            }
            Map<String, Object> words = new LinkedHashMap<>();
            words.put("of", inputs.get(0).name());
            words.put("minus", inputs.get(i).name());
            words.put("attention.alpha.first", means);
            words.put("low", lows);
            words.put("high", highs);
            all.add(words);
        }
        return all;
    }

    /**
     * All arrays; of several inputs, {@code input.K.} stands before the names of the K-th, from 0 on.
     *
     * @param prefix before all names
     */
    public List<Observable> arrays(String prefix) {
        List<Observable> all = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            String name = prefix + (inputs.size() > 1 ? "input." + i + "." : "");
            for (Observable array : signatures.get(i).arrays())
                all.add(new Observable(name + array.name(), array.axes(), array.values()));
        }
        return all;
    }

    private static Object nested(Observable array) {
        if (array.axes().size() == 1) return listed(array.toArray());
        String axis = array.axes().get(0);
        return IntStream.range(0, array.size(axis))
                .mapToObj(i -> nested(array.at(axis, i)))
                .toList();
    }

    private static List<Double> listed(double[] values) {
        return Arrays.stream(values).boxed().toList();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).sum() / values.length;
    }
}
