package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backcopy.run.RunStore;
import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StandardOutputTest {
    private static final String FULL = "/dev/full";

    @TempDir
    private Path store;

    private final StringWriter err = new StringWriter();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "--version",
                "train --help",
                "list",
                "list --json",
                "show --out STORE",
                "show RUN --out STORE",
                "show --json --out STORE",
                "compare RUN --out STORE",
                "compare RUN --json --out STORE",
                "report RUN --store STORE",
                "export RUN --to csv --store STORE",
                "rerun RUN --out STORE",
                "doctor",
                "doctor --json",
                "theory sink-logit-law --out STORE",
                "completion"
            })
    void aVerbIntoAFullDeviceHasFailedAndSaysSo(String words) throws IOException {
        assumeTrue(Files.isWritable(Path.of(FULL)), "there is no " + FULL);
        Bb.train(store).assertDone();
        String run = new RunStore(store).all().get(0).identity();
        String[] arguments =
                words.replace("STORE", store.toString()).replace("RUN", run).split(" ");
        try (OutputStream full = new FileOutputStream(FULL)) {
            assertEquals(1, execute(full, arguments));
        }
        assertEquals(
                "bb: the standard output cannot be written: No space left on device",
                err.toString().lines().reduce("", (before, line) -> line));
    }

    @Test
    void aWrongRequestStaysOne() throws IOException {
        try (OutputStream closed = new FileOutputStream(store.resolve("closed").toFile())) {
            closed.close();
            assertEquals(2, execute(closed, "show", "nothing", "--out", store.toString()));
        }
    }

    /** As in {@code bb list | head -n 1}. */
    @Test
    void aReaderWhoHasEnoughIsNoFailure() {
        OutputStream pipe = new OutputStream() {
            @Override
            public void write(int value) throws IOException {
                throw new IOException("Broken pipe");
            }
        };
        assertEquals(0, execute(pipe, "list"));
        assertEquals("", err.toString());
    }

    @Test
    void whatIsPrintedWithoutALineEndIsWritten() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        StandardOutput output = new StandardOutput(bytes);
        output.writer().print("word");
        assertEquals(null, output.loss());
        assertEquals("word", bytes.toString());
    }

    private int execute(OutputStream out, String... arguments) {
        return Main.execute(
                Main.commandLine(new Interrupt()).setErr(new PrintWriter(err, true)),
                new StandardOutput(out),
                arguments);
    }
}
