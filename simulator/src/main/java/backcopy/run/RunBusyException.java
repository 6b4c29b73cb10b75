package backcopy.run;

/** A run was to be written while another process, or another thread of this one, writes it. */
public final class RunBusyException extends IllegalArgumentException {
    private static final long serialVersionUID = 1;

    RunBusyException(String message) {
        super(message);
    }
}
