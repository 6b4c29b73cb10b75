package backcopy.task;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Tokens that a sequence opens with and that are only there to be read: the keys {@code task.prefixLength} and {@code
 * task.prefix}. Unless the process draws it, a prefix has the same tokens in every sequence: as many of each character as the
 * process writes in that many tokens on average, rounded. So whoever looks at all of it alike sees the same mean, whatever the
 * sequence. Immutable.
 */
final class Prefix {
    /** The seed of the one order of a {@link Order#FIXED} prefix. */
    private static final long FIXED_ORDER = 1;

    /** What differs from sequence to sequence. */
    enum Order {
        /** Everything: the process itself writes it. */
        DRAWN,
        /** The order of the tokens. */
        SHUFFLED,
        /** Nothing. */
        FIXED;

        /** What a user types. */
        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }

        static Order of(String name) {
            for (Order order : values()) if (order.toString().equals(name)) return order;
            throw new IllegalArgumentException("task.prefix = " + name + " is not one of "
                    + Arrays.stream(values()).map(Order::toString).collect(Collectors.joining(", ")));
        }
    }

    private final int[] tokens; // [length], in the fixed order
    private final boolean shuffled;

    /** The prefix of {@code spec}, whose order is not {@link Order#DRAWN}. */
    Prefix(TaskSpec spec, BigramTable table) {
        tokens = composition(spec, table);
        shuffle(new CounterRandom(FIXED_ORDER), tokens, 0, tokens.length);
        shuffled = Order.of(spec.prefix()) == Order.SHUFFLED;
    }

    /** Overwrites {@code sequence} with the prefix, from position {@code from} on. */
    void write(RandomGenerator random, int[] sequence, int from) {
        System.arraycopy(tokens, 0, sequence, from, tokens.length);
        if (shuffled) shuffle(random, sequence, from, tokens.length);
    }

    /** Fisher and Yates: one draw for each token but the first. */
    private static void shuffle(RandomGenerator random, int[] sequence, int from, int length) {
        for (int i = length - 1; i > 0; i--) {
            int other = from + (int) Math.multiplyHigh(random.nextLong() >>> 1, 2L * (i + 1));
            int token = sequence[from + i];
            sequence[from + i] = sequence[other];
            sequence[other] = token;
        }
    }

    /** As many of each character as its expected number says: rounded down, and up where most is left; [length], by ids. */
    private static int[] composition(TaskSpec spec, BigramTable table) {
        int length = spec.prefixLength(), characters = table.characters();
        TaskSpec plain = new TaskSpec(BigramBackcopy.NAME, spec.corpus(), spec.triggers(), Math.max(2, length), 1);
        Occupancy occupancy = new Occupancy(new BigramBackcopy(plain, table));
        double[] expected = new double[characters];
        for (int position = 1; position <= length; position++)
            for (int token = 0; token < characters; token++)
                expected[token] += occupancy.law(position)[token];
        int[] counts = Arrays.stream(expected).mapToInt(number -> (int) number).toArray();
        int left = length - Arrays.stream(counts).sum();
        IntStream.range(0, characters)
                .boxed()
                .sorted(Comparator.comparingDouble(token -> counts[token] - expected[token]))
                .limit(left)
                .forEach(token -> counts[token]++);
        return IntStream.range(0, characters)
                .flatMap(token -> IntStream.generate(() -> token).limit(counts[token]))
                .toArray();
    }
}
