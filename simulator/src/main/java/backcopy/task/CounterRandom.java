package backcopy.task;

import java.util.random.RandomGenerator;

/**
 * SplitMix64 (Steele, Lea and Flood 2014; mixing constants of Stafford's variant 13): the i-th number is a hash of
 * {@code seed + (i + 1) * GAMMA}, so every number of a stream is reachable without the ones before it.
 *
 * <p>The bits of {@link #nextLong()} are fixed by this file, on every JDK. What {@link RandomGenerator} derives from them by
 * default (bounded and Gaussian numbers) is the JDK's choice, so nothing that a run's bits depend on should call it.
 */
public final class CounterRandom implements RandomGenerator {
    /** The odd integer nearest to 2^64 divided by the golden ratio. */
    private static final long GAMMA = 0x9E3779B97F4A7C15L;

    private long state;

    public CounterRandom(long seed) {
        state = seed;
    }

    /** Number {@code index} (from 0) of the stream that {@code seed} starts; also the way to derive one seed from another. */
    public static long at(long seed, long index) {
        return mix(seed + (index + 1) * GAMMA);
    }

    @Override
    public long nextLong() {
        return mix(state += GAMMA);
    }

    /** Pinned here: a default method of an interface may change between Javas. */
    @Override
    public double nextDouble() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /**
     * Draws from N(0, 1) by Box and Muller's transform in strict arithmetic: {@code RandomGenerator.nextGaussian} may change
     * between JDKs, these bits may not.
     */
    public static double gaussian(RandomGenerator random) {
        double radius = Math.sqrt(-2 * StrictMath.log(1 - random.nextDouble()));
        return radius * StrictMath.cos(2 * Math.PI * random.nextDouble());
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
