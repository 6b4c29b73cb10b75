package backcopy.backend.cpu;

import backcopy.backend.BackendContract;

/** The contract, in vectors; fails where the Vector API is absent. */
class CpuBackendVectorTest extends BackendContract {
    CpuBackendVectorTest() {
        super(CpuBackend.vector());
    }
}
