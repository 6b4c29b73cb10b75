package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.LayerMapsFigure;
import backcopy.figure.Table;
import backcopy.run.RunSpec;
import backcopy.run.Tensor;
import backcopy.run.Trace;
import backcopy.task.Task;
import java.util.List;

/** The first head of every layer on one sequence, with the norms of value states and residual streams. */
final class LayerMaps {
    private LayerMaps() {}

    /** The picture of the first positions of a trace's first sequence; every layer of the model has attention. */
    static Drawing drawing(Trace trace, RunSpec spec, int shown) {
        Task task = trace.task();
        Table.Rows weights = Table.rows("layer", "query", "key", "weight");
        Table.Rows tokens = Table.rows("layer", "position", "symbol", "trigger", "value.norm", "residual.norm");
        for (int layer = 0; layer < spec.model().layers(); layer++) {
            SequenceMap map = SequenceMap.of(trace, 0, layer, 0);
            Tensor residual = trace.activation("layers." + layer + ".residual.out");
            for (int query = 0; query < Math.min(shown, map.tokens().length); query++) {
                int token = map.tokens()[query];
                boolean isTrigger = task.isTrigger(token);
                double norm = norm(residual, query);
                tokens.add(layer, query, task.symbol(token), isTrigger ? 1 : 0, map.valueNorms()[query], norm);
                for (int key = 0; key <= query; key++) weights.add(layer, query, key, map.weight(query, key));
            }
        }
        return new Drawing(new LayerMapsFigure(), Settings.of(List.of(spec)), weights.table(), tokens.table());
    }

    /** @param states {@code [sequences, position, width]}, of which the first sequence is looked at */
    private static double norm(Tensor states, int position) {
        int width = states.shape()[2];
        double squares = 0;
        for (int i = 0; i < width; i++) {
            double entry = states.values()[position * width + i];
            squares += entry * entry;
        }
        return Math.sqrt(squares);
    }
}
