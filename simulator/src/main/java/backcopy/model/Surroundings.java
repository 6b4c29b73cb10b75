package backcopy.model;

import backcopy.backend.Mask;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What stands around the row rule of every attention block, nothing at first: keys {@code model.*} like those of
 * {@link ModelSpec}, which holds it.
 *
 * @param mask which keys a query sees: {@code causal}, {@code window}, {@code prefix} or {@code shifted-groups}
 * @param maskSize positions of the window, the prefix or a group; 0 where the mask has none
 * @param scores what scores are made of: {@code dot-product} q . k, the kernels {@code elu} and {@code mlp}
 *     phi(q) . phi(k), or {@code differential}, the difference of two patterns
 * @param sinkTokens learned tokens before the sequence, which every query sees
 * @param keyBias a learned key that every query sees, one for all heads ({@code shared}) or one each ({@code per-head}), or
 *     {@code none}
 * @param keyBiasValue its value: {@code learned}, or the norm of a fixed one
 * @param valueBias a learned vector added to the heads' outputs: {@code none}, {@code shared} or {@code per-head}
 * @param gate one of {@link Gate#NAMES}
 * @param gateBias where the bias of a gate starts
 * @param queryKeyNorm {@code rms-norm} of each head's queries and keys, or {@code none}
 * @param headNorm {@code rms-norm} of each head's output, or {@code none}
 * @param valueResidual share of the first layer's values in those of the later layers, from 0 on and below 1
 */
public record Surroundings(
        String mask,
        int maskSize,
        String scores,
        int sinkTokens,
        String keyBias,
        String keyBiasValue,
        String valueBias,
        String gate,
        double gateBias,
        String queryKeyNorm,
        String headNorm,
        double valueResidual) {
    /** What stands around attention, by the last word of its key: the values it takes and what they do. */
    public static final Map<String, String> ABOUT = about();

    private static Map<String, String> about() {
        Map<String, String> about = new LinkedHashMap<>();
        about.put("position", String.join(", ", PositionCodes.NAMES));
        about.put("mask", "causal; window, prefix or shifted-groups of maskSize positions");
        about.put("scores", "dot-product; kernels elu and mlp, without exp; differential: of two patterns");
        about.put("sinkTokens", "learned tokens in front, which every query sees");
        about.put("keyBias", "a learned key in front, shared or per-head; keyBiasValue: learned, or a fixed norm");
        about.put("valueBias", "a learned vector added to the heads' outputs, shared or per-head");
        about.put("gate", String.join(", ", Gate.NAMES) + "; gateBias: where its bias starts");
        about.put("queryKeyNorm", "rms-norm of each head's queries and keys");
        about.put("headNorm", "rms-norm of each head's output");
        about.put("valueResidual", "share of the first layer's values in later ones, 0.5 as published");
        return about;
    }

    private static final List<String> BIASES = List.of("none", "shared", "per-head");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}(\\.[0-9]{1,9})?");
    private static final List<String> NORMS = List.of("none", "rms-norm");

    /** Causal dot-product attention and nothing else. */
    public static final Surroundings NONE =
            new Surroundings("causal", 0, "dot-product", 0, "none", "0", "none", "none", 0, "none", "none", 0);

    public Surroundings {
        ModelSpec.oneOf("mask", mask, List.of("causal", "window", "prefix", "shifted-groups"));
        ModelSpec.oneOf("scores", scores, List.of("dot-product", "elu", "mlp", "differential"));
        ModelSpec.oneOf("keyBias", keyBias, BIASES);
        ModelSpec.oneOf("valueBias", valueBias, BIASES);
        ModelSpec.oneOf("gate", gate, Gate.NAMES);
        ModelSpec.oneOf("queryKeyNorm", queryKeyNorm, NORMS);
        ModelSpec.oneOf("headNorm", headNorm, NORMS);
        if (sinkTokens < 0) throw new IllegalArgumentException("model.sinkTokens = " + sinkTokens + " is below 0");
        if (!(valueResidual >= 0 && valueResidual < 1))
            throw new IllegalArgumentException(
                    "model.valueResidual = " + valueResidual + " is not from 0 on and below 1");
        if (mask.equals("causal") && maskSize != 0)
            throw new IllegalArgumentException("model.maskSize = " + maskSize + " is no key of model.mask = causal");
        if (!mask.equals("causal") && maskSize < 1)
            throw new IllegalArgumentException("model.mask = " + mask + " needs model.maskSize, 1 or more");
        if (keyBias.equals("none") && !keyBiasValue.equals("0"))
            throw new IllegalArgumentException(
                    "model.keyBiasValue = " + keyBiasValue + " is no key of model.keyBias = none");
        if (gate.equals("none") && gateBias != 0)
            throw new IllegalArgumentException("model.gateBias = " + gateBias + " is no key of model.gate = none");
        if (!keyBiasValue.equals("learned")) keyBiasValue = norm(keyBiasValue);
    }

    /** The mask of positions behind {@code kept} keys that all queries see. */
    Mask maskBehind(int kept) {
        return new Mask(Mask.Kind.valueOf(mask.replace('-', '_').toUpperCase(Locale.ROOT)), maskSize, kept);
    }

    boolean isDifferential() {
        return scores.equals("differential");
    }

    /** A key that is not at its default, with its value; not where there is none. */
    String firstSet() {
        String beyond = beyondTokens() != null ? beyondTokens() : beyondOnePattern();
        if (beyond != null) return beyond;
        if (!scores.equals("dot-product")) return "model.scores = " + scores;
        if (!valueBias.equals("none")) return "model.valueBias = " + valueBias;
        return queryKeyNorm.equals("none")
                ? "model.valueResidual = " + valueResidual
                : "model.queryKeyNorm = " + queryKeyNorm;
    }

    /** The key because of which a pattern is not simply that of a sequence's tokens, or null. */
    public String beyondTokens() {
        if (!mask.equals("causal")) return "model.mask = " + mask;
        if (sinkTokens > 0) return "model.sinkTokens = " + sinkTokens;
        return keyBias.equals("none") ? null : "model.keyBias = " + keyBias;
    }

    /** The key because of which a head does more than add its values by one pattern, or null. */
    public String beyondOnePattern() {
        if (isDifferential()) return "model.scores = " + scores;
        if (normsHeads()) return "model.headNorm = " + headNorm;
        return gate.equals("none") ? null : "model.gate = " + gate;
    }

    /** Whether each head's output is normed; differential attention always does. */
    boolean normsHeads() {
        return isDifferential() || headNorm.equals("rms-norm");
    }

    /** The norm of a key bias's fixed value. */
    double keyBiasNorm() {
        return keyBiasValue.equals("learned") ? Double.NaN : Double.parseDouble(keyBiasValue);
    }

    /** Keys in front of the sequence that every query sees. */
    int keptKeys() {
        return sinkTokens + (keyBias.equals("none") ? 0 : 1);
    }

    /** The one text of a norm, so that equal norms are equal specs. */
    private static String norm(String text) {
        if (NUMBER.matcher(text).matches()) {
            BigDecimal norm = new BigDecimal(text);
            return norm.signum() == 0 ? "0" : norm.stripTrailingZeros().toPlainString();
        }
        throw new IllegalArgumentException(
                "model.keyBiasValue = " + text + " is neither learned nor a norm such as 2.5");
    }
}
