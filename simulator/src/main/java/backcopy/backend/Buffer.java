package backcopy.backend;

/**
 * Numbers on the device of one backend, in that backend's own precision. Opaque: what is inside crosses to the host
 * only through {@link Backend#read} and {@link Backend#write}.
 */
public interface Buffer {
    /** How many numbers it holds. */
    int size();

    /** The {@code size} numbers from {@code offset} on, shared with this buffer, not copied. */
    Buffer view(int offset, int size);
}
