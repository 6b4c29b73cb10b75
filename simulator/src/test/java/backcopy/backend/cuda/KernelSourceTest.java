package backcopy.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import backcopy.attention.AttentionKinds;
import backcopy.backend.RowRule;
import backcopy.backend.UpdateRule;
import backcopy.optim.AdamW;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The CUDA sources as they are put together; no device is needed. */
class KernelSourceTest {
    @Test
    void everyAttentionKindAndOptimizerHasAKernel() {
        for (RowRule rule : AttentionKinds.ALL) assertNull(CudaBackend.missingKernel(rule, AdamW.DEFAULT));
        for (Optimizer optimizer : Optimizers.ALL)
            if (optimizer instanceof UpdateRule rule)
                assertNull(CudaBackend.missingKernel(AttentionKinds.of("softmax"), rule));
    }

    @Test
    void anAttentionKindWithoutAKernelIsRefusedByName() {
        String message = assertThrows(IllegalArgumentException.class, () -> KernelSource.of(new Unheard()))
                .getMessage();
        assertTrue(message.contains("model.attention = unheard") && message.contains("unheard.cu"), message);
        assertEquals(message, CudaBackend.missingKernel(new Unheard(), AdamW.DEFAULT));
    }

    @Test
    void coefficientsStandInTheOrderOfTheirStruct() {
        String text = KernelSource.of(AdamW.DEFAULT).text();
        long[] members = KernelSource.coefficients(AdamW.DEFAULT);
        List<String> order = List.of("none", "beta1", "beta2", "epsilon", "learningRate", "weightDecay");
        assertEquals(order.size(), members.length);
        int at = 0;
        for (int m = 1; m < members.length; m++) {
            assertEquals(
                    AdamW.DEFAULT.coefficients().get(order.get(m)), Double.longBitsToDouble(members[m]), order.get(m));
            int declared = text.indexOf("double " + order.get(m) + ";");
            assertTrue(declared > at, order.get(m));
            at = declared;
        }
    }

    /** By NVRTC itself, with what it is given on a device; it needs none, but its bindings want a driver's library. */
    @Test
    void everySourceCompilesByNvrtc(@TempDir Path directory) {
        for (String architecture : List.of("sm_80", "sm_90")) {
            KernelCompiler compiler = new KernelCompiler(architecture, directory);
            assumeTrue(isNvrtc(compiler), "NVIDIA's NVRTC was not found");
            for (KernelSource source : sources())
                assertTrue(isElf(compiler.code(source.name(), source.text())), source.name());
        }
    }

    /** False where there is none, and for that of the emulated device, whose code is not a device's. */
    private static boolean isNvrtc(KernelCompiler compiler) {
        try {
            return isElf(compiler.code("nothing", ""));
        } catch (LinkageError e) {
            return false;
        }
    }

    private static boolean isElf(byte[] code) {
        return code.length > 4 && code[0] == 0x7f && code[1] == 'E' && code[2] == 'L' && code[3] == 'F';
    }

    /** By nvcc for two generations of devices, where it is installed. */
    @Test
    void everySourceCompiles(@TempDir Path directory) throws IOException, InterruptedException {
        Optional<Path> nvcc = nvcc();
        assumeTrue(nvcc.isPresent(), "nvcc is not installed");
        StringBuilder all = new StringBuilder();
        for (KernelSource source : sources())
            all.append("namespace kernels")
                    .append(all.length())
                    .append(" {\n")
                    .append(source.text().replace("extern \"C\" ", "")) // so that one compilation takes them all
                    .append("}\n#undef TRAINED\n#undef NUMBER\n#undef NORMALIZER\n#undef MOMENTS\n");
        Path file = Files.writeString(directory.resolve("kernels.cu"), all), log = directory.resolve("log");
        int code = new ProcessBuilder(
                        nvcc.get().toString(),
                        "--fatbin",
                        "--Werror=all-warnings",
                        "--generate-code=arch=compute_80,code=sm_80",
                        "--generate-code=arch=compute_90,code=sm_90",
                        "--output-file=" + directory.resolve("code"),
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start()
                .waitFor();
        assertEquals(0, code, Files.readString(log));
    }

    private static List<KernelSource> sources() {
        List<KernelSource> sources = new ArrayList<>(List.of(KernelSource.operations()));
        for (RowRule rule : AttentionKinds.ALL) sources.add(KernelSource.of(rule));
        for (Optimizer optimizer : Optimizers.ALL)
            if (optimizer instanceof UpdateRule rule) sources.add(KernelSource.of(rule));
        return sources;
    }

    private static Optional<Path> nvcc() {
        return Stream.concat(
                        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)),
                        Stream.of("/usr/local/cuda/bin"))
                .map(directory -> Path.of(directory, "nvcc"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private record Unheard() implements RowRule {
        @Override
        public String name() {
            return "unheard";
        }

        @Override
        public String about() {
            return "for this test";
        }

        @Override
        public void row(double[] scores, int from, int visible, double[] pattern) {}

        @Override
        public void derivative(
                double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {}
    }
}
