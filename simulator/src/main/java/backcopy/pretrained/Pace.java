package backcopy.pretrained;

import java.util.function.BooleanSupplier;

/** How far the work is, and whether to go on. */
public final class Pace {
    private final BooleanSupplier stop;
    private final Listener listener;
    private final long start = System.nanoTime();
    private int steps;
    private int done;

    /** Told after every layer. */
    @FunctionalInterface
    public interface Listener {
        /**
         * @param done layers, the unembedding counted as one, of all passes
         * @param seconds since the beginning
         * @param secondsLeft if what is left goes as fast
         */
        void at(int done, int steps, double seconds, double secondsLeft);
    }

    /** @param stop asked before every product */
    public Pace(BooleanSupplier stop, Listener listener) {
        this.stop = stop;
        this.listener = listener;
    }

    /** Never stops and says nothing. */
    public static Pace silent() {
        return new Pace(() -> false, (done, steps, seconds, left) -> {});
    }

    /** So many steps more are to come. */
    void expect(int more) {
        steps += more;
    }

    /** One step is done. */
    void step() {
        done++;
        double seconds = (System.nanoTime() - start) / 1e9;
        listener.at(done, steps, seconds, seconds / done * Math.max(0, steps - done));
    }

    /** @throws Stop when that is asked for */
    void check() {
        if (stop.getAsBoolean()) throw new Stop();
    }
}
