package backcopy.backend.cpu;

import java.util.Map;

/**
 * Twins in float of the elementwise optimizers that are not in {@link SpanKernel}: loops in plain Java, a thousandth of a step's
 * time. As there, moments below the smallest normal float become 0, and decay and step are added before they are subtracted.
 */
final class PlainSteps {
    private PlainSteps() {}

    /** {@code g' = g + wd w}, then AdamW's moments and step without decay. */
    static void adam(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m, CpuBuffer v, long step) {
        double b1 = of.get("beta1"), b2 = of.get("beta2");
        float beta1 = (float) b1, newer1 = (float) (1 - b1), beta2 = (float) b2, newer2 = (float) (1 - b2);
        float rate = (float) (of.get("learningRate") / (1 - Math.pow(b1, step + 1)));
        float correction = (float) (1 / (1 - Math.pow(b2, step + 1)));
        float epsilon = number(of, "epsilon"), decay = number(of, "weightDecay");
        for (int i = 0; i < w.size(); i++) {
            float weight = at(w, i), gradient = at(g, i) + decay * weight;
            float first = normal(beta1 * at(m, i) + newer1 * gradient);
            float second = normal(beta2 * at(v, i) + newer2 * gradient * gradient);
            set(m, i, first);
            set(v, i, second);
            set(w, i, weight - rate * first / ((float) Math.sqrt(second * correction) + epsilon));
        }
    }

    /** {@code m = mu m + g, w -= lr wd w + lr m}. */
    static void sgdw(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m) {
        float rate = number(of, "learningRate"), momentum = number(of, "momentum"), decay = decay(of);
        for (int i = 0; i < w.size(); i++) {
            float moved = normal(momentum * at(m, i) + at(g, i));
            set(m, i, moved);
            set(w, i, at(w, i) - (decay * at(w, i) + rate * moved));
        }
    }

    /** {@code g' = g + wd w, m = mu m + g', w -= lr (g' + mu m)}. */
    static void nesterov(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m) {
        float rate = number(of, "learningRate"), momentum = number(of, "momentum"), decay = number(of, "weightDecay");
        for (int i = 0; i < w.size(); i++) {
            float gradient = at(g, i) + decay * at(w, i);
            float moved = normal(momentum * at(m, i) + gradient);
            set(m, i, moved);
            set(w, i, at(w, i) - rate * (gradient + momentum * moved));
        }
    }

    /** {@code m = mu m + (1 - mu) g, w -= lr wd w + lr sign(m)}. */
    static void signSgd(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m) {
        float rate = number(of, "learningRate"), momentum = number(of, "momentum"), decay = decay(of);
        float newer = (float) (1 - of.get("momentum"));
        for (int i = 0; i < w.size(); i++) {
            float mean = normal(momentum * at(m, i) + newer * at(g, i));
            set(m, i, mean);
            set(w, i, at(w, i) - (decay * at(w, i) + rate * Math.signum(mean)));
        }
    }

    /** {@code g' = g + wd w, v = a v + (1 - a) g'², w -= lr g' / (sqrt(v) + eps)}. */
    static void rmsprop(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer v) {
        float rate = number(of, "learningRate"), decay = number(of, "weightDecay"), epsilon = number(of, "epsilon");
        float smoothing = number(of, "smoothing"), newer = (float) (1 - of.get("smoothing"));
        for (int i = 0; i < w.size(); i++) {
            float gradient = at(g, i) + decay * at(w, i);
            float square = normal(smoothing * at(v, i) + newer * gradient * gradient);
            set(v, i, square);
            set(w, i, at(w, i) - rate * gradient / ((float) Math.sqrt(square) + epsilon));
        }
    }

    /** {@code w -= lr wd w + lr sign(b1 m + (1 - b1) g), m = b2 m + (1 - b2) g}. */
    static void lion(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m) {
        float rate = number(of, "learningRate"), decay = decay(of);
        float beta1 = number(of, "beta1"), newer1 = (float) (1 - of.get("beta1"));
        float beta2 = number(of, "beta2"), newer2 = (float) (1 - of.get("beta2"));
        for (int i = 0; i < w.size(); i++) {
            float direction = Math.signum(beta1 * at(m, i) + newer1 * at(g, i));
            set(w, i, at(w, i) - (decay * at(w, i) + rate * direction));
            set(m, i, normal(beta2 * at(m, i) + newer2 * at(g, i)));
        }
    }

    private static float number(Map<String, Double> of, String name) {
        return of.get(name).floatValue();
    }

    private static float decay(Map<String, Double> of) {
        return (float) (of.get("learningRate") * of.get("weightDecay"));
    }

    private static float at(CpuBuffer buffer, int i) {
        return buffer.array()[buffer.offset() + i];
    }

    private static void set(CpuBuffer buffer, int i, float value) {
        buffer.array()[buffer.offset() + i] = value;
    }

    private static float normal(float x) {
        return Math.abs(x) < Float.MIN_NORMAL ? 0 : x;
    }
}
