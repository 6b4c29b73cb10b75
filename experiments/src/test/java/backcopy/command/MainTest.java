package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;

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
    void everyVerbWithAStoreTakesItAsStoreAndAsOutUnlessThatIsAFileOfItsOwn() {
        Set<String> asStore = new TreeSet<>(), asBoth = new TreeSet<>();
        for (CommandSpec verb : verbs(Main.commandLine(new Interrupt()))) {
            OptionSpec store = verb.findOption("--store"), out = verb.findOption("--out");
            if (store != null) asStore.add(verb.name());
            if (store != null && store == out) asBoth.add(verb.name());
            if (out != null && out.paramLabel().equals("STORE")) assertSame(store, out, verb.name());
        }
        Set<String> expected = new TreeSet<>(List.of("reproduce", "train", "sweep", "status", "show", "compare"));
        expected.addAll(List.of("query", "figure", "theory", "rerun", "doctor"));
        assertEquals(expected, asBoth);
        expected.addAll(List.of("report", "export", "trace"));
        assertEquals(expected, asStore);
    }

    private static List<CommandSpec> verbs(CommandLine line) {
        return line.getSubcommands().values().stream()
                .flatMap(verb -> Stream.concat(Stream.of(verb.getCommandSpec()), verbs(verb).stream()))
                .toList();
    }

    @Test
    void aStoreIsNamedOnce() {
        assertEquals(2, execute("show", "--out", "here", "--store", "there"));
        assertEquals(1, err.toString().lines().count());
    }

    @Test
    void aMissingVerbIsRefusedInOneLine() {
        assertEquals(2, execute());
        assertEquals(1, err.toString().lines().count());
    }
}
