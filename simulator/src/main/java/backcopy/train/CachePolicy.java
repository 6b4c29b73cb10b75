package backcopy.train;

import backcopy.model.Intervention;
import backcopy.model.Intervention.ClampScore;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a full cache does when a token comes. Entries are in the order of their tokens, and an entry's place is its position in
 * the model; so a token's position falls by one whenever an earlier entry goes.
 *
 * @param name as figures and tables print it
 * @param eviction which entry goes
 * @param opening the token that is shown at position 0 instead of the one that is there, or -1
 * @param hidesOpening whether no query may look at position 0: its score is far below all others
 */
public record CachePolicy(String name, Eviction eviction, int opening, boolean hidesOpening) {
    private static final double HIDDEN = -1e9;

    /** Which entry of a full cache goes. */
    public interface Eviction {
        /** @param received attention that each entry has received so far, all heads and queries together, not modified */
        int of(double[] received);
    }

    /** The recent window alone: the oldest entry goes. */
    public static CachePolicy window() {
        return new CachePolicy("window", received -> 0, -1, false);
    }

    /** The first entry stays and the window follows (StreamingLLM, arXiv 2309.17453, with one kept token). */
    public static CachePolicy sink() {
        return new CachePolicy("<s> + window", received -> 1, -1, false);
    }

    /** As {@link #sink}, but no query can look at the kept entry: evicted, with everybody's position as it was. */
    public static CachePolicy hidden() {
        return new CachePolicy("<s> hidden", received -> 1, -1, true);
    }

    /** As {@link #sink}, but another token is kept in the place of the first. */
    public static CachePolicy replaced(int opening, String symbol) {
        return new CachePolicy(symbol + " + window", received -> 1, opening, false);
    }

    /** The entry with the least attention received goes, out of the older half (H2O: half heavy hitters, half recent). */
    public static CachePolicy heavyHitters() {
        return new CachePolicy(
                "H2O",
                received -> IntStream.range(0, Math.max(1, received.length / 2))
                        .reduce((least, entry) -> received[entry] < received[least] ? entry : least)
                        .orElseThrow(),
                -1,
                false);
    }

    /** What it does inside the forward pass of a model with so many layers. */
    List<Intervention> interventions(int layers) {
        if (!hidesOpening) return List.of();
        return IntStream.range(0, layers)
                .<Intervention>mapToObj(layer -> new ClampScore(layer, -1, (token, position) -> HIDDEN))
                .toList();
    }
}
