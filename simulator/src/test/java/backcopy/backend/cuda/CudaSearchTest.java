package backcopy.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backcopy.backend.cuda.CudaSearch.Finding;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said where something of CUDA is missing. */
class CudaSearchTest {
    /** The findings of a machine, one a line; a process of its own, because a library is looked for once. */
    public static void main(String[] arguments) {
        for (Finding finding : CudaSearch.findings())
            System.out.println(finding.what() + (finding.sound() ? ": " : " missing: ") + finding.words());
        System.out.println(CudaSearch.reason());
    }

    @Test
    void theLibraryThatTheLoaderDidNotFindIsNamed() {
        UnsatisfiedLinkError deep = new UnsatisfiedLinkError(
                "/cache/libjnicublas.so: libcublas.so.13: cannot open shared object file: No such file or directory");
        LinkageError error = new UnsatisfiedLinkError("no jnicublas in java.library.path");
        error.initCause(deep);
        assertEquals("libcublas.so.13 was not found", CudaSearch.missing(error));
        LinkageError other = new NoClassDefFoundError("org/bytedeco/cuda/global/cudart");
        assertEquals("its bindings cannot be loaded: org/bytedeco/cuda/global/cudart", CudaSearch.missing(other));
    }

    @Test
    @Tag("gpu")
    void aSoundMachineHasFourFindings() {
        assertEquals(
                List.of("cuda driver", "cuda device", "cublas", "nvrtc"),
                CudaSearch.findings().stream().map(Finding::what).toList());
        assertNull(CudaSearch.reason());
    }

    /** On the emulated device, which can be told to lack something. */
    @Test
    @Tag("gpu")
    void whateverIsMissingIsOneLine(@TempDir Path directory) throws IOException, InterruptedException {
        assumeTrue(CudaSearch.deviceAndLibraries().contains("emulated"), "a real device lacks nothing");
        String libraries = System.getenv("LD_LIBRARY_PATH").split(File.pathSeparator)[0];
        assertMissing("cuda device missing: the driver finds no device", Map.of("EMULATED_CUDA_DEVICES", "0"));
        assertMissing(
                "cuda driver missing: the driver for CUDA 12.4 is too old: CUDA 13.0 is needed",
                Map.of("EMULATED_CUDA_DRIVER", "12040"));
        for (String library : List.of("cublas", "nvrtc")) {
            Path without = Files.createDirectory(directory.resolve(library));
            String file = "lib" + library + ".so.13";
            try (Stream<Path> all = Files.list(Path.of(libraries))) {
                for (Path one :
                        all.filter(path -> path.toString().contains(".so.")).toList())
                    if (!one.endsWith(file)) Files.copy(one, without.resolve(one.getFileName()));
            }
            assertMissing(
                    library + " missing: " + file + " was not found", Map.of("LD_LIBRARY_PATH", without.toString()));
        }
    }

    /** The last finding is that line, and it is the reason for which {@code train.backend=cuda} is refused. */
    private static void assertMissing(String line, Map<String, String> environment)
            throws IOException, InterruptedException {
        String cache = System.getProperty("org.bytedeco.javacpp.cachedir");
        ProcessBuilder child = new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Dorg.bytedeco.javacpp.cachedir=" + cache,
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                CudaSearchTest.class.getName());
        child.environment().putAll(environment);
        Process process = child.redirectErrorStream(true).start();
        List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .toList();
        assertEquals(0, process.waitFor(), lines.toString());
        assertEquals(line, lines.get(lines.size() - 2));
        assertTrue(lines.get(lines.size() - 1).startsWith("train.backend = cuda is not available: "), lines.toString());
    }
}
