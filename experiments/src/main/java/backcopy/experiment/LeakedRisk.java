package backcopy.experiment;

import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import backcopy.run.Trace;
import backcopy.task.Task;
import java.util.List;

/**
 * What a trained layer's bag of values costs: the excess bigram risk as a function of the leak x when every query that is no
 * trigger has {@code 1 - x} of its attention on {@code <s>} and the rest evenly on the tokens it sees. The reduced model has
 * {@code slope x + variance x^2 / 2}: a slope where {@code <s>} is not drained of the bag or the MLP has not settled, and the
 * variance of the mean value state under the bigram law.
 *
 * @param slope nats for each unit of leak, at none
 * @param variance second derivative by the leak, at none: Var_p(s / n) where it is the bag's alone
 */
record LeakedRisk(double slope, double variance) {
    private static final double LEAK = 0.1;

    /** Of layer 0, by differences of forced patterns. */
    static LeakedRisk of(Trace trace, Task task) {
        double none = risk(trace, task, 0), more = risk(trace, task, LEAK), less = risk(trace, task, -LEAK);
        return new LeakedRisk((more - less) / (2 * LEAK), (more + less - 2 * none) / (LEAK * LEAK));
    }

    /** The leak that costs least, at least 0. */
    double best() {
        return Math.max(0, -slope / variance);
    }

    private static double risk(Trace trace, Task task, double leak) {
        return trace.observe(List.of(new ForcePattern(0, -1, pattern(task, leak))))
                .number("excess.bigram");
    }

    /** A leak below 0 is a pattern too: the risk is a smooth function of it. */
    static ForcedPattern pattern(Task task, double leak) {
        return (token, query, key) -> {
            if (key > query) return 0;
            if (query == 0) return 1;
            if (task.isTrigger(token)) return key == query - 1 ? 1 : 0;
            return key == 0 ? 1 - leak : leak / query;
        };
    }
}
