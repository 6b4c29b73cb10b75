package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import java.util.Arrays;

/**
 * The way back of {@code sum over t > 0 of cos(h_t, h_0)^2}: with unit vectors {@code a, b} of {@code h_t, h_0} and
 * {@code c = a . b}, the gradient by {@code h_t} is {@code 2 c (b - c a) / |h_t|}, and by {@code h_0} with the two exchanged.
 * Sink tokens before position 0 have no part in it. On the host, in double. Used by one thread.
 */
final class Decorrelation {
    private final Backend backend;
    private final int sequences;
    private final int length;
    private final int sinkTokens;
    private final int width;
    private final double[] states;
    private final double[] gradient;
    private final Buffer onDevice;

    Decorrelation(Backend backend, int sequences, int length, int sinkTokens, int width) {
        this.backend = backend;
        this.sequences = sequences;
        this.length = length;
        this.sinkTokens = sinkTokens;
        this.width = width;
        states = new double[sequences * (sinkTokens + length) * width];
        gradient = new double[states.length];
        onDevice = backend.allocate(states.length);
    }

    /**
     * @param h {@code [sequences, sink tokens and positions, width]}, not modified
     * @param dH added to
     * @param weight of each pair
     */
    void backward(Buffer h, Buffer dH, double weight) {
        backend.read(h, states);
        Arrays.fill(gradient, 0);
        for (int sequence = 0; sequence < sequences; sequence++) {
            int first = (sequence * (sinkTokens + length) + sinkTokens) * width;
            for (int position = 1; position < length; position++) pair(first, first + position * width, weight);
        }
        backend.write(gradient, onDevice);
        backend.add(onDevice, dH);
    }

    private void pair(int first, int at, double weight) {
        double product = 0, own = 0, sink = 0;
        for (int c = 0; c < width; c++) {
            product += states[at + c] * states[first + c];
            own += states[at + c] * states[at + c];
            sink += states[first + c] * states[first + c];
        }
        if (own == 0 || sink == 0) return; // a cosine with nothing is 0, and stays so
        double norms = Math.sqrt(own * sink), cosine = product / norms, factor = 2 * weight * cosine;
        for (int c = 0; c < width; c++) {
            gradient[at + c] += factor * (states[first + c] / norms - cosine * states[at + c] / own);
            gradient[first + c] += factor * (states[at + c] / norms - cosine * states[first + c] / sink);
        }
    }
}
