package backcopy.experiment;

import backcopy.model.ModelSpec;
import backcopy.probe.Observable;
import java.io.IOException;
import java.util.stream.IntStream;

/**
 * One view of how much attention the sink of a run takes at the end of training. Where a model has several heads, the one that
 * it takes most of counts. Needs the probe {@code sink-score}.
 *
 * @param words what it is
 */
record SinkAttention(String words, Reading reading) {
    /** Where the number comes from, in one run. */
    @FunctionalInterface
    interface Reading {
        double of(Ensemble runs, int run) throws IOException;
    }

    /** Of one head of one layer. */
    @FunctionalInterface
    private interface OfHead {
        double of(int layer, int head) throws IOException;
    }

    /** The mean attention on position 0 of all queries. */
    static final SinkAttention ALPHA = at(0);

    /** The same where every row is divided by the sum of its sizes. */
    static final SinkAttention ALPHA_OF_ROWS = new SinkAttention(
            "alpha of rows that are made to sum to one", (runs, run) -> number(runs, run, "attention.alpha.rows"));

    /** The attention on the keys in front of the sequence. */
    static final SinkAttention IN_FRONT = new SinkAttention(
            "attention on the key in front",
            (runs, run) -> strongest(runs, run, (layer, head) -> 1 - last(runs, run, layer, head, "attention.mass")));

    /** What a head that attends to all keys alike has as alpha. */
    static final SinkAttention UNIFORM = new SinkAttention(
            "alpha of uniform attention",
            (runs, run) -> runs.curve(run, "sink.uniform").last());

    /** Alpha after half of the steps. */
    static final SinkAttention HALFWAY = new SinkAttention(
            "alpha after half of the steps",
            (runs, run) -> strongest(
                    runs,
                    run,
                    (layer, head) -> runs.curve(run, SinkHead.number(layer, head, "attention.alpha"))
                            .at(runs.last() / 2.0)));

    /** The mean attention on a position of the queries from it on. */
    static SinkAttention at(int position) {
        return new SinkAttention(position == 0 ? "alpha" : "alpha at position " + position, (runs, run) -> {
            Observable alpha = runs.array(run, "attention.alpha");
            return strongest(runs, run, (layer, head) -> alpha.get(layer, head, position));
        });
    }

    /** The attention on position 0 of the first so many queries, in the sequences whose patterns are recorded. */
    static SinkAttention ofFirst(int queries) {
        return new SinkAttention("attention on <s> of the first " + queries + " queries", (runs, run) -> {
            Observable pattern = runs.array(run, "attention.pattern").mean("sequence");
            return strongest(
                    runs,
                    run,
                    (layer, head) -> IntStream.range(0, queries)
                            .mapToDouble(query -> pattern.get(layer, head, query, 0))
                            .average()
                            .orElseThrow());
        });
    }

    /** By how much position 0 is ahead of the strongest other one of the first so many. */
    static SinkAttention lead(int positions) {
        return new SinkAttention(
                "alpha at position 0 minus the largest of the other " + (positions - 1),
                (runs, run) -> lead(runs.array(run, "attention.alpha"), positions));
    }

    /** The same of alphas {@code [layer, head, position]}, in the head with the largest of all. */
    static double lead(Observable alpha, int positions) {
        double strongest = Double.NEGATIVE_INFINITY, lead = Double.NaN;
        for (int layer = 0; layer < alpha.size("layer"); layer++)
            for (int head = 0; head < alpha.size("head"); head++) {
                double first = alpha.get(layer, head, 0), other = Double.NEGATIVE_INFINITY;
                for (int position = 1; position < positions; position++)
                    other = Math.max(other, alpha.get(layer, head, position));
                if (Math.max(first, other) <= strongest) continue;
                strongest = Math.max(first, other);
                lead = first - other;
            }
        return lead;
    }

    /** [seeds] the number in every run. */
    double[] in(Ensemble runs) throws IOException {
        double[] numbers = new double[runs.runs().size()];
        for (int run = 0; run < numbers.length; run++) numbers[run] = reading.of(runs, run);
        return numbers;
    }

    private static double number(Ensemble runs, int run, String name) throws IOException {
        return strongest(runs, run, (layer, head) -> last(runs, run, layer, head, name));
    }

    private static double last(Ensemble runs, int run, int layer, int head, String name) {
        return runs.curve(run, SinkHead.number(layer, head, name)).last();
    }

    private static double strongest(Ensemble runs, int run, OfHead number) throws IOException {
        ModelSpec model = runs.specs().get(run).model();
        double strongest = Double.NaN;
        for (int layer = 0; layer < model.layers(); layer++)
            for (int head = 0; head < model.heads(); head++) {
                double own = number.of(layer, head);
                if (!(own <= strongest)) strongest = own;
            }
        return strongest;
    }
}
