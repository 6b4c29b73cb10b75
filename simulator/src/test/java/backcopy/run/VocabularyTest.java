package backcopy.run;

import static backcopy.run.TinyRuns.spec;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code vocabulary.json}: what a run's token ids stand for. */
class VocabularyTest {
    @TempDir
    private Path directory;

    @Test
    void everyTokenIsThereInTheOrderOfIds() throws IOException {
        Path corpus = Files.writeString(directory.resolve("corpus"), "aab\naa a\uD83D\uDE00aab ");
        RunDirectory run = new TinyRuns(directory).run("a", spec("task.corpus=" + corpus, "task.triggers=1"));
        Vocabulary vocabulary = run.vocabulary().orElseThrow();
        assertEquals(
                "[Token[id=0, text=\n, trigger=false, bos=false, delimiter=false],"
                        + " Token[id=1, text= , trigger=false, bos=false, delimiter=false],"
                        + " Token[id=2, text=a, trigger=true, bos=false, delimiter=false],"
                        + " Token[id=3, text=b, trigger=false, bos=false, delimiter=false],"
                        + " Token[id=4, text=\uD83D\uDE00, trigger=false, bos=false, delimiter=false],"
                        + " Token[id=5, text=<s>, trigger=false, bos=true, delimiter=false],"
                        + " Token[id=6, text=<d>, trigger=false, bos=false, delimiter=true]]",
                vocabulary.tokens().toString());
        for (int id = 0; id < 7; id++) assertEquals(run.task().symbol(id), vocabulary.symbol(id));
        assertEquals("7", vocabulary.symbol(7));
        assertTrue(vocabulary.isTrigger(2) && !vocabulary.isTrigger(3) && !vocabulary.isTrigger(-1));
    }

    @Test
    void aRunFromBeforeIsWithoutAndGetsOneWhenItGoesOn() throws IOException {
        TinyRuns runs = new TinyRuns(directory);
        RunDirectory run = runs.run("a", spec());
        byte[] before = Files.readAllBytes(run.vocabularyPath());
        TinyRuns.makeOld(run);
        assertEquals(Optional.empty(), run.vocabulary());
        assertEquals(12, runs.run("a", spec()).state().steps());
        assertEquals(Optional.empty(), run.vocabulary(), "what is finished stays");
        runs.run("a", spec("train.steps=14"));
        assertEquals(new String(before), Files.readString(run.vocabularyPath()));
    }

    @Test
    void tokensThatStandForVectorsHaveNone() throws IOException {
        RunDirectory run = new TinyRuns(directory).run("a", spec("task.name=trigger-mean", "model.norm=none"));
        assertFalse(Files.exists(run.vocabularyPath()));
        assertEquals("<s>", run.task().symbol(0));
    }

    @Test
    void aDamagedOneIsRefusedByItsName() throws IOException {
        RunDirectory run = new TinyRuns(directory).run("a", spec());
        Path file = run.vocabularyPath();
        for (String text :
                new String[] {"[", "null", "[{\"id\":1}]", "{}", "[{\"id\":0,\"text\":null}]", "[null]", ""}) {
            Files.writeString(file, text);
            String refusal = Refusal.of(run::vocabulary);
            assertTrue(refusal.startsWith(file + " is damaged"), refusal);
        }
    }
}
