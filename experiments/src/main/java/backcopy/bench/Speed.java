package backcopy.bench;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What was measured at one number of threads.
 *
 * @param tokens tokens a second
 * @param operations useful operations a second
 * @param shapes the matmuls that were measured beside the steps
 * @param shapeRates their operations a second
 * @param share of the fastest shape's rate in the same round, by the operations that count
 * @param split seconds by part and thread-second of the split window; what is missing to 1 is waiting, and loops around calls
 * @param probes the records of a run
 */
record Speed(
        int threads,
        Spread tokens,
        Spread operations,
        List<MatmulCeiling.Shape> shapes,
        List<Spread> shapeRates,
        Spread share,
        Map<Part, Double> split,
        ProbeCost probes) {

    /** The fastest shape's place in the list. */
    static int fastest(List<Spread> rates) {
        int best = 0;
        for (int s = 1; s < rates.size(); s++)
            if (rates.get(s).median() > rates.get(best).median()) best = s;
        return best;
    }

    Spread ceiling() {
        return shapeRates.get(fastest(shapeRates));
    }

    /** The part of the threads' time that no part accounts for. */
    double rest() {
        return 1 - split.values().stream().mapToDouble(part -> part).sum();
    }

    Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("threads", threads);
        words.put("tokensPerSecond", tokens.words());
        words.put("flopPerSecond", operations.words());
        words.put("ceilingShape", shapes.get(fastest(shapeRates)).toString());
        words.put("ceilingFlopPerSecond", ceiling().words());
        Map<String, Object> rates = new LinkedHashMap<>();
        for (int s = 0; s < shapes.size(); s++)
            rates.put(shapes.get(s).toString(), shapeRates.get(s).median());
        words.put("matmulFlopPerSecond", rates);
        words.put("shareOfCeiling", share.words());
        Map<String, Object> parts = new LinkedHashMap<>();
        split.forEach((part, value) -> parts.put(part.word(), value));
        parts.put("rest", rest());
        words.put("split", parts);
        words.put("probes", probes.words());
        return words;
    }
}
