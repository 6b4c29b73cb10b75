package backcopy.backend;

/** A device has less memory left than was asked for. */
public final class DeviceMemoryException extends DeviceException {
    private static final long serialVersionUID = 1;

    /**
     * @param asked bytes that were asked for
     * @param held bytes that this backend holds already
     * @param free bytes that the device has left
     * @param total bytes that it has
     */
    public DeviceMemoryException(long asked, long held, long free, long total) {
        super("the device's memory does not suffice: " + mebibytes(asked) + " MiB were asked for on top of "
                + mebibytes(held) + ", and " + mebibytes(free) + " of " + mebibytes(total)
                + " are free; a smaller train.batchSize needs less");
    }

    private static long mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) >> 20;
    }
}
