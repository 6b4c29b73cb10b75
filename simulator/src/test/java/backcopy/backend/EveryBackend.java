package backcopy.backend;

import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.reference.ReferenceBackend;
import java.util.List;

/** The backends that this machine can be asked for, each in every make. */
public final class EveryBackend {
    /** In float; the definition in double is {@link ReferenceBackend}. */
    public static final List<Backend> FAST = List.of(CpuBackend.vector(), CpuBackend.scalar());

    public static final List<Backend> ALL = List.of(new ReferenceBackend(), FAST.get(0), FAST.get(1));

    private EveryBackend() {}
}
