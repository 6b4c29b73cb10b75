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
        refused("task.name = icl is not one of bigram-backcopy", "icl", "tiny-shakespeare", 3, 256, 1);
        refused("task.corpus =   is neither tiny-shakespeare nor an existing file", "bigram-backcopy", " ", 3, 256, 1);
        refused("task.triggers = 0 is below 1", "bigram-backcopy", "tiny-shakespeare", 0, 256, 1);
        refused("task.sequenceLength = 1 is below 2", "bigram-backcopy", "tiny-shakespeare", 3, 1, 1);
        refused("task.bosCount = 2 is not 1", "bigram-backcopy", "tiny-shakespeare", 3, 256, 2);
        refused("task.bosCount = 0 is not 1", "bigram-backcopy", "tiny-shakespeare", 3, 256, 0);
    }

    private static void refused(
            String message, String name, String corpus, int triggers, int sequenceLength, int bosCount) {
        var error = assertThrows(
                IllegalArgumentException.class, () -> new TaskSpec(name, corpus, triggers, sequenceLength, bosCount));
        assertEquals(message, error.getMessage());
    }
}
