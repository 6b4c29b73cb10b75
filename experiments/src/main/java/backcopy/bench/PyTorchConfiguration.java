package backcopy.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Which matmul library PyTorch works with, and how. Without such a choice its Java package runs one set of threads inside
 * another and is many times slower; nobody should be compared with that.
 *
 * @param name for people; a ratio is never printed without it
 * @param flags of the Java that starts it
 * @param environment of its process; the library reads it when it is loaded
 * @param needs a file that must be there, or null
 * @param install what brings that file
 */
record PyTorchConfiguration(
        String name, List<String> flags, Map<String, String> environment, Path needs, String install) {
    private static final String MKL = "libmkl_core";
    /** What the user's environment tells matmul libraries and their threads. */
    private static final Pattern OF_LIBRARIES = Pattern.compile("(OPENBLAS|GOTO|MKL|OMP|GOMP|KMP)_.*|LD_PRELOAD");

    private static final Path OPENBLAS = Path.of("/usr/lib/x86_64-linux-gnu/openblas-openmp/libopenblas.so.0");

    /** What the official wheel uses as well, but in another build: a stand-in for it. */
    private static PyTorchConfiguration mkl() {
        return new PyTorchConfiguration(
                "MKL (stands for the official wheel)",
                List.of("-Dorg.bytedeco.openblas.load=mkl_rt"),
                Map.of(),
                null,
                "");
    }

    /** The best that was found on new processors of AMD. OpenBLAS before 0.3.32 takes new processors of AMD for old ones unless it is told. */
    private static PyTorchConfiguration openBlas(int vectorBits) {
        Map<String, String> environment = new LinkedHashMap<>(
                Map.of("LD_PRELOAD", OPENBLAS.toString(), "OPENBLAS_VERBOSE", "2")); // 2: it says its core
        if (vectorBits == 512) environment.put("OPENBLAS_CORETYPE", "SkylakeX");
        return new PyTorchConfiguration(
                "OpenBLAS-openmp" + (vectorBits == 512 ? ", core SkylakeX" : ""),
                List.of(),
                environment,
                OPENBLAS,
                "install Debian's package libopenblas0-openmp");
    }

    /** @param vectorBits of the processor, which decides whether OpenBLAS must be told of AVX-512 */
    static List<PyTorchConfiguration> all(int vectorBits) {
        return List.of(mkl(), openBlas(vectorBits));
    }

    boolean isThere() {
        return needs == null || Files.isReadable(needs);
    }

    /** Whether the libraries that a process has loaded are those that this configuration is about. */
    boolean fits(List<String> libraries) {
        return libraries.stream().anyMatch(library -> library.startsWith(MKL)) == (needs == null);
    }

    /** Puts this choice, and the number of threads in every variable that a library reads, in the place of the user's own. */
    void choose(Map<String, String> variables, int threads) {
        variables.keySet().removeIf(OF_LIBRARIES.asMatchPredicate());
        for (String variable : List.of("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"))
            variables.put(variable, String.valueOf(threads));
        variables.putAll(environment);
    }

    /** The command line's beginning: this Java, with room for its own numbers only. */
    List<String> java(Path cache) {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of("-Xmx1g", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED"));
        command.add("-Dorg.bytedeco.javacpp.cachedir=" + cache);
        command.add("-Dorg.bytedeco.javacpp.maxphysicalbytes=0");
        command.addAll(flags);
        return command;
    }
}
