package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.SequenceFigure;
import backcopy.figure.Table;
import backcopy.run.RunSpec;
import backcopy.run.Tensor;
import backcopy.run.Trace;
import backcopy.task.Task;
import java.util.List;

/**
 * One head on one sequence, read from a trace.
 *
 * @param task of the tokens
 * @param tokens {@code [length]}
 * @param pattern {@code [query * length + key]}
 * @param valueNorms {@code [length]} norms of the value states, all heads of the layer together
 */
record SequenceMap(Task task, int[] tokens, double[] pattern, double[] valueNorms) {
    static SequenceMap of(Trace trace, int sequence, int layer, int head) {
        int length = trace.batch().length();
        int[] tokens = new int[length];
        for (int t = 0; t < length; t++) tokens[t] = trace.batch().token(sequence, t);
        Tensor patterns = trace.activation("layers." + layer + ".attention.pattern");
        int heads = patterns.shape()[1];
        double[] pattern = new double[length * length];
        System.arraycopy(patterns.values(), (sequence * heads + head) * pattern.length, pattern, 0, pattern.length);
        Tensor states = trace.activation("layers." + layer + ".attention.valueState");
        int width = states.shape()[2];
        double[] norms = new double[length];
        for (int t = 0; t < length; t++) {
            double squares = 0;
            for (int i = 0; i < width; i++) {
                double entry = states.values()[(sequence * length + t) * width + i];
                squares += entry * entry;
            }
            norms[t] = Math.sqrt(squares);
        }
        return new SequenceMap(trace.task(), tokens, pattern, norms);
    }

    double weight(int query, int key) {
        return pattern[query * tokens.length + key];
    }

    /** The picture of the first positions. */
    Drawing drawing(RunSpec spec, int shown) {
        Table.Rows weights = Table.rows("query", "key", "weight");
        Table.Rows symbols = Table.rows("position", "symbol", "trigger", "value.norm");
        for (int query = 0; query < Math.min(shown, tokens.length); query++) {
            int token = tokens[query];
            symbols.add(query, task.symbol(token), task.isTrigger(token) ? 1 : 0, valueNorms[query]);
            for (int key = 0; key <= query; key++) weights.add(query, key, weight(query, key));
        }
        return new Drawing(new SequenceFigure(), Settings.of(List.of(spec)), weights.table(), symbols.table());
    }
}
