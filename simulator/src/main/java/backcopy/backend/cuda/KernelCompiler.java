package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.nvrtc.nvrtcCompileProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcCreateProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcDestroyProgram;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBIN;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetCUBINSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLog;
import static org.bytedeco.cuda.global.nvrtc.nvrtcGetProgramLogSize;
import static org.bytedeco.cuda.global.nvrtc.nvrtcVersion;

import backcopy.backend.DeviceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.bytedeco.cuda.nvrtc._nvrtcProgram;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.Loader;
import org.bytedeco.javacpp.PointerPointer;
import org.bytedeco.javacpp.SizeTPointer;

/**
 * CUDA source to code for one device. Code is kept in a directory under a hash of device, compiler and source, so that
 * a source is compiled once on a machine.
 */
final class KernelCompiler {
    /** Runs that start together want the same kernels. */
    private static final Object ONE_AT_A_TIME = new Object();

    private final String architecture;
    private final Path directory;

    /** @param architecture such as {@code sm_90} */
    KernelCompiler(String architecture, Path directory) {
        this.architecture = architecture;
        this.directory = directory;
    }

    /** Into a directory beside the ones in which JavaCPP keeps its libraries. */
    static KernelCompiler of(CudaDevice device) {
        try {
            return new KernelCompiler(
                    device.architecture(), Loader.getCacheDir().toPath().resolve("backcopy-kernels"));
        } catch (IOException e) {
            throw new DeviceException("there is no directory for compiled kernels: " + e.getMessage());
        }
    }

    /** The code of a source, compiled or found. */
    byte[] code(String name, String source) {
        synchronized (ONE_AT_A_TIME) {
            try {
                Path file = directory.resolve(key(source) + ".cubin");
                if (Files.isRegularFile(file)) return Files.readAllBytes(file);
                byte[] code = compile(name, source);
                Files.createDirectories(directory);
                Path whole = Files.createTempFile(directory, "new", ".cubin");
                Files.write(whole, code);
                Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
                return code;
            } catch (IOException e) {
                throw new DeviceException("compiled kernels cannot be kept in " + directory + ": " + e.getMessage());
            }
        }
    }

    private byte[] compile(String name, String source) {
        _nvrtcProgram program = new _nvrtcProgram();
        try (BytePointer text = new BytePointer(source);
                BytePointer file = new BytePointer(name + ".cu");
                BytePointer option = new BytePointer("--gpu-architecture=" + architecture);
                PointerPointer<BytePointer> options = new PointerPointer<BytePointer>(1).put(0, option);
                SizeTPointer size = new SizeTPointer(1)) {
            check(
                    nvrtcCreateProgram(program, text, file, 0, (PointerPointer<?>) null, (PointerPointer<?>) null),
                    "nvrtcCreateProgram");
            int status = nvrtcCompileProgram(program, 1, options);
            if (status != 0)
                throw new DeviceException("NVRTC did not compile " + name + ".cu for " + architecture + ": status "
                        + status + ": " + log(program).strip().replace('\n', ' '));
            check(nvrtcGetCUBINSize(program, size), "nvrtcGetCUBINSize");
            try (BytePointer code = new BytePointer(size.get())) {
                check(nvrtcGetCUBIN(program, code), "nvrtcGetCUBIN");
                byte[] bytes = new byte[Math.toIntExact(size.get())];
                code.get(bytes);
                return bytes;
            }
        } finally {
            nvrtcDestroyProgram(program);
        }
    }

    private static String log(_nvrtcProgram program) {
        try (SizeTPointer size = new SizeTPointer(1)) {
            check(nvrtcGetProgramLogSize(program, size), "nvrtcGetProgramLogSize");
            try (BytePointer log = new BytePointer(size.get())) {
                check(nvrtcGetProgramLog(program, log), "nvrtcGetProgramLog");
                return log.getString();
            }
        }
    }

    private String key(String source) {
        int[] major = new int[1], minor = new int[1];
        check(nvrtcVersion(major, minor), "nvrtcVersion");
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            String all = architecture + " nvrtc " + major[0] + "." + minor[0] + "\n" + source;
            return HexFormat.of().formatHex(digest.digest(all.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every Java has SHA-256", e);
        }
    }

    private static void check(int status, String call) {
        if (status != 0) throw new DeviceException("the GPU's compiler failed in " + call + ": NVRTC status " + status);
    }
}
