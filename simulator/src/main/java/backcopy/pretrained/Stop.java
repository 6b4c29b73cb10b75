package backcopy.pretrained;

/** Somebody asked to stop; nothing was written. */
public final class Stop extends RuntimeException {
    private static final long serialVersionUID = 1;

    Stop() {
        super("stopped", null, false, false);
    }
}
