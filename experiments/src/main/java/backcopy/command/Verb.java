package backcopy.command;

import backcopy.report.Selection;
import backcopy.run.WholeFile;
import java.io.PrintWriter;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What every verb has: the output, the way to stop, help. */
abstract class Verb {
    static final int INTERRUPTED = 130;

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

    /** For what is said of {@code file}: the output, or standard error where the file itself is the output; null is no file. */
    final PrintWriter beside(Path file) {
        return file != null && WholeFile.isStandardOutput(file) ? err() : out();
    }

    final Interrupt interrupt() {
        return ((Main) spec.root().userObject()).interrupt();
    }

    final PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** What is missing of some runs or not finished, on standard error. */
    final void warn(Selection selection) {
        for (String warning : selection.warnings()) err().println("bb: " + warning);
    }

    /** Progress on standard error. */
    final ProgressLine progress(String title) {
        return new ProgressLine(err(), Machine.isTerminal(), title);
    }

    /** After Ctrl-C: what is kept, and how to go on. */
    final int interrupted(String goesOn) {
        err().println("saved; " + goesOn + " goes on");
        return INTERRUPTED;
    }
}
