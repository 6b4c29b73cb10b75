package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** docs/extending.md as a reader follows it: its file is compiled, its line put in, its commands run in a process of their own. */
class ExtendingWalkTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path KINDS = Path.of("simulator/src/main/java/backcopy/attention/AttentionKinds.java");
    private static final Path SWITCHES = Path.of("experiments/src/main/java/backcopy/experiment/Switches.java");
    private static final String LIST = "ALL = List.of(\n", BASELINE = "            BASELINE,\n";

    @Test
    void leadsFromAnEmptyFileToAFigure(@TempDir Path directory) throws Exception {
        String page = Files.readString(ROOT.resolve("docs/extending.md"));
        Path sources = directory.resolve("backcopy/attention");
        Files.createDirectories(sources);
        Path kind = Files.writeString(sources.resolve("SquaredRelu.java"), block(page, "```java\n"));
        Path list = Files.writeString(
                sources.resolve("AttentionKinds.java"),
                withLine(KINDS, LIST, block(page, "as the first of `ALL`:\n\n```\n")));
        Path switches = Files.writeString(
                directory.resolve("Switches.java"),
                withLine(SWITCHES, BASELINE, block(page, "behind the baseline in `ALL`:\n\n```\n")));
        Path classes = Files.createDirectories(directory.resolve("classes"));
        String[] arguments = {
            "-cp",
            System.getProperty("java.class.path"),
            "-d",
            classes.toString(),
            kind.toString(),
            list.toString(),
            switches.toString()
        };
        assertEquals(0, ToolProvider.getSystemJavaCompiler().run(null, null, null, arguments));

        List<String> commands = block(page, "## The figure\n\n```\n").lines().toList();
        List<String> outputs = new ArrayList<>();
        for (String command : commands) outputs.add(run(command, classes, directory));
        assertTrue(outputs.get(0).contains("squared-relu"), outputs.get(0));
        try (Stream<Path> files = Files.walk(directory.resolve("runs/figures/mine"))) {
            List<String> names =
                    files.map(file -> file.getFileName().toString()).toList();
            assertTrue(names.contains("effects.png") && names.contains("effects.csv"), names.toString());
        }
        String table = Files.readString(directory.resolve("runs/figures/mine/effects.csv"));
        assertTrue(table.contains("squared-relu") && table.contains("softmax"), table);

        String command = block(page, "becomes a verdict. Then\n\n```\n").strip();
        run(command, classes, directory);
        String summary =
                Files.readString(directory.resolve("runs/experiments/mitigations-smoke/mitigations-summary.csv"));
        assertTrue(summary.contains("squared ReLU") && summary.contains("softmax, AdamW"), summary);
    }

    /** A list with the page's line behind the one that the page names. */
    private static String withLine(Path list, String before, String line) throws IOException {
        String source = Files.readString(ROOT.resolve(list));
        assertTrue(source.contains(before), "the page says where the line goes");
        return source.replace(before, before + line);
    }

    /** The fenced block that follows an opening. */
    private static String block(String page, String opening) {
        Matcher matcher = Pattern.compile(Pattern.quote(opening) + "(.*?)```", Pattern.DOTALL)
                .matcher(page);
        assertTrue(matcher.find(), "the page has no block after " + opening);
        return matcher.group(1);
    }

    /** A line {@code ./bb ...} in a process with the new classes in front; returns what it printed. */
    private static String run(String line, Path classes, Path directory) throws Exception {
        assertTrue(line.startsWith("./bb "), line);
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--add-modules",
                "jdk.incubator.vector",
                "-XX:ObjectAlignmentInBytes=64",
                "-Djava.awt.headless=true",
                "-cp",
                classes + File.pathSeparator + System.getProperty("java.class.path"),
                "backcopy.command.Main"));
        command.addAll(List.of(line.substring("./bb ".length()).split(" ")));
        Path output = directory.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String printed = Files.readString(output, StandardCharsets.UTF_8);
        assertTrue(ended && process.exitValue() == 0, line + "\n" + printed);
        return printed;
    }
}
