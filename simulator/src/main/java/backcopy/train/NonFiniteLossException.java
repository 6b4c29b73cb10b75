package backcopy.train;

import java.util.regex.Pattern;

/** Training came to an infinite or undefined loss and was stopped. */
public final class NonFiniteLossException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private static final Pattern MESSAGE = Pattern.compile("the loss of step \\d+ is not finite; .*");

    private final long step;
    private final String tensor;

    NonFiniteLossException(long step, String tensor) {
        super("the loss of step " + step + " is not finite; the first tensor that is not: " + tensor);
        this.step = step;
        this.tensor = tensor;
    }

    /** Whether that is what a stored run says of its failure. */
    public static boolean isMessage(String failure) {
        return MESSAGE.matcher(failure).matches();
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
