package backcopy.bench;

import backcopy.attention.AttentionKinds;
import backcopy.run.Keys;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A model that differs from a workload's in some keys.
 *
 * @param name its keys without their {@code model.}, with a space between them
 */
public record Variant(String name) {
    /** What stands around attention, then norms and MLPs; masks have sizes for the workload {@code laptop}. */
    private static final List<String> OTHERS = List.of(
            "position=none",
            "position=sinusoidal",
            "position=rope",
            "position=alibi",
            "position=t5",
            "position=t5-index",
            "mask=window maskSize=32",
            "mask=prefix maskSize=32",
            "mask=shifted-groups maskSize=32",
            "scores=elu attention=relu-normalized",
            "scores=mlp attention=identity",
            "scores=mlp attention=identity-normalized",
            "scores=differential",
            "sinkTokens=1",
            "sinkTokens=4",
            "keyBias=shared",
            "keyBias=per-head",
            "keyBias=per-head keyBiasValue=5",
            "keyBias=per-head keyBiasValue=learned",
            "valueBias=shared",
            "valueBias=per-head",
            "gate=elementwise",
            "gate=headwise",
            "gate=per-head",
            "gate=per-head-mlp",
            "gate=value",
            "gate=input",
            "gate=value-state",
            "gate=value-state-output",
            "queryKeyNorm=rms-norm",
            "headNorm=rms-norm",
            "valueResidual=0.5",
            "norm=rms-norm",
            "norm=dyt",
            "norm=none",
            "normPlacement=post",
            "normPlacement=sandwich",
            "mlp=gelu",
            "mlp=silu",
            "mlp=linear",
            "mlp=swiglu",
            "mlp=geglu",
            "mlp=reglu");

    /** Every attention kind but softmax, and everything around it. */
    public static List<Variant> all() {
        Stream<String> kinds = AttentionKinds.names().stream()
                .filter(kind -> !kind.equals("softmax"))
                .map(kind -> "attention=" + kind);
        return Stream.concat(kinds, OTHERS.stream()).map(Variant::new).toList();
    }

    /** Those that have a word in their keys; all of them by {@code all}. */
    public static List<Variant> named(String word) {
        if (word.equals("all")) return all();
        List<Variant> named =
                all().stream().filter(variant -> variant.name.contains(word)).toList();
        if (named.isEmpty())
            throw new IllegalArgumentException("--variants = " + word + " is neither all nor part of a variant's keys");
        return named;
    }

    /** The workload with these keys. */
    Workload of(Workload workload) {
        Map<String, String> keys = Keys.overrides(
                Stream.of(name.split(" ")).map(key -> "model." + key).toList());
        return workload.with(keys);
    }
}
