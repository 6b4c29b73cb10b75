package backcopy.command;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** The script that completes {@code bb} in bash and zsh: {@code completion.sh} with a table of what may follow what. */
final class CompletionScript {
    /** Words of the table that the shell replaces when it completes. */
    static final String RUNS = "@runs", SWEEPS = "@sweeps", KEYS = "@keys";
    /** Marks an option whose value is the store; and one whose value is anything, so that the next word is no verb. */
    private static final String STORE = "@store", ANYTHING = "@anything";

    private final List<String> table = new ArrayList<>();

    private CompletionScript() {}

    /** @param bb the whole command line */
    static String of(CommandLine bb) {
        CompletionScript script = new CompletionScript();
        script.row("verbs", bb.getSubcommands().keySet());
        script.row(" options", options(bb.getCommandSpec()));
        bb.getSubcommands().forEach((verb, line) -> script.add(verb, line));
        KeyWords.all().forEach((key, words) -> script.row(key + "=", words));
        script.row(KEYS, KeyWords.all().keySet().stream().map(key -> key + "=").toList());
        return text().replace("%TABLE%\n", String.join("\n", script.table) + "\n");
    }

    private void add(String verb, CommandLine line) {
        List<String> words = new ArrayList<>(line.getSubcommands().keySet());
        for (PositionalParamSpec parameter : line.getCommandSpec().positionalParameters())
            words.addAll(candidates(parameter));
        row(verb, words);
        row(verb + " options", options(line.getCommandSpec()));
        for (OptionSpec option : line.getCommandSpec().options()) {
            if (option.arity().max() == 0) continue;
            List<String> values = candidates(option);
            if (option.paramLabel().equals("STORE")) values = List.of(STORE);
            if (values.isEmpty()) values = List.of(ANYTHING);
            for (String name : option.names()) row(verb + " " + name, values);
        }
        line.getSubcommands().forEach((word, nested) -> add(verb + " " + word, nested));
    }

    private static List<String> options(CommandSpec spec) {
        return spec.options().stream()
                .flatMap(option -> Stream.of(option.names()))
                .filter(name -> name.startsWith("--"))
                .toList();
    }

    private static List<String> candidates(ArgSpec argument) {
        if (argument.completionCandidates() == null) return List.of();
        return StreamSupport.stream(argument.completionCandidates().spliterator(), false)
                .toList();
    }

    private void row(String of, Iterable<String> words) {
        table.add("        '" + of + "') echo '" + String.join(" ", words) + "' ;;");
    }

    private static String text() {
        try (InputStream in = CompletionScript.class.getResourceAsStream("completion.sh")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
