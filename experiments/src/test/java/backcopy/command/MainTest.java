package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        return Main.commandLine(new Interrupt())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
    }

    @Test
    void helpNamesTheCommandAndAnExample() {
        assertEquals(0, execute("--help"));
        assertTrue(out.toString().contains("Usage: bb"), out.toString());
        assertTrue(out.toString().contains("Example: bb"), out.toString());
        assertEquals("", err.toString());
    }

    @Test
    void versionNamesTheProgramAndJava() {
        assertEquals(0, execute("--version"));
        assertTrue(out.toString().startsWith("backcopy "), out.toString());
        assertTrue(out.toString().contains(Runtime.version().toString()), out.toString());
    }

    @Test
    void anUnknownVerbIsRefusedInOneLineThatNamesIt() {
        assertEquals(2, execute("no-such-verb"));
        assertTrue(err.toString().contains("no-such-verb"), err.toString());
        assertEquals(1, err.toString().lines().count());
        assertEquals("", out.toString());
    }

    @Test
    void aMissingVerbIsRefusedInOneLine() {
        assertEquals(2, execute());
        assertEquals(1, err.toString().lines().count());
    }
}
