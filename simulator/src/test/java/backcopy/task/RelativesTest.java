package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import org.apache.commons.math3.distribution.NormalDistribution;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** What is true of every task, on all relatives of Bigram-Backcopy. */
class RelativesTest {
    private static final int LENGTH = 64;
    private static final int SEQUENCES = 4000;

    private static final List<TaskSpec> RELATIVES = List.of(
            spec("bigram-backcopy", 3, 1, 1, 0),
            spec("bigram-backcopy", 3, 1, 0.5, 0),
            spec("bigram-backcopy", 3, 1, 0, 0),
            spec("bigram-backcopy", 3, 1, 1, 0.1),
            spec("bigram-backcopy", 3, 2, 1, 0),
            spec("bigram-backcopy", 3, 0, 1, 0),
            new TaskSpec("bigram-backcopy", "gaussian-chain", 3, LENGTH, 1, 1, 0, "roles"),
            prefixed(1, "drawn"),
            prefixed(2, "shuffled"),
            prefixed(0, "fixed"),
            spec("bigram-skip", 3, 1, 1, 0),
            spec("bigram-skip", 3, 0, 1, 0.1),
            spec("bigram-induction", 3, 1, 1, 0),
            spec("bigram-induction", 3, 2, 1, 0.1),
            spec("markov", 0, 1, 1, 0),
            spec("markov", 0, 0, 1, 0.1));

    /**
     * What comes is what the oracle says, seen after a trigger and elsewhere: the count of every next token less the sum of
     * its probabilities has mean 0 and a known variance (a martingale), and so has the log-likelihood less the entropies.
     */
    @ParameterizedTest
    @FieldSource("RELATIVES")
    void theOracleIsTheLawOfTheSampler(TaskSpec spec) {
        Task task = Task.of(spec);
        int vocabulary = task.vocabularySize();
        double[][] surplus = new double[2][vocabulary + 1];
        double[][] variance = new double[2][vocabulary + 1];
        double[] law = new double[vocabulary];
        int[] tokens = new int[LENGTH + 1];
        BatchStream stream = new BatchStream(task, Purpose.DATA.seed(7));
        for (int row = 0; row < SEQUENCES; row++) {
            stream.sequence(0, row, tokens);
            for (int t = task.firstQuery(); t < LENGTH; t++) {
                int kind = task.isTrigger(tokens[t]) ? 1 : 0;
                task.oracle().law(tokens, t, law);
                assertEquals(1, Arrays.stream(law).sum(), 1e-12);
                assertTrue(law[tokens[t + 1]] > 0, "an impossible token");
                double entropy = Oracle.entropy(law), spread = 0;
                for (int v = 0; v < vocabulary; v++) {
                    surplus[kind][v] -= law[v];
                    variance[kind][v] += law[v] * (1 - law[v]);
                    if (law[v] > 0) spread += law[v] * Math.pow(Math.log(law[v]) + entropy, 2);
                }
                surplus[kind][tokens[t + 1]]++;
                surplus[kind][vocabulary] += -Math.log(law[tokens[t + 1]]) - entropy;
                variance[kind][vocabulary] += spread;
            }
        }
        double most = new NormalDistribution().inverseCumulativeProbability(1 - 1e-3 / (2 * 2 * (vocabulary + 1)));
        for (int kind = 0; kind < 2; kind++)
            for (int v = 0; v <= vocabulary; v++)
                if (variance[kind][v] > 10) {
                    double z = surplus[kind][v] / Math.sqrt(variance[kind][v]);
                    assertTrue(Math.abs(z) < most, "token " + v + " after a trigger " + kind + ": " + z);
                }
        assertTrue(variance[0][vocabulary] > 1000);
    }

    @ParameterizedTest
    @FieldSource("RELATIVES")
    void aSequenceOpensAsAskedAndBosNeverComesAgain(TaskSpec spec) {
        Task task = Task.of(spec);
        int[] tokens = new int[LENGTH + 1];
        for (int row = 0; row < 200; row++) {
            new BatchStream(task, 3).sequence(5, row, tokens);
            for (int t = 0; t <= LENGTH; t++) assertEquals(t < spec.bosCount(), tokens[t] == task.bos());
        }
        int read = spec.prefixLength() > 0 ? spec.bosCount() + spec.prefixLength() : 0;
        assertEquals(read, task.firstQuery());
        assertEquals(spec.loss().equals("roles") ? 1 : read, task.leftOut());
    }

    @ParameterizedTest
    @FieldSource("RELATIVES")
    void aRowDependsOnSeedStepAndRowAlone(TaskSpec spec) {
        BatchStream stream = new BatchStream(Task.of(spec), 11);
        Batch large = stream.batch(3, 8);
        stream.batch(9, 1);
        assertArrayEquals(
                Arrays.copyOf(large.tokens(), 2 * (LENGTH + 1)),
                stream.batch(3, 2).tokens());
    }

