package backcopy.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import org.junit.jupiter.api.Test;

class TaskSpecTest {
    @Test
    void theDefaultIsThePapersTask() {
        assertEquals(new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 256, 1), TaskSpec.DEFAULT);
    }

    @Test
    void everyBadValueIsRefusedByKeyValueAndRule() {
        refused(
                "task.name = icl is not one of bigram-backcopy, bigram-skip, bigram-induction, markov, trigger-mean",
                "icl",
                "tiny-shakespeare",
                3,
                256,
                1);
        refused(
                "task.corpus =   is neither tiny-shakespeare nor gaussian-chain nor an existing file",
                "bigram-backcopy",
                " ",
                3,
                256,
                1);
        refused("task.triggers = 0 is below 1", "bigram-backcopy", "tiny-shakespeare", 0, 256, 1);
        refused("task.sequenceLength = 1 is below 2", "bigram-backcopy", "tiny-shakespeare", 3, 1, 1);
        refused("task.bosCount = 3 is not 0, 1 or 2", "bigram-backcopy", "tiny-shakespeare", 3, 256, 3);
        refused("task.bosCount = -1 is not 0, 1 or 2", "bigram-backcopy", "tiny-shakespeare", 3, 256, -1);
        refused(
                "task.sequenceLength = 2 leaves no room after task.bosCount = 2",
                "markov",
                "tiny-shakespeare",
                0,
                2,
                2);
        refused("task.backcopyProbability = -0.1 is not between 0 and 1", 1, -0.1, 0, "all");
        refused("task.backcopyProbability = NaN is not between 0 and 1", 1, Double.NaN, 0, "all");
        refused("task.delimiterProbability = 1.0 is not from 0 on and below 1", 1, 1, 1, "all");
        refused("task.loss = some is not one of all, roles", 1, 1, 0, "some");
        refused("task.loss = roles leaves out the predictions at <s>, but task.bosCount = 0", 0, 1, 0, "roles");
    }

    @Test
    void anotherTaskKeepsWhatBothHave() {
        TaskSpec dosed = new TaskSpec("bigram-backcopy", "tiny-shakespeare", 5, 64, 2, 0.5, 0.1, "roles");
        assertEquals(
                new TaskSpec("bigram-skip", "tiny-shakespeare", 5, 64, 2, 1, 0.1, "roles"), dosed.as("bigram-skip"));
        TaskSpec markov = dosed.as("markov");
        assertEquals(new TaskSpec("markov", "tiny-shakespeare", 0, 64, 2, 1, 0.1, "roles"), markov);
        assertEquals(3, markov.as("bigram-induction").triggers(), "the paper's, where there were none");
        TaskSpec read = new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 64, 1, 1, 0, "all", 8, "shuffled");
        assertEquals(read, read.as("bigram-backcopy"));
        assertEquals(new TaskSpec("markov", "tiny-shakespeare", 0, 64, 1), read.as("markov"));
    }

    private static void refused(String message, int bosCount, double backcopy, double delimiter, String loss) {
        var error = assertThrows(
                IllegalArgumentException.class,
                () -> new TaskSpec("bigram-backcopy", "tiny-shakespeare", 3, 256, bosCount, backcopy, delimiter, loss));
        assertEquals(message, error.getMessage());
    }

    private static void refused(
            String message, String name, String corpus, int triggers, int sequenceLength, int bosCount) {
        var error = assertThrows(
                IllegalArgumentException.class, () -> new TaskSpec(name, corpus, triggers, sequenceLength, bosCount));
        assertEquals(message, error.getMessage());
    }
}
