package backcopy.backend.cpu;

import backcopy.backend.UpdateRule;
import java.util.Map;

/** One update of all weights: by the rule's twin if there is one of its name, else by its definition. */
final class Updates {
    private final SpanKernel spans;

    Updates(SpanKernel spans) {
        this.spans = spans;
    }

    void update(UpdateRule rule, CpuBuffer w, CpuBuffer g, CpuBuffer[] moments, long step) {
        switch (rule.name()) {
            case "adamw" -> adamw(rule.coefficients(), w, g, moments[0], moments[1], step);
            case "sgd" -> sgd(rule.coefficients(), w, g, moments[0]);
            case "adam" -> PlainSteps.adam(rule.coefficients(), w, g, moments[0], moments[1], step);
            case "sgdw" -> PlainSteps.sgdw(rule.coefficients(), w, g, moments[0]);
            case "nesterov" -> PlainSteps.nesterov(rule.coefficients(), w, g, moments[0]);
            case "sign-sgd" -> PlainSteps.signSgd(rule.coefficients(), w, g, moments[0]);
            case "rmsprop" -> PlainSteps.rmsprop(rule.coefficients(), w, g, moments[0]);
            case "lion" -> PlainSteps.lion(rule.coefficients(), w, g, moments[0]);
            default -> byDefinition(rule, w, g, moments, step);
        }
    }

    private void adamw(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m, CpuBuffer v, long step) {
        double beta1 = of.get("beta1"), beta2 = of.get("beta2"), rate = of.get("learningRate");
        SpanKernel.AdamWStep numbers = new SpanKernel.AdamWStep(
                (float) beta1,
                (float) (1 - beta1),
                (float) beta2,
                (float) (1 - beta2),
                (float) (rate * of.get("weightDecay")),
                (float) (rate / (1 - Math.pow(beta1, step + 1))),
                (float) (1 / (1 - Math.pow(beta2, step + 1))),
                of.get("epsilon").floatValue());
        spans.adamw(
                numbers,
                w.array(),
                w.offset(),
                g.array(),
                g.offset(),
                m.array(),
                m.offset(),
                v.array(),
                v.offset(),
                w.size());
    }

    private void sgd(Map<String, Double> of, CpuBuffer w, CpuBuffer g, CpuBuffer m) {
        spans.sgd(
                of.get("learningRate").floatValue(),
                of.get("momentum").floatValue(),
                of.get("weightDecay").floatValue(),
                w.array(),
                w.offset(),
                g.array(),
                g.offset(),
                m.array(),
                m.offset(),
                w.size());
    }

    private static void byDefinition(UpdateRule rule, CpuBuffer w, CpuBuffer g, CpuBuffer[] moments, long step) {
        double[] state = new double[1 + moments.length];
        for (int i = 0; i < w.size(); i++) {
            state[0] = w.array()[w.offset() + i];
            for (int m = 0; m < moments.length; m++) state[1 + m] = moments[m].array()[moments[m].offset() + i];
            rule.update(state, g.array()[g.offset() + i], step);
            w.array()[w.offset() + i] = (float) state[0];
            for (int m = 0; m < moments.length; m++) moments[m].array()[moments[m].offset() + i] = (float) state[1 + m];
        }
    }
}
