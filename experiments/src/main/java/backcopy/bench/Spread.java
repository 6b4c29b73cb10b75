package backcopy.bench;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.commons.math3.stat.StatUtils;

/** What several windows said: the median, the least, the most, and how many they were. */
record Spread(double median, double least, double most, int windows) {
    static Spread of(double[] values) {
        return new Spread(
                StatUtils.percentile(values, 50), StatUtils.min(values), StatUtils.max(values), values.length);
    }

    /** Window by window. */
    static Spread ofRatios(double[] above, double[] below) {
        double[] ratios = new double[above.length];
        for (int i = 0; i < ratios.length; i++) ratios[i] = above[i] / below[i];
        return of(ratios);
    }

    Map<String, Object> words() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("median", median);
        words.put("least", least);
        words.put("most", most);
        words.put("windows", windows);
        return words;
    }
}
