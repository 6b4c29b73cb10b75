package backcopy.command;

import backcopy.backend.DeviceException;
import backcopy.figure.UndrawableException;
import backcopy.run.Reason;
import backcopy.run.RunBusyException;
import backcopy.train.NonFiniteLossException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.RunLast;
import picocli.CommandLine.Spec;

/** The command {@code bb}: finds the verb and runs it. */
@Command(
        name = "bb",
        description = "A laboratory for attention sinks, value-state drains and residual-state peaks.",
        mixinStandardHelpOptions = true,
        versionProvider = Main.Version.class,
        synopsisSubcommandLabel = "VERB",
        subcommands = {
            ReproduceCommand.class,
            TrainCommand.class,
            SweepCommand.class,
            TraceCommand.class,
            ProbeCommand.class,
            ShowCommand.class,
            CompareCommand.class,
            ReportCommand.class,
            ExportCommand.class,
            QueryCommand.class,
            ListCommand.class,
            FigureCommand.class,
            TheoryCommand.class,
            RerunCommand.class,
            BenchCommand.class,
            DoctorCommand.class,
            CompletionCommand.class
        },
        footer = {"", "Example: bb reproduce"})
public final class Main implements Runnable {
    private static final int FAILED = 1;

    @Spec
    private CommandSpec spec;

    private final Interrupt interrupt;

    private Main(Interrupt interrupt) {
        this.interrupt = interrupt;
    }

    public static void main(String[] arguments) {
        Interrupt interrupt = new Interrupt();
        interrupt.listen();
        int code = FAILED;
        try {
            code = execute(commandLine(interrupt), new StandardOutput(), arguments);
        } finally {
            interrupt.release();
        }
        System.exit(code);
    }

    /** Java's sign for what it could not read of an argument: with it the name would be another. */
    private static final String UNREADABLE = "\ufffd";

    /** Runs a verb; one that could not print what it had to say has failed. */
    static int execute(CommandLine line, StandardOutput output, String... arguments) {
        for (String argument : arguments)
            if (argument.contains(UNREADABLE))
                return refuse(line, argument + " cannot be read in this locale; LC_ALL=C.UTF-8 is one that can");
        int code = line.setOut(output.writer()).execute(arguments);
        String loss = output.loss();
        if (loss == null) return code;
        println(line.getErr(), loss);
        return code == CommandLine.ExitCode.OK ? FAILED : code;
    }

    /** The whole command line, ready to execute; a test may give it other writers. */
    static CommandLine commandLine(Interrupt interrupt) {
        return new CommandLine(new Main(interrupt))
                .setParameterExceptionHandler((wrong, arguments) -> refuse(
                        wrong.getCommandLine(),
                        wrong.getMessage() + " (see "
                                + wrong.getCommandLine().getCommandSpec().qualifiedName() + " --help)"))
                .setExecutionStrategy(Main::executeInMemory)
                .setExecutionExceptionHandler((failure, line, result) -> report(failure, line));
    }

    /** A model that does not fit is no mistake of ours. */
    private static int executeInMemory(ParseResult request) {
        try {
            return new RunLast().execute(request);
        } catch (OutOfMemoryError e) {
            println(
                    request.commandSpec().commandLine().getErr(),
                    "the memory does not suffice: the heap is at most "
                            + Runtime.getRuntime().maxMemory() / (1 << 20)
                            + " MiB; BB_JAVA_OPTS=-Xmx8g gives 8 GiB");
            return FAILED;
        }
    }

    Interrupt interrupt() {
        return interrupt;
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a verb is missing");
    }

    /** A wrong request and a foreseen failure get one line; anything else is a mistake of ours and shows where. */
    private static int report(Exception failure, CommandLine line) throws Exception {
        if (failure instanceof RunBusyException) { // the request is right, and will be when the other process is done
            println(line.getErr(), failure.getMessage());
            return FAILED;
        }
        if (failure instanceof IllegalArgumentException) return refuse(line, failure.getMessage());
        boolean foreseen = failure instanceof IOException
                || failure instanceof UncheckedIOException
                || failure instanceof NonFiniteLossException
                || failure instanceof DeviceException
                || failure instanceof UndrawableException;
        if (!foreseen) throw failure;
        if (failure instanceof UncheckedIOException unchecked) failure = unchecked.getCause();
        println(line.getErr(), failure instanceof IOException e ? Reason.of(e) : failure.getMessage());
        return FAILED;
    }

    private static int refuse(CommandLine line, String message) {
        println(line.getErr(), message);
        return CommandLine.ExitCode.USAGE;
    }

    private static void println(PrintWriter err, String message) {
        err.println("bb: " + message.lines().findFirst().orElse(""));
        err.flush();
    }

    /** The version in the jar's manifest; there is none when the classes run from a directory. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Main.class.getPackage().getImplementationVersion();
            return new String[] {
                "backcopy " + (version == null ? "(not packaged)" : version), "Java " + Runtime.version()
            };
        }
    }
}
