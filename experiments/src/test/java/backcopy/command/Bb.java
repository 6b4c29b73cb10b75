package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** The command line in this process: {@code bb} with arguments, and what it printed. */
record Bb(int code, String out, String err) {
    private static final List<String> TINY = List.of(
            "model.width=8",
            "model.mlpWidth=8",
            "task.sequenceLength=8",
            "train.batchSize=4",
            "train.backend=reference",
            "train.steps=6");

    static Bb run(String... arguments) {
        StringWriter out = new StringWriter(), err = new StringWriter();
        int code = Main.commandLine(new Interrupt())
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(arguments);
        return new Bb(code, out.toString(), err.toString());
    }

    /** {@code bb train} of a few milliseconds, six steps but for {@code more}. */
    static Bb train(Path store, String... more) {
        return tiny("train", store, more);
    }

    /** {@code bb sweep} of cells of a few milliseconds. */
    static Bb sweep(Path store, String... more) {
        return tiny("sweep", store, more);
    }

    private static Bb tiny(String verb, Path store, String... more) {
        List<String> arguments = new ArrayList<>(List.of(verb, "--scale", "smoke", "--out", store.toString()));
        for (String key : TINY) {
            String name = key.substring(0, key.indexOf('=') + 1);
            if (Stream.of(more).noneMatch(other -> other.startsWith(name))) arguments.add(key);
        }
        arguments.addAll(List.of(more));
        return run(arguments.toArray(String[]::new));
    }

    Bb assertDone() {
        assertEquals(0, code, err);
        return this;
    }

    /** The one line of a refusal, without {@code bb: }. */
    String refusal() {
        assertEquals(2, code, err);
        assertEquals("", out);
        assertEquals(1, err.lines().count(), err);
        assertEquals("bb: ", err.substring(0, 4));
        return err.substring(4).stripTrailing();
    }

    /** Every file and directory below {@code root}, with its size. */
    static List<String> listing(Path root) throws IOException {
        List<String> entries = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.sorted().toList())
                entries.add(root.relativize(path) + (Files.isRegularFile(path) ? " " + Files.size(path) : ""));
        }
        return entries;
    }
}
