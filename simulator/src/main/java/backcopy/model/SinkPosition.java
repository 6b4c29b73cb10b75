package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.model.Intervention.ClampScore;
import backcopy.model.Intervention.ClampValue;
import backcopy.model.Intervention.OnSink;
import backcopy.model.Intervention.ScaleValue;
import backcopy.model.Intervention.SinkScore;
import backcopy.model.Intervention.StopScoreGradient;
import backcopy.model.Intervention.StopValueGradient;
import java.util.List;

/**
 * Position 0 of the sequences of a slice in one layer, as interventions reach it: its values are changed after the value map,
 * the scores on it before the row rule. Without an intervention nothing is done.
 */
final class SinkPosition {
    private static final SinkScore EVERY = (token, position) -> 0;

    private final Backend backend;
    private final int layer;
    private final int vocabulary;
    private final Matrix output;
    private final AttentionShape shape;
    private final Buffer value;
    private final Buffer scores;
    private final Buffer pattern;
    private final int sequences;
    private final int width;
    private final int headWidth;
    /** Numbers from a value at position 0 to the next sequence's. */
    private final int stride;

    /** One head's value at position 0 with zeros for the others, its value state, and a gradient, {@code [sequences, width]}. */
    private final Buffer part;

    private final Buffer state;
    private final Buffer back;
    /** One head's, {@code [sequences, headWidth]}. */
    private final Buffer own;

    private final Buffer other;
    private final Buffer nothing;
    /** What each head's value was multiplied by, {@code [heads, sequences]}. */
    private final Buffer factors;

    private final Buffer dots;
    /** Made when first needed: a pattern of key 0 alone, and what values at position 0 add, of all heads and of one. */
    private Buffer onSink;

    private Buffer shares;
    private Buffer share;
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
            int vocabulary,
            Matrix output,
            AttentionShape shape,
            Buffer value,
            Buffer scores,
            Buffer pattern) {
        this.backend = backend;
        this.layer = layer;
        this.vocabulary = vocabulary;
        this.output = output;
        this.shape = shape;
        this.value = value;
        this.scores = scores;
        this.pattern = pattern;
        sequences = shape.sequences();
        width = shape.width();
        headWidth = shape.headWidth();
        stride = shape.length() * width;
        part = backend.allocate(sequences * width);
        state = backend.allocate(sequences * width);
        back = backend.allocate(sequences * width);
        own = backend.allocate(sequences * headWidth);
        other = backend.allocate(sequences * headWidth);
        nothing = backend.allocate(headWidth);
        factors = backend.allocate(shape.heads() * sequences);
        dots = backend.allocate(sequences);
    }

    /** @param tokens {@code [sequences, length]}, not modified */
    void forward(List<Intervention> interventions, int[] tokens) {
        this.tokens = tokens;
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof OnSink sink && sink.layer() == layer)
                for (int h = 0; h < shape.heads(); h++) if (sink.actsOn(h)) forward(sink, h);
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
                for (int h = 0; h < shape.heads(); h++)
                    if (sink.actsOn(h)) backward(sink, h, dOut, dScores, dValue, dOutput);
    }

    private void forward(OnSink sink, int head) {
        if (sink instanceof ClampValue clamp) {
            valueStates(head);
            backend.normFactors(state, clamp.norm(), factors(head));
            backend.scaleEach(ofHead(value, head), stride, headWidth, factors(head));
        } else if (sink instanceof ScaleValue scale) {
            backend.fill(factors(head), scale.factor());
            backend.scaleEach(ofHead(value, head), stride, headWidth, factors(head));
        } else if (sink instanceof ClampScore clamp) {
            backend.clampScores(tokens, clamp.score(), vocabulary, head, scores, shape, false);
        }
    }

    private void backward(OnSink sink, int head, Buffer dOut, Buffer dScores, Buffer dValue, Buffer dOutput) {
        Buffer dOwn = ofHead(dValue, head);
        if (sink instanceof ClampValue clamp) {
            if (clamp.norm() == 0) clear(dOwn);
            else clampBackward(clamp.norm(), head, dOwn, dOutput);
        } else if (sink instanceof ScaleValue) {
            backend.scaleEach(dOwn, stride, headWidth, factors(head));
        } else if (sink instanceof StopValueGradient) {
            takeBack(head, dOut, dOutput);
            clear(dOwn);
        } else if (sink instanceof ClampScore clamp) {
            backend.clampScores(tokens, clamp.score(), vocabulary, head, dScores, shape, true);
        } else {
            assert sink instanceof StopScoreGradient;
            backend.clampScores(tokens, EVERY, vocabulary, head, dScores, shape, true);
        }
    }

    /**
     * With {@code v' = r v}, {@code r = c / |W_O v|}, {@code u' = W_O v'} and {@code a = dv' . v' / c^2}:
     * {@code dv = r (dv' - a W_O^T u')} and {@code dW_O -= a u' v'^T}.
     */
    private void clampBackward(double norm, int head, Buffer dOwn, Buffer dOutput) {
        valueStates(head);
        backend.dotEach(dOwn, stride, ofHead(value, head), stride, headWidth, -(norm * norm), dots);
        backend.linearBackwardInput(state, output, back, sequences, false);
        backend.copyEach(from(back, head * headWidth), width, other, headWidth, headWidth, sequences);
        backend.scaleEach(other, headWidth, headWidth, dots);
        backend.copyEach(dOwn, stride, own, headWidth, headWidth, sequences);
        backend.add(other, own);
        backend.scaleEach(own, headWidth, headWidth, factors(head));
        backend.copyEach(own, headWidth, dOwn, stride, headWidth, sequences);
        backend.scaleEach(state, width, width, dots);
        backend.linearBackwardWeight(state, part, dOutput, sequences, width, width, true);
    }

    /** Subtracts from {@code dOutput} what came through {@code A[t, 0] v_0}: the sum over t of {@code dOut_t A[t, 0] v_0^T}. */
    private void takeBack(int head, Buffer dOut, Buffer dOutput) {
        int rows = shape.rows(), queries = rows * shape.heads(), length = shape.length();
        if (onSink == null) {
            onSink = backend.allocate(shape.pairs());
            shares = backend.allocate(rows * width);
            share = backend.allocate(rows * width);
        }
        backend.copyEach(pattern, length, onSink, length, 1, queries);
        backend.mix(onSink, value, shares, shape);
        backend.fill(share, 0);
        int first = head * headWidth;
        backend.copyEach(from(shares, first), width, from(share, first), width, headWidth, rows);
        backend.scale(share, -1);
        backend.linearBackwardWeight(dOut, share, dOutput, rows, width, width, true);
    }

    /** Leaves a head's values at position 0 in {@link #part}, the other heads' zero, and its value states in {@link #state}. */
    private void valueStates(int head) {
        backend.fill(part, 0);
        Buffer target = from(part, head * headWidth);
        backend.copyEach(ofHead(value, head), stride, target, width, headWidth, sequences);
        backend.linear(part, output, state, sequences, false);
    }

    private void clear(Buffer dOwn) {
        backend.copyEach(nothing, 0, dOwn, stride, headWidth, sequences);
    }

    private Buffer factors(int head) {
        return factors.view(head * sequences, sequences);
    }

    /** A head's numbers at position 0 of the first sequence, and what lies behind them. */
    private Buffer ofHead(Buffer values, int head) {
        return from(values, head * headWidth);
    }

    private static Buffer from(Buffer buffer, int number) {
        return buffer.view(number, buffer.size() - number);
    }
}
