package backcopy.task;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Tokens that stand at given positions whatever the process would write there, which goes on from them: the keys
 * {@code task.randomTokens} and {@code task.fixedPosition}. Immutable.
 */
final class Placement {
    private final int from;
    private final int to;
    private final int fixed;
    private final int bos;
    private final AliasTable any;
    private final double[] anyLaw; // [vocabulary]

    /** @param isTrigger [vocabulary], not modified */
    private Placement(TaskSpec spec, BigramTable table, boolean[] isTrigger) {
        from = spec.bosCount();
        to = from + spec.randomTokens();
        fixed = (int) spec.fixedPosition().orElse(-1);
        bos = table.bos();
        int[] weights = new int[table.vocabularySize()];
        for (int token = 0; token < table.characters(); token++) weights[token] = isTrigger[token] ? 0 : 1;
        any = new AliasTable(weights);
        int count = Arrays.stream(weights).sum();
        anyLaw = Arrays.stream(weights)
                .mapToDouble(weight -> (double) weight / count)
                .toArray();
    }

    /** Null where the process writes everything itself. */
    static Placement of(TaskSpec spec, BigramTable table, boolean[] isTrigger) {
        boolean writesAll = spec.randomTokens() == 0 && spec.fixedPosition().isEmpty();
        return writesAll ? null : new Placement(spec, table, isTrigger);
    }

    boolean isAt(int position) {
        return position == fixed || position >= from && position < to;
    }

    /** What stands at a position of its own: {@code <s>}, or any character that is no trigger, all equally likely. */
    int token(int position, RandomGenerator random) {
        return position == fixed ? bos : any.draw(random.nextLong());
    }

    /** The law of {@link #token}, [vocabulary]; overwritten. */
    void law(int position, double[] law) {
        if (position == fixed) BackcopyOracle.certain(bos, law);
        else System.arraycopy(anyLaw, 0, law, 0, law.length);
    }
}
