package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Mask;
import backcopy.backend.Matrix;
import backcopy.backend.RowRule;
import backcopy.backend.TokenPattern;
import backcopy.backend.TrainedRule;
import backcopy.model.Intervention.ForcePattern;
import backcopy.model.Intervention.ForcedPattern;
import java.util.List;

/**
 * From queries, keys and values to the heads' outputs: scores, a bias by distance, the row rule, the difference of two patterns,
 * and the mean of the values by the pattern; with a learned key in front where there is one. Interventions on scores and
 * patterns act here.
 */
final class AttentionMaps {
    private final Backend backend;
    private final Parameters weights;
    private final RowRule rule;
    private final int layer;
    private final int heads;
    private final int headWidth;
    private final int mapsPerHead;
    private final Mask mask;
    private final int trained;
    private final DistanceBias distances;
    private final KeyBias keyBias;
    private final Differential differential;

    AttentionMaps(ModelSpec spec, int layer, String name, Parameters weights, Backend backend) {
        this.backend = backend;
        this.weights = weights;
        this.layer = layer;
        rule = spec.attention();
        heads = spec.heads();
        headWidth = spec.headWidth();
        mapsPerHead = spec.scoreMaps();
        Surroundings around = spec.surroundings();
        mask = around.maskBehind(around.keptKeys());
        trained = rule instanceof TrainedRule own ? weights.layout().index(name + "." + own.trainedName()) : -1;
        distances = PositionCodes.isByDistance(spec.position())
                ? new DistanceBias(spec.position(), heads * mapsPerHead, mapsPerHead, weights, backend)
                : null;
        keyBias = around.keyBias().equals("none")
                ? null
                : new KeyBias(around, name + ".key_bias", spec.width(), headWidth, weights, backend);
        differential = around.isDifferential() ? new Differential(layer, name + ".lambda", weights, backend) : null;
    }

    /**
     * Scores and patterns {@code [sequences, heads, query, key]}, with a row and a column in front for each kept key; before a
     * difference there are two of each head.
     */
    final class State {
        final Buffer scores;
        final Buffer pattern;

        private final AttentionShape shape;
        private final AttentionShape mapsShape;
        private final Buffer mapScores;
        private final Buffer mapPatterns;
        private final Buffer dMapPatterns;
        private final KeyBias.State keyBiasState;
        private final DistanceBias.State distanceState;
        private final SinkPosition sink;
        private int[] tokens = {};

        /**
         * @param plain sequences, positions and heads
         * @param value {@code [rows, width]}, of which interventions may change position 0
         */
        State(AttentionShape plain, Buffer value, Matrix output) {
            int length = plain.length() + (keyBias == null ? 0 : 1);
            shape = new AttentionShape(plain.sequences(), heads, length, headWidth, mask);
            mapsShape =
                    new AttentionShape(plain.sequences(), heads * mapsPerHead, length, headWidth / mapsPerHead, mask);
            pattern = backend.allocate(shape.pairs());
            scores = backend.allocate(shape.pairs());
            mapScores = differential == null ? scores : backend.allocate(mapsShape.pairs());
            mapPatterns = differential == null ? pattern : backend.allocate(mapsShape.pairs());
            dMapPatterns = differential == null ? null : backend.allocate(mapsShape.pairs());
            keyBiasState = keyBias == null ? null : keyBias.new State(plain);
            distanceState = distances == null ? null : distances.new State(length - mask.kept());
            int vocabulary = weights.layout().vocabulary();
            sink = new SinkPosition(backend, layer, vocabulary, output, plain, value, scores, pattern);
        }
    }

    /** @param mixed {@code [rows, width]}, overwritten; what goes in is not modified, but for interventions */
    void forward(
            Buffer query,
            Buffer key,
            Buffer value,
            Buffer mixed,
            State state,
            int[] tokens,
            List<Intervention> interventions) {
        KeyBias.State extended = state.keyBiasState;
        if (extended != null) keyBias.forward(query, key, value, extended);
        backend.scores(
                extended == null ? query : extended.query,
                extended == null ? key : extended.key,
                state.mapScores,
                state.mapsShape);
        if (distances != null) distances.forward(state.mapScores, state.distanceState, state.mapsShape);
        state.tokens = tokens;
        state.sink.forward(interventions, tokens);
        if (rule instanceof TrainedRule own)
            backend.pattern(own, weights.view(trained), state.mapScores, state.mapPatterns, state.mapsShape);
        else backend.pattern(rule, state.mapScores, state.mapPatterns, state.mapsShape);
        if (differential != null) {
            differential.forward(state.mapPatterns, state.pattern, state.mapsShape);
            differential.first(state.mapScores, state.scores, state.mapsShape);
        }
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof ForcePattern force && force.layer() == layer)
                force(force.forced(), force.head(), tokens, state.pattern, state);
        if (extended == null) backend.mix(state.pattern, value, mixed, state.shape);
        else {
            backend.mix(state.pattern, extended.value, extended.mixed, state.shape);
            extended.cut(extended.mixed, mixed);
        }
    }

    /**
     * From {@code dMixed} to {@code dQuery}, {@code dKey} and {@code dValue}, overwritten.
     *
     * @param query and {@code key}, {@code value}: what {@link #forward} read, not modified
     * @param dOutput the gradient of what the layer adds to the residual stream, not modified
     * @param dPattern scratch {@code [sequences, heads, query, key]}, as many numbers as the state's pattern
     * @param dOutputWeight the gradient of {@code W_O}, added to where an intervention takes its share back
     */
    void backward(
            Buffer query,
            Buffer key,
            Buffer value,
            Buffer dMixed,
            Buffer dOutput,
            Buffer dPattern,
            Buffer dQuery,
            Buffer dKey,
            Buffer dValue,
            Buffer dOutputWeight,
            State state,
            Parameters gradients,
            List<Intervention> interventions) {
        KeyBias.State extended = state.keyBiasState;
        if (extended == null) backend.mixBackward(dMixed, state.pattern, value, dPattern, dValue, state.shape);
        else
            backend.mixBackward(
                    extended.extendGradient(dMixed),
                    state.pattern,
                    extended.value,
                    dPattern,
                    extended.dValue,
                    state.shape);
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof ForcePattern force && force.layer() == layer)
                force(ForcedPattern.NONE, force.head(), state.tokens, dPattern, state);
        Buffer dScores = dPattern;
        if (differential != null) {
            dScores = state.dMapPatterns;
            differential.backward(state.mapPatterns, dPattern, dScores, state.mapsShape, gradients);
        }
        if (rule instanceof TrainedRule own)
            backend.patternBackward(
                    own,
                    weights.view(trained),
                    state.mapScores,
                    state.mapPatterns,
                    dScores,
                    dScores,
                    gradients.view(trained),
                    state.mapsShape);
        else backend.patternBackward(rule, state.mapScores, state.mapPatterns, dScores, dScores, state.mapsShape);
        state.sink.backward(interventions, dOutput, dScores, dValue, dOutputWeight);
        if (distances != null) distances.backward(dScores, state.distanceState, gradients, state.mapsShape);
        if (extended == null) backend.scoresBackward(dScores, query, key, dQuery, dKey, state.mapsShape);
        else {
            backend.scoresBackward(
                    dScores, extended.query, extended.key, extended.dQuery, extended.dKey, state.mapsShape);
            keyBias.backward(dQuery, dKey, dValue, extended, gradients);
        }
    }

    private void force(TokenPattern forced, int head, int[] tokens, Buffer pattern, State state) {
        backend.force(tokens, forced, weights.layout().vocabulary(), head, pattern, state.shape);
    }
}
