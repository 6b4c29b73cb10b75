package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PyTorchConfigurationTest {
    private final PyTorchConfiguration mkl = PyTorchConfiguration.all(512).get(0);
    private final PyTorchConfiguration openBlas = PyTorchConfiguration.all(512).get(1);

    private static Map<String, String> chosen(PyTorchConfiguration configuration, int threads) {
        Map<String, String> variables = new HashMap<>(Map.of(
                "PATH", "/bin", "OPENBLAS_CORETYPE", "Haswell", "OPENBLAS_L2_SIZE", "1024", "KMP_AFFINITY", "none"));
        configuration.choose(variables, threads);
        return variables;
    }

    @Test
    void everyLibraryIsToldTheNumberOfThreads() {
        Map<String, String> threads =
                Map.of("OMP_NUM_THREADS", "3", "MKL_NUM_THREADS", "3", "OPENBLAS_NUM_THREADS", "3");
        assertTrue(chosen(mkl, 3).entrySet().containsAll(threads.entrySet()));
        assertTrue(chosen(openBlas, 3).entrySet().containsAll(threads.entrySet()));
    }

    /** What a user's shell says of matmul libraries would make another PyTorch than the one that is named. */
    @Test
    void theUsersOwnChoicesAreLeftOut() {
        Set<String> numbers = Set.of("PATH", "OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS");
        assertEquals(numbers, chosen(mkl, 1).keySet());
        assertEquals("/bin", chosen(mkl, 1).get("PATH"));
    }

    /** On a processor without AVX-512 those kernels would not run at all. */
    @Test
    void openBlasIsToldOfAvx512WhereItIs() {
        assertEquals("SkylakeX", chosen(openBlas, 1).get("OPENBLAS_CORETYPE"));
        PyTorchConfiguration narrow = PyTorchConfiguration.all(256).get(1);
        assertFalse(chosen(narrow, 1).containsKey("OPENBLAS_CORETYPE"));
        assertFalse(narrow.name().contains("SkylakeX"), narrow.name());
        assertTrue(chosen(narrow, 1).get("LD_PRELOAD").contains("openblas-openmp"));
    }

    @Test
    void theLibrariesThatAreLoadedMustBeTheOnesMeant() {
        List<String> withMkl = List.of("libmkl_core.so.2", "libmkl_rt.so.2", "libopenblas.so.0");
        List<String> without = List.of("libopenblas.so.0", "libopenblasp-r0.3.21.so");
        assertTrue(mkl.fits(withMkl));
        assertFalse(mkl.fits(without));
        assertTrue(openBlas.fits(without));
        assertFalse(openBlas.fits(withMkl));
    }
}
