package backcopy.command;

import backcopy.run.RunDirectory;
import backcopy.run.RunState.Status;
import java.io.PrintWriter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** What every verb has: the output, the way to stop, help. */
abstract class Verb {
    static final int INTERRUPTED = 130;

    @ParentCommand
    private Main main;

    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "show this help")
    private boolean help;

    final PrintWriter out() {
        return spec.commandLine().getOut();
    }

    final Interrupt interrupt() {
        return main.interrupt();
    }

    /** Progress on standard error. */
    final ProgressLine progress(String title) {
        return new ProgressLine(spec.commandLine().getErr(), Machine.isTerminal(), title);
    }

    static int exitCode(RunDirectory run) {
        return run.state().status() == Status.INTERRUPTED ? INTERRUPTED : 0;
    }
}
