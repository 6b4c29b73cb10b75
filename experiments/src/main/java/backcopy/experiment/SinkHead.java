package backcopy.experiment;

import backcopy.model.ModelSpec;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.IntPredicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * The head on which a run's sink sits: of several layers, not the same one sinks in every run, so all are looked at and the
 * strongest is taken.
 *
 * @param attention of queries that are no trigger on {@code <s>}, at the last step
 */
record SinkHead(int layer, int head, double attention) {
    /** The strongest of all layers. */
    static SinkHead of(Ensemble runs, int run) {
        return of(runs, run, 0);
    }

    /** The strongest of the layers from {@code firstLayer} on. */
    static SinkHead of(Ensemble runs, int run, int firstLayer) {
        ModelSpec model = runs.specs().get(run).model();
        SinkHead strongest = null;
        for (int layer = firstLayer; layer < model.layers(); layer++)
            for (int head = 0; head < model.heads() && !model.attentionOff().contains(layer); head++) {
                double attention =
                        runs.curve(run, number(layer, head, "attention.bos")).last();
                if (strongest == null || attention > strongest.attention())
                    strongest = new SinkHead(layer, head, attention);
            }
        if (strongest == null) throw new IllegalArgumentException(runs.name() + " has no attention");
        return strongest;
    }

    /** [seeds] how strong the strongest is. */
    static double[] attention(Ensemble runs) {
        double[] attention = new double[runs.runs().size()];
        for (int run = 0; run < attention.length; run++)
            attention[run] = of(runs, run).attention();
        return attention;
    }

    /** Of values [seeds] those of the seeds in which the layer of the strongest head satisfies the condition. */
    static double[] seeds(Ensemble runs, double[] values, IntPredicate layer) {
        return IntStream.range(0, values.length)
                .filter(run -> layer.test(of(runs, run).layer()))
                .mapToDouble(run -> values[run])
                .toArray();
    }

    /** Which layers it is in, in words: {@code layer 1 in 3 seeds, layer 0 in 2}. */
    static String layers(Ensemble runs) {
        Map<Integer, Integer> seeds = new LinkedHashMap<>();
        for (int run = 0; run < runs.runs().size(); run++)
            seeds.merge(of(runs, run).layer(), 1, Integer::sum);
        return seeds.entrySet().stream()
                .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
                .map(entry -> "layer " + entry.getKey() + " in " + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    /** A recorded number of this head. */
    String number(String part) {
        return number(layer, head, part);
    }

    /** A recorded number of a head. */
    static String number(int layer, int head, String part) {
        return "layers." + layer + ".heads." + head + "." + part;
    }
}
