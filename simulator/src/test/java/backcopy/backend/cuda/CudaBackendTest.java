package backcopy.backend.cuda;

import backcopy.backend.Backend;
import backcopy.backend.BackendContract;
import org.junit.jupiter.api.Tag;

/** The contract, on a GPU. */
@Tag("gpu")
class CudaBackendTest extends BackendContract {
    private static final Backend DEVICE = CudaBackend.open(false);

    CudaBackendTest() {
        super(DEVICE);
    }
}
