package backcopy.optim;

import backcopy.backend.UpdateRule;
import java.util.List;
import java.util.Map;

/** Number by number {@code x = x y}, with y in the gradient's place: the one operation here that a backend has no name for. */
record Product() implements UpdateRule {
    @Override
    public String name() {
        return "product";
    }

    @Override
    public List<String> moments() {
        return List.of();
    }

    @Override
    public Map<String, Double> coefficients() {
        return Map.of();
    }

    @Override
    public void update(double[] state, double gradient, long step) {
        state[0] *= gradient;
    }
}
