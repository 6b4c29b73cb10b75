package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/** The last line of every matrix optimizer: {@code w = w - (decay w + step)}, in this order, as in {@link AdamW}'s float twin. */
final class DecayedStep {
    private final Backend backend;
    private final Buffer sum;

    DecayedStep(int numbers, Backend backend) {
        this.backend = backend;
        sum = backend.allocate(numbers);
    }

    /**
     * @param weight overwritten
     * @param step not modified
     */
    void apply(Buffer weight, Buffer step, double decay) {
        backend.copy(weight, sum);
        backend.scale(sum, decay);
        backend.add(step, sum);
        backend.scale(sum, -1);
        backend.add(sum, weight);
    }
}
