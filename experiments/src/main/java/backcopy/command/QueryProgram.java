package backcopy.command;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The module query in a process of its own, which only that process loads; it prints where this one does. */
final class QueryProgram {
    private static final String MAIN = "backcopy.query.QueryMain";
    private static final String JAR = "backcopy-query.jar";

    private QueryProgram() {}

    /** Refuses where the module was not built. */
    static void requireBuilt() {
        if (!Files.isReadable(Machine.query().resolve(JAR)))
            throw new IllegalArgumentException(
                    "DuckDB is missing: mvn -Pquery package fetches it, as ./bb does by itself with Maven");
    }

    /** Its exit code. */
    static int run(Path store, String... request) throws IOException, InterruptedException {
        requireBuilt();
        Path place = Machine.query();
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                place.resolve(JAR) + File.pathSeparator + place.resolve("lib") + File.separator + "*",
                MAIN,
                store.toString()));
        command.addAll(List.of(request));
        return new ProcessBuilder(command).inheritIO().start().waitFor();
    }
}
