package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class BackcopyOracleTest {
    private static final BigramBackcopy TASK = new BigramBackcopy(TaskSpec.DEFAULT, BigramTable.tinyShakespeare());
    private static final BackcopyOracle ORACLE = TASK.oracle();

    @Test
    void afterATriggerTheTokenBeforeItIsCertain() {
        double[] expected = new double[67];
        expected[20] = 1;
        assertArrayEquals(expected, law(ORACLE, 20, 58), 0);
        assertArrayEquals(expected, law(ORACLE.paper(), 20, 58), 0);
        assertEquals(0, ORACLE.entropy(58));
    }

    @Test
    void aTriggerWithNothingToCopyIsFollowedByItsBigramLaw() {
        assertArrayEquals(TASK.table().conditional(58), law(ORACLE, -1, 58), 0);
    }

    @Test
    void afterAnyOtherCharacterTheBigramLawHolds() {
        for (int current = 0; current < 65; current++)
            if (!TASK.isTrigger(current)) {
                assertArrayEquals(TASK.table().conditional(current), law(ORACLE, 1, current), 0);
                assertArrayEquals(TASK.table().conditional(current), law(ORACLE.paper(), 1, current), 0);
                assertEquals(ORACLE.entropy(current), ORACLE.paper().entropy(current));
            }
    }

    @Test
    void afterBosTheTrueLawHasNoTriggersAndThePapersHas() {
        double[] unigram = TASK.table().unigram();
        assertArrayEquals(unigram, law(ORACLE.paper(), -1, 65), 0);
        double others = 1 - unigram[1] - unigram[43] - unigram[58];
        for (int trigger : TASK.triggers()) unigram[trigger] = 0;
        for (int i = 0; i < 67; i++) unigram[i] /= others;
        assertArrayEquals(unigram, law(ORACLE, -1, 65), 1e-15);
        assertEquals(3.415092, ORACLE.entropy(65), 1e-6);
        assertEquals(3.312795, ORACLE.paper().entropy(65), 1e-6);
    }

    @Test
    void meanEntropyOverTheAuthorsBatchIsTheirOracleRisk() throws URISyntaxException {
        Path file = Path.of(BackcopyOracleTest.class
                .getResource("/golden/evaluation-batch.csv")
                .toURI());
        Batch batch = Batch.read(file, TASK.vocabularySize());
        assertEquals(512, batch.sequences());
        assertEquals(256, batch.length());
        assertEquals(2.219267, ORACLE.paper().bigramEntropy(batch), 5e-7);
        assertFalse(Math.abs(ORACLE.bigramEntropy(batch) - 2.219267) < 1e-4, "the true law differs at position 0");
        int triggers = 0;
        for (int sequence = 0; sequence < 512; sequence++)
            for (int t = 0; t < 256; t++) if (TASK.isTrigger(batch.token(sequence, t))) triggers++;
        assertEquals(33709, triggers);
    }

    @Test
    void aTriggerThatCopiesSometimesIsFollowedByAMixture() {
        double[] bigram = TASK.table().conditional(58);
        double[] mixed = law(variant(1, 0.25, 0).oracle(), 20, 58);
        for (int i = 0; i < 67; i++) assertEquals(0.75 * bigram[i] + (i == 20 ? 0.25 : 0), mixed[i], 1e-15);
        assertArrayEquals(bigram, law(variant(1, 0, 0).oracle(), 20, 58), 0);
    }

    @Test
    void delimitersTakeTheirShareOfEveryBigramLawAndNothingOfACopy() {
        BackcopyOracle oracle = variant(1, 1, 0.1).oracle();
        double[] bigram = TASK.table().conditional(20);
        double[] law = law(oracle, 1, 20);
        assertEquals(0.1, law[66], 1e-15);
        for (int i = 0; i < 66; i++) assertEquals(0.9 * bigram[i], law[i], 1e-15);
        assertEquals(0.1, law(oracle, 1, 66)[66], 1e-15);
        assertEquals(1, law(oracle, 66, 58)[66], "a delimiter is copied as any token");
        assertEquals(0, law(oracle, -1, 65)[66], "none opens a sequence");
    }

    @Test
    void theFirstOfTwoBosIsFollowedByTheSecond() {
        double[] law = new double[67];
        BackcopyOracle oracle = variant(2, 1, 0).oracle();
        oracle.law(new int[] {65, 65, 20}, 0, law);
        assertEquals(1, law[65]);
        oracle.law(new int[] {65, 65, 20}, 1, law);
        assertArrayEquals(law(ORACLE, -1, 65), law, 0);
        assertFalse(oracle.isFirstOrder(65));
    }

    private static BigramBackcopy variant(int bosCount, double backcopy, double delimiter) {
        TaskSpec spec =
                new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 256, bosCount, backcopy, delimiter, "all");
        return new BigramBackcopy(spec, TASK.table());
    }

    private static double[] law(BackcopyOracle oracle, int previous, int current) {
        double[] law = new double[67];
        Arrays.fill(law, Double.NaN);
        oracle.law(previous, current, law);
        return law;
    }
}
