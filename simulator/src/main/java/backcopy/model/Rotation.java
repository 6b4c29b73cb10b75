package backcopy.model;

import backcopy.backend.AttentionShape;
import backcopy.backend.Backend;
import backcopy.backend.Buffer;

/**
 * Rotary positions (arXiv 2104.09864): number c of a head's first half and number c of its second half are turned as a pair by
 * {@code position / 10000^(2 c / headWidth)}, so that scores depend on distances.
 */
final class Rotation {
    private final Backend backend;
    private final Buffer cosines;
    private final Buffer sines;

    Rotation(int length, int headWidth, Backend backend) {
        this.backend = backend;
        int half = headWidth / 2;
        double[] cos = new double[length * half], sin = new double[length * half];
        for (int t = 0; t < length; t++)
            for (int c = 0; c < half; c++) {
                cos[t * half + c] = Math.cos(PositionCodes.angle(t, c, headWidth));
                sin[t * half + c] = Math.sin(PositionCodes.angle(t, c, headWidth));
            }
        cosines = backend.allocate(cos.length);
        sines = backend.allocate(sin.length);
        backend.write(cos, cosines);
        backend.write(sin, sines);
    }

    /** Turns {@code [sequences, length, heads * headWidth]} in place. */
    void forward(Buffer x, AttentionShape shape) {
        backend.rotate(cosines, sines, x, shape, false);
    }

    /** Turns a gradient back in place. */
    void backward(Buffer dX, AttentionShape shape) {
        backend.rotate(cosines, sines, dX, shape, true);
    }
}
