package backcopy.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PyTorchConfigurationTest {
    private final PyTorchConfiguration mkl = PyTorchConfiguration.all(512).get(0);
    private final PyTorchConfiguration openBlas = PyTorchConfiguration.all(512).get(1);

    @Test
    void everyLibraryIsToldTheNumberOfThreads() {
        Map<String, String> threads =
                Map.of("OMP_NUM_THREADS", "3", "MKL_NUM_THREADS", "3", "OPENBLAS_NUM_THREADS", "3");
        assertEquals(threads, mkl.environment(3));
        assertTrue(openBlas.environment(3).entrySet().containsAll(threads.entrySet()));
    }

    /** On a processor without AVX-512 those kernels would not run at all. */
    @Test
    void openBlasIsToldOfAvx512WhereItIs() {
        assertEquals("SkylakeX", openBlas.environment(1).get("OPENBLAS_CORETYPE"));
        PyTorchConfiguration narrow = PyTorchConfiguration.all(256).get(1);
        assertFalse(narrow.environment(1).containsKey("OPENBLAS_CORETYPE"));
        assertFalse(narrow.name().contains("SkylakeX"), narrow.name());
        assertTrue(narrow.environment(1).get("LD_PRELOAD").contains("openblas-openmp"));
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
