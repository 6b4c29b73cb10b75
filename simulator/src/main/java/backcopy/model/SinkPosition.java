package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.model.Intervention.ClampScore;
import backcopy.model.Intervention.ClampValue;
import backcopy.model.Intervention.OnSink;
import backcopy.model.Intervention.ScaleValue;
import backcopy.model.Intervention.StopScoreGradient;
import backcopy.model.Intervention.StopValueGradient;
import java.util.List;

/**
 * Position 0 of the sequences of a slice in one layer, as interventions reach it: its values are changed after the value map,
 * the scores on it before the row rule. Without an intervention nothing is done.
 */
final class SinkPosition {
    private final Backend backend;
    private final int layer;
    private final Matrix output;
    private final AttentionShape shape;
    private final Buffer value;
    private final Buffer scores;
    private final Buffer pattern;
    private final Buffer part;
    private final Buffer state;
    private final Buffer back;
    private final double[] scales;
    private int[] tokens = {};

    /**
     * @param output {@code W_O}
     * @param value {@code [sequences, length, width]}, of which position 0 may be changed
     * @param scores {@code [sequences, heads, query, key]}, of which key 0 may be changed
     * @param pattern {@code [sequences, heads, query, key]}, not modified
     */
    SinkPosition(
            Backend backend,
            int layer,
            Matrix output,
            AttentionShape shape,
            Buffer value,
            Buffer scores,
            Buffer pattern) {
        this.backend = backend;
        this.layer = layer;
        this.output = output;
        this.shape = shape;
        this.value = value;
        this.scores = scores;
        this.pattern = pattern;
        part = backend.allocate(shape.width());
        state = backend.allocate(shape.width());
        back = backend.allocate(shape.width());
        scales = new double[shape.sequences() * shape.heads()];
    }

