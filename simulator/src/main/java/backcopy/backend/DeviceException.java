package backcopy.backend;

/** A device could not do what it was asked for. The message is for people, in one line. */
public class DeviceException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public DeviceException(String message) {
        super(message);
    }
}
