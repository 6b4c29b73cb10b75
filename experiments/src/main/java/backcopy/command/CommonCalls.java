package backcopy.command;

import backcopy.run.RunStore;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Path;

/**
 * The calls that people make most, one after another and without a word, so that the JVM can list the classes that they load.
 * The launcher makes an archive from the list, from which later calls start sooner.
 */
final class CommonCalls {
    private CommonCalls() {}

    /** @param arguments a directory that is not there yet, for a run of three steps */
    public static void main(String[] arguments) {
        Path store = Path.of(arguments[0]);
        call("--help");
        call("list");
        call("train", "--scale", "smoke", "--out", store.toString(), "train.steps=3");
        call("show", "--out", store.toString(), new RunStore(store).all().get(0).identity());
        System.exit(0);
    }

    private static void call(String... arguments) {
        PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
        int code = Main.commandLine(new Interrupt())
                .setOut(nowhere)
                .setErr(nowhere)
                .execute(arguments);
        if (code != 0) System.exit(code);
    }
}