    /** @param tokens {@code [sequences, length]}, not modified */
    void forward(List<Intervention> interventions, int[] tokens) {
        this.tokens = tokens;
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof OnSink sink && sink.layer() == layer)
                for (int s = 0; s < shape.sequences(); s++)
                    for (int h = 0; h < shape.heads(); h++) if (sink.actsOn(h)) forward(sink, s, h);
    }

    /**
     * @param dOut the gradient of what the layer adds to the residual stream, not modified
     * @param dScores {@code [sequences, heads, query, key]}, of which key 0 may be changed
     * @param dValue on entry of the changed values, on return of the values as the value map left them
     * @param dOutput the gradient of {@code W_O}, added to
     */
    void backward(List<Intervention> interventions, Buffer dOut, Buffer dScores, Buffer dValue, Buffer dOutput) {
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof OnSink sink && sink.layer() == layer)
                for (int s = 0; s < shape.sequences(); s++)
                    for (int h = 0; h < shape.heads(); h++)
                        if (sink.actsOn(h)) backward(sink, s, h, dOut, dScores, dValue, dOutput);
    }

    private void forward(OnSink sink, int sequence, int head) {
        if (sink instanceof ClampValue clamp) {
            valueState(sequence, head);
            double norm = Math.sqrt(backend.sumOfSquares(state));
            double factor = norm > 0 ? clamp.norm() / norm : 0;
            scales[sequence * shape.heads() + head] = factor;
            backend.scale(ofHead(value, sequence, head), factor);
        } else if (sink instanceof ScaleValue scale) {
            backend.scale(ofHead(value, sequence, head), scale.factor());
        } else if (sink instanceof ClampScore clamp) {
            double[] column = column(scores, sequence, head);
            for (int t = 0; t < column.length; t++) {
                double score = score(clamp, sequence, t);
                if (!Double.isNaN(score)) column[t] = score;
            }
            writeColumn(column, scores, sequence, head);
        }
    }

    private void backward(
            OnSink sink, int sequence, int head, Buffer dOut, Buffer dScores, Buffer dValue, Buffer dOutput) {
        Buffer dOwn = ofHead(dValue, sequence, head);
        if (sink instanceof ClampValue clamp) {
            clampBackward(clamp.norm(), sequence, head, dOwn, dOutput);
        } else if (sink instanceof ScaleValue scale) {
            backend.scale(dOwn, scale.factor());
        } else if (sink instanceof StopValueGradient) {
            takeBack(sequence, head, dOut, dOutput);
            backend.fill(dOwn, 0);
        } else if (sink instanceof ClampScore clamp) {
            double[] column = column(dScores, sequence, head);
            for (int t = 0; t < column.length; t++) if (!Double.isNaN(score(clamp, sequence, t))) column[t] = 0;
            writeColumn(column, dScores, sequence, head);
        } else {
            assert sink instanceof StopScoreGradient;
            writeColumn(new double[shape.length()], dScores, sequence, head);
        }
    }

    /** What a clamp says of one query's score. */
    private double score(ClampScore clamp, int sequence, int position) {
        return clamp.score().of(tokens[sequence * shape.length() + position], position);
    }

    /**
     * With {@code v' = r v}, {@code r = c / |W_O v|}, {@code u' = W_O v'} and {@code a = dv' . v' / c^2}:
     * {@code dv = r (dv' - a W_O^T u')} and {@code dW_O -= a u' v'^T}.
     */
    private void clampBackward(double norm, int sequence, int head, Buffer dOwn, Buffer dOutput) {
        if (norm == 0) {
            backend.fill(dOwn, 0);
            return;
        }
        valueState(sequence, head);
        double a = dot(dOwn, ofHead(value, sequence, head)) / (norm * norm);
        backend.linearBackwardInput(state, output, back, 1, false);
        Buffer own = back.view(head * shape.headWidth(), shape.headWidth());
        backend.scale(own, -a);
        backend.add(own, dOwn);
        backend.scale(dOwn, scales[sequence * shape.heads() + head]);
        backend.scale(state, -a);
        backend.linearBackwardWeight(state, part, dOutput, 1, shape.width(), shape.width());
    }

    /** Subtracts from {@code dOutput} what came through {@code A[t, 0] v_0}: the sum over t of {@code dOut_t A[t, 0] v_0^T}. */
    private void takeBack(int sequence, int head, Buffer dOut, Buffer dOutput) {
        int length = shape.length(), width = shape.width(), headWidth = shape.headWidth();
        double[] weights = column(pattern, sequence, head), own = read(ofHead(value, sequence, head));
        double[] share = new double[length * width];
        for (int t = 0; t < length; t++)
            for (int c = 0; c < headWidth; c++) share[t * width + head * headWidth + c] = -weights[t] * own[c];
        Buffer shares = backend.allocate(share.length);
        backend.write(share, shares);
        Buffer dRows = dOut.view(sequence * length * width, length * width);
        backend.linearBackwardWeight(dRows, shares, dOutput, length, width, width);
    }

    /** Leaves a head's value at position 0 in {@link #part}, the other heads' zero, and its value state in {@link #state}. */
    private void valueState(int sequence, int head) {
        backend.fill(part, 0);
        backend.copy(ofHead(value, sequence, head), part.view(head * shape.headWidth(), shape.headWidth()));
        backend.linear(part, output, state, 1, false);
    }

    private Buffer ofHead(Buffer values, int sequence, int head) {
        return values.view(sequence * shape.length() * shape.width() + head * shape.headWidth(), shape.headWidth());
    }

    private Buffer square(Buffer pairs, int sequence, int head) {
        int size = shape.length() * shape.length();
        return pairs.view((sequence * shape.heads() + head) * size, size);
    }

    /** Key 0 of every query. */
    private double[] column(Buffer pairs, int sequence, int head) {
        double[] square = read(square(pairs, sequence, head)), column = new double[shape.length()];
        for (int t = 0; t < column.length; t++) column[t] = square[t * column.length];
        return column;
    }

    private void writeColumn(double[] column, Buffer pairs, int sequence, int head) {
        Buffer view = square(pairs, sequence, head);
        double[] square = read(view);
        for (int t = 0; t < column.length; t++) square[t * column.length] = column[t];
        backend.write(square, view);
    }

    private double dot(Buffer x, Buffer y) {
        double[] xs = read(x), ys = read(y);
        double sum = 0;
        for (int i = 0; i < xs.length; i++) sum += xs[i] * ys[i];
        return sum;
    }

    private double[] read(Buffer buffer) {
        double[] values = new double[buffer.size()];
        backend.read(buffer, values);
        return values;
    }
}
