package backcopy.command;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code bb completion}: what a shell needs to complete verbs, options and names. */
@Command(
        name = "completion",
        description = "Prints a script for bash and zsh that completes verbs, options, keys and their values,"
                + " and the names of stored runs and sweeps.",
        footer = {
            "",
            "Example: bb completion > ~/.local/share/bash-completion/completions/bb",
            "or, in the shell that is open: source <(bb completion)"
        })
final class CompletionCommand extends Verb implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() {
        out().print(CompletionScript.of(spec.root().commandLine()));
        return 0;
    }
}
