package backcopy.backend;

import backcopy.backend.cpu.CpuBackend;
import backcopy.backend.cuda.CudaBackend;
import backcopy.backend.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;

/** The backends that this machine can be asked for, each in every make; a GPU only under {@code -Dbackcopy.require=cuda}. */
public final class EveryBackend {
    /** In float; the definition in double is {@link ReferenceBackend}. */
    public static final List<Backend> FAST = fast();

    public static final List<Backend> ALL = all();

    private EveryBackend() {}

    private static List<Backend> fast() {
        List<Backend> backends = new ArrayList<>(List.of(CpuBackend.vector(), CpuBackend.scalar()));
        if (System.getProperty("backcopy.require", "").equals("cuda")) backends.add(CudaBackend.open(false));
        return List.copyOf(backends);
    }

    private static List<Backend> all() {
        List<Backend> backends = new ArrayList<>(List.of(new ReferenceBackend()));
        backends.addAll(FAST);
        return List.copyOf(backends);
    }
}
