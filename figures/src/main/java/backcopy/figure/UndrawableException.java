package backcopy.figure;

/** A picture cannot be drawn, on this machine or at all; its tables can be written all the same. */
public final class UndrawableException extends RuntimeException {
    private static final long serialVersionUID = 1;

    /** @param reason in one line */
    public UndrawableException(String reason, Throwable cause) {
        super(reason, cause);
    }

    /** Says whether the machine lacks a font, or else what went wrong and where. */
    static UndrawableException of(String picture, Throwable cause) {
        StackTraceElement[] trace = cause.getStackTrace();
        String reason = Fonts.missing().orElse(cause + (trace.length == 0 ? "" : " at " + trace[0]));
        return new UndrawableException("figure " + picture + " cannot be drawn: " + reason, cause);
    }
}
