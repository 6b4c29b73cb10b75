package backcopy.probe;

import java.util.Set;

/**
 * Euclidean norms of the loss's gradient, {@code gradient.norm}, and of the update that the optimizer makes of it,
 * {@code update.norm}: of all weights together, and of each, as {@code gradient.norm.<weight>}.
 */
final class UpdateNormProbe implements UpdateProbe {
    @Override
    public String name() {
        return "update-norm";
    }

    @Override
    public String about() {
        return "norms of the loss's gradient and of the update, of all weights and of each";
    }

    @Override
    public Set<Reading> reads() {
        return Set.of(Reading.GRADIENT, Reading.CHANGE);
    }

    @Override
    public void observe(Update update, Record record) {
        double gradients = 0, changes = 0;
        for (String weight : update.weights()) {
            double[] gradient = update.gradient(weight), change = update.change(weight);
            double ofGradient = NormMeans.norm(gradient, 0, gradient.length);
            double ofChange = NormMeans.norm(change, 0, change.length);
            record.number("gradient.norm." + weight, ofGradient);
            record.number("update.norm." + weight, ofChange);
            gradients += ofGradient * ofGradient;
            changes += ofChange * ofChange;
        }
        record.number("gradient.norm", Math.sqrt(gradients));
        record.number("update.norm", Math.sqrt(changes));
    }
}