    @ParameterizedTest
    @FieldSource("RELATIVES")
    void aFirstOrderLawIsTheSameEverywhere(TaskSpec spec) {
        Task task = Task.of(spec);
        double[] alone = new double[task.vocabularySize()], late = new double[task.vocabularySize()];
        for (int token = 0; token < alone.length; token++) {
            assertFalse(task.isTrigger(token) && task.oracle().isFirstOrder(token));
            if (!task.oracle().isFirstOrder(token)) continue;
            task.oracle().law(new int[] {token}, 0, alone);
            task.oracle().law(new int[] {task.bos(), 5, 1, token}, 3, late);
            assertArrayEquals(alone, late, 0);
        }
    }

    @Test
    void aCorpusWithTooFewCharactersIsRefused() {
        BigramTable table = BigramTable.fit("abcdabcd");
        TaskSpec spec = spec("bigram-skip", 3, 1, 1, 0);
        var error =
                assertThrows(IllegalArgumentException.class, () -> spec.kind().task(spec, table));
        assertEquals(
                "task.corpus = text has 4 distinct characters, but task.triggers = 3 needs at least 5",
                error.getMessage());
    }

    /** Bits that stored runs repeat. */
    @Test
    void theSampleOfAKnownSeedNeverChanges() {
        assertEquals("<s>␣tdrowhee␣rsshe␣y␣atd␣␣", start(spec("bigram-skip", 3, 1, 1, 0)));
        assertEquals("<s>␣quprtYod.\\nTheNGo␣qus␣q", start(spec("bigram-induction", 3, 1, 1, 0)));
        assertEquals("<s>␣rllveele␣wothedo␣oo␣d␣", start(spec("markov", 0, 1, 1, 0)));
        assertEquals("<s><s>'suicote<d>f<d>m␣we,␣,␣,␣i", start(spec("bigram-backcopy", 3, 2, 0.5, 0.1)));
        assertEquals(
                "<s>Dvfqy}ydhWKsyvY|Y|Y{BV|", start(new TaskSpec("bigram-backcopy", "gaussian-chain", 3, LENGTH, 1)));
    }

    /**
     * Every sequence of a small process: its probability by the oracle, prediction by prediction, is that of the definition,
     * which draws what follows each trigger before the sequence begins.
     */
    @Test
    void inductionIsTheMixtureOverWhatFollowsEachTrigger() {
        BigramTable table = BigramTable.fit("abacabadcab");
        TaskSpec spec = new TaskSpec("bigram-induction", "by hand", 2, 5, 1);
        Task task = spec.kind().task(spec, table);
        int[] triggers = table.mostFrequent(2);
        double[] total = new double[1];
        enumerate(task, new int[] {table.bos(), 0, 0, 0, 0, 0}, 0, 1, (tokens, probability) -> {
            double mixture = 0;
            for (int one = 0; one < 4; one++)
                for (int other = 0; other < 4; other++) {
                    double product = 1.0 / 16;
                    for (int t = 0; t < 5; t++)
                        if (tokens[t] == triggers[0]) product *= tokens[t + 1] == one ? 1 : 0;
                        else if (tokens[t] == triggers[1]) product *= tokens[t + 1] == other ? 1 : 0;
                        else product *= table.conditional(tokens[t])[tokens[t + 1]];
                    mixture += product;
                }
            assertEquals(mixture, probability, 1e-15, Arrays.toString(tokens));
            total[0] += probability;
        });
        assertEquals(1, total[0], 1e-12);
    }

    @Test
    void skipLooksPastATrigger() {
        Task task = Task.of(spec("bigram-skip", 3, 1, 1, 0));
        double[] law = new double[67];
        task.oracle().law(new int[] {65, 20, 1}, 2, law);
        assertArrayEquals(BigramTable.tinyShakespeare().conditional(20), law, 0);
        task.oracle().law(new int[] {65, 20, 1, 43}, 3, law);
        assertArrayEquals(BigramTable.tinyShakespeare().conditional(1), law, 0, "also past a trigger after a trigger");
    }

    interface Visitor {
        void sequence(int[] tokens, double probability);
    }

    private static void enumerate(Task task, int[] tokens, int t, double probability, Visitor visitor) {
        if (t + 1 == tokens.length) {
            visitor.sequence(tokens, probability);
            return;
        }
        double[] law = new double[task.vocabularySize()];
        task.oracle().law(tokens, t, law);
        for (int next = 0; next < law.length; next++) {
            if (law[next] == 0) continue;
            tokens[t + 1] = next;
            enumerate(task, tokens, t + 1, probability * law[next], visitor);
        }
    }

    private static String start(TaskSpec spec) {
        Task task = Task.of(spec);
        int[] tokens = new int[LENGTH + 1];
        new BatchStream(task, Purpose.DATA.seed(42)).sequence(0, 0, tokens);
        StringBuilder start = new StringBuilder();
        for (int t = 0; t < 24; t++) start.append(task.symbol(tokens[t]));
        return start.toString();
    }

    private static TaskSpec spec(String name, int triggers, int bosCount, double backcopy, double delimiter) {
        return new TaskSpec(name, "tiny-shakespeare", triggers, LENGTH, bosCount, backcopy, delimiter, "all");
    }

    private static TaskSpec prefixed(int bosCount, String prefix) {
        return new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, LENGTH, bosCount, 1, 0, "all", 48, prefix);
    }
}
