package backcopy.model;

import java.util.Arrays;
import java.util.List;

/** The sink of one layer as a model has it now: what {@link InterventionSpec#isHeld held} interventions hold it at. */
public final class SinkLevels {
    private SinkLevels() {}

    /**
     * What an intervention holds.
     *
     * @param opening the token at position 0
     * @param initialNorms what {@link #valueNorms} were at initialization; not modified, read by {@code reset-value} alone
     * @return of {@code clamp-value} norms {@code [heads]}, of {@code reset-value} factors {@code [heads]}, of
     *     {@code clamp-score} scores {@code [heads, token, position]}
     */
    public static double[] held(InterventionSpec spec, Network model, int opening, double[] initialNorms) {
        if (spec.kind().equals("clamp-score")) return scores(model, spec.layer(), opening);
        double[] norms = valueNorms(model, spec.layer(), opening);
        if (spec.kind().equals("clamp-value")) return norms;
        double[] factors = new double[norms.length];
        for (int h = 0; h < factors.length; h++)
            factors[h] = norms[h] > 0 ? spec.level().orElse(initialNorms[h]) / norms[h] : 1;
        return factors;
    }

    /** The norm of each head's value state {@code W_O v} at position 0, {@code [heads]}; a query there sees only itself. */
    public static double[] valueNorms(Network model, int layer, int opening) {
        int width = model.spec().width(), headWidth = model.spec().headWidth();
        Activations a = model.trainingActivations(1, model.length());
        forward(model, a, opening, opening);
        double[] value = a.read("layers." + layer + ".attention.value");
        double[] output = model.weights().read("layers." + layer + ".attention.output.weight");
        double[] norms = new double[model.spec().heads()];
        for (int h = 0; h < norms.length; h++) {
            double squares = 0;
            for (int row = 0; row < width; row++) {
                double state = 0;
                for (int c = h * headWidth; c < (h + 1) * headWidth; c++) state += output[row * width + c] * value[c];
                squares += state * state;
            }
            norms[h] = Math.sqrt(squares);
        }
        return norms;
    }

    /** Every token's score on position 0 at every position, {@code [heads, token, position]}; exact in layer 0. */
    static double[] scores(Network model, int layer, int opening) {
        int heads = model.spec().heads(), tokens = model.vocabulary(), length = model.length();
        double[] table = new double[heads * tokens * length];
        Activations a = model.trainingActivations(1, length);
        for (int token = 0; token < tokens; token++) {
            forward(model, a, opening, token);
            double[] scores = a.read("layers." + layer + ".attention.scores");
            for (int h = 0; h < heads; h++)
                for (int t = 0; t < length; t++)
                    table[(h * tokens + token) * length + t] = scores[(h * length + t) * length];
        }
        return table;
    }

    /** One sequence: the opening token, then the same token everywhere. */
    private static void forward(Network model, Activations a, int opening, int token) {
        int[] tokens = new int[model.length() + 1];
        Arrays.fill(tokens, token);
        tokens[0] = opening;
        a.load(0, tokens, 0);
        model.forward(a, 1, List.of());
    }
}
