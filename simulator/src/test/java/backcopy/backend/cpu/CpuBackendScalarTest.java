package backcopy.backend.cpu;

import backcopy.backend.BackendContract;

/** The contract, in plain Java. */
class CpuBackendScalarTest extends BackendContract {
    CpuBackendScalarTest() {
        super(CpuBackend.scalar());
    }
}
