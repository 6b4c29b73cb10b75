package backcopy.command;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backcopy.run.Keys;
import backcopy.run.Scale;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** The script of {@code bb completion}, sourced by the shells that it is for. */
class CompletionTest {
    private static final String RUN = "0123456789ab";

    /** In bash, which replaces what is behind its last mark. */
    private static final String BASH =
            "source \"$0\"; COMP_LINE=$1; COMP_POINT=${#1}; _complete_bb; printf '%s ' \"${COMPREPLY[@]}\"";
    /** In zsh, which replaces words. */
    private static final String ZSH = "source $0; _bb_candidates \"${(@s: :)1}\" | tr '\\n' ' '";

    @TempDir
    private Path directory;

    private Path script;

    @BeforeEach
    void scriptAndStore() throws IOException {
        script = Files.writeString(
                directory.resolve("script"), Bb.run("completion").assertDone().out());
        Path checkpoints = Files.createDirectories(directory.resolve("runs").resolve(RUN + "/checkpoints"));
        Files.createFile(checkpoints.resolve("step-000000.safetensors"));
        Files.createFile(checkpoints.resolve("step-000120.safetensors"));
        Files.createDirectories(directory.resolve("runs/sweeps/mine"));
        Files.createDirectories(directory.resolve("elsewhere/fedcba987654"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "bb sw|sweep",
                "bb train --sc|--scale",
                "bb train --scale l|laptop",
                "bb train --scale=l|laptop",
                "bb train --scale smoke model.lay|model.layers=",
                "bb train model.attention=sof|softmax softmax-n softpick",
                "bb train optimizer.name=sgd optimizer.mom|optimizer.momentum=",
                "bb sweep model.attention=softmax,entm|softmax,entmax-1.5",
                "bb train train.backend=|auto cpu cuda reference",
                "bb train record.probes=m|massive mixing",
                "bb train train.seed=|42",
                "bb train train.from=01|0123456789ab@",
                "bb train train.from=0123456789ab@|0 120",
                "bb show |0123456789ab",
                "bb show --out elsewhere |fedcba987654",
                "bb report --store=elsewhere fed|fedcba987654",
                "bb sweep status |mine",
                "bb sweep status x --|--help --json --store --out",
                "bb compare mine sink-e|sink-emergence",
                "bb list --j|--json",
                "bb no-such-verb x|",
            })
    void bashOffers(String line, String words) throws Exception {
        assertOffers(words, line, "bash", "--norc");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            ignoreLeadingAndTrailingWhitespace = false,
            value = {
                "bb sw|sweep",
                "bb train model.attention=softma|model.attention=softmax model.attention=softmax-n",
                "bb sweep model.attention=softmax,entm|model.attention=softmax,entmax-1.5",
                "bb train train.from=0123456789ab@|train.from=0123456789ab@0 train.from=0123456789ab@120",
                "bb show 0|0123456789ab",
                "bb show --out elsewhere fe|fedcba987654",
                "bb sweep status m|mine",
            })
    void zshOffers(String line, String words) throws Exception {
        if (!isThere("zsh")) System.out.println("zsh is not installed: what it offers is not tested");
        assumeTrue(isThere("zsh"), "zsh is not installed");
        assertOffers(words, line, "zsh", "-f");
    }

    private void assertOffers(String words, String line, String shell, String option) throws Exception {
        String offered = output(shell, option, "-c", shell.equals("bash") ? BASH : ZSH, script.toString(), line);
        List<String> expected = words == null ? List.of() : List.of(words.split(" "));
        List<String> names =
                offered.isBlank() ? List.of() : List.of(offered.strip().split(" "));
        assertEquals(expected, names, line);
    }

    /** The last line as well: a script that is cut at a buffer's end is none. */
    @ParameterizedTest
    @ValueSource(strings = {"bash", "zsh"})
    void theWholeScriptIsSyntax(String shell) throws Exception {
        assumeTrue(isThere(shell), shell + " is not installed");
        assertEquals("", output(shell, "-n", script.toString()));
        assertTrue(Files.readString(script).endsWith("\nfi\n"));
    }

    @Test
    void everyVerbOptionAndKeyIsInIt() throws IOException {
        String text = Files.readString(script);
        Map<String, CommandLine> verbs = Main.commandLine(new Interrupt()).getSubcommands();
        assertFalse(verbs.isEmpty());
        verbs.forEach((verb, line) -> {
            assertTrue(text.contains("'" + verb + " options'"), verb);
            for (OptionSpec option : line.getCommandSpec().options())
                if (option.arity().max() > 0)
                    for (String name : option.names()) assertTrue(text.contains("'" + verb + " " + name + "'"), name);
        });
        for (String key : Keys.flatten(Scale.LAPTOP.spec()).keySet()) assertTrue(text.contains("'" + key + "='"), key);
    }

    private static boolean isThere(String shell) throws Exception {
        return new ProcessBuilder("sh", "-c", "command -v " + shell + " >/dev/null")
                        .start()
                        .waitFor()
                == 0;
    }

    private String output(String... command) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
