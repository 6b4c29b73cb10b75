package backcopy.train;

/** Training came to an infinite or undefined loss and was stopped. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final long step;
    private final String tensor;

    NonFiniteLossException(long step, String tensor) {
        super("the loss of step " + step + " is not finite; the first tensor that is not: " + tensor);
        this.step = step;
        this.tensor = tensor;
    }

    /** Updates done before. */
    public long step() {
        return step;
    }

    /** The first weight or named activation that is not finite. */
    public String tensor() {
        return tensor;
    }
}
