package backcopy.model;

import backcopy.run.Keys;
import backcopy.run.Scale;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Models with something around attention, by their keys: every switch alone, and several at once. */
final class Variants {
    static final List<String> ALL = List.of(
            "position=none",
            "position=sinusoidal",
            "position=rope",
            "position=alibi",
            "position=t5",
            "position=t5-index",
            "mask=window maskSize=2",
            "mask=prefix maskSize=3",
            "mask=shifted-groups maskSize=4",
            "scores=elu attention=identity",
            "scores=elu attention=relu-normalized",
            "scores=mlp attention=identity",
            "scores=mlp attention=identity-normalized",
            "scores=differential",
            "sinkTokens=1",
            "keyBias=shared",
            "keyBias=per-head keyBiasValue=5",
            "keyBias=per-head keyBiasValue=learned",
            "keyBias=shared keyBiasValue=learned attention=sigmoid",
            "valueBias=shared",
            "valueBias=per-head",
            "gate=elementwise",
            "gate=headwise gateBias=-1",
            "gate=per-head gateBias=-1.0986",
            "gate=per-head-mlp",
            "gate=value",
            "gate=input",
            "gate=value-state",
            "gate=value-state-output",
            "queryKeyNorm=rms-norm",
            "headNorm=rms-norm",
            "valueResidual=0.5",
            "sinkTokens=2 keyBias=per-head mask=window maskSize=2 position=alibi gate=value valueResidual=0.3",
            "sinkTokens=1 keyBias=shared keyBiasValue=learned mask=prefix maskSize=2 position=rope gate=elementwise",
            "scores=differential keyBias=per-head position=t5 queryKeyNorm=rms-norm attention=sink-score sinkTokens=1",
            "scores=mlp attention=elu-normalized position=rope headNorm=rms-norm valueBias=shared gate=value-state-output");

    private Variants() {}

    /** @param keys without their {@code model.}, with spaces between them */
    static ModelSpec spec(String keys, int layers, int heads, int width, int mlpWidth) {
        Map<String, String> all = new LinkedHashMap<>(Map.of(
                "model.layers", Integer.toString(layers),
                "model.heads", Integer.toString(heads),
                "model.width", Integer.toString(width),
                "model.mlpWidth", Integer.toString(mlpWidth)));
        for (String key : keys.split(" ")) if (!key.isEmpty()) all.putAll(Keys.overrides(List.of("model." + key)));
        return Keys.parse(Scale.SMOKE.spec(), all).model();
    }

    /** Initial weights, those with a law of their own moved off it, all numbers that a float holds exactly. */
    static void draw(Parameters weights, SplittableRandom random) {
        Initialization.draw(weights, random);
        for (ParameterLayout.Entry entry : weights.layout().entries()) {
            double[] values = weights.read(entry.name());
            double least =
                    entry.name().endsWith(".alpha") ? 0.5 : 0; // a small one leaves scores near 0 and no gradient
            double spread = entry.start().kind() == Start.Kind.OWN ? 0.5 : 0;
            for (int i = 0; i < values.length; i++)
                values[i] = (float) (least + values[i] + spread * (2 * random.nextDouble() - 1));
            weights.write(entry.name(), values);
        }
    }

    /** Overwrites the weights that both models have by the first one's. */
    static void copy(Transformer from, Transformer to) {
        List<String> names = from.weights().layout().entries().stream()
                .map(ParameterLayout.Entry::name)
                .toList();
        for (ParameterLayout.Entry entry : to.weights().layout().entries())
            if (names.contains(entry.name()))
                to.weights().write(entry.name(), from.weights().read(entry.name()));
        to.pack();
    }
}
