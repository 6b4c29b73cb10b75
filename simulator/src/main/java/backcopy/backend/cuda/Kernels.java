package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.javacpp.BytePointer;

/** The kernels of one source, on the device. */
final class Kernels implements AutoCloseable {
    private final CUmod_st module = new CUmod_st();
    private final Map<String, CUfunc_st> functions = new HashMap<>();

    Kernels(KernelSource source, KernelCompiler compiler) {
        try (BytePointer code = new BytePointer(compiler.code(source.name(), source.text()))) {
            Status.check(cuModuleLoadData(module, code), "cuModuleLoadData");
        }
    }

    CUfunc_st get(String name) {
        return functions.computeIfAbsent(name, this::find);
    }

    private CUfunc_st find(String name) {
        CUfunc_st function = new CUfunc_st();
        try (BytePointer text = new BytePointer(name)) {
            Status.check(cuModuleGetFunction(function, module, text), "cuModuleGetFunction of " + name);
        }
        return function;
    }

    @Override
    public void close() {
        Status.check(cuModuleUnload(module), "cuModuleUnload");
    }
}
