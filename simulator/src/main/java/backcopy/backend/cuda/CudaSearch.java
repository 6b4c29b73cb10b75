package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cublas.cublasGetCudartVersion;
import static org.bytedeco.cuda.global.cudart.cuDeviceGetCount;
import static org.bytedeco.cuda.global.cudart.cuDriverGetVersion;
import static org.bytedeco.cuda.global.cudart.cuInit;
import static org.bytedeco.cuda.global.nvrtc.nvrtcVersion;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is there of CUDA on this machine, looked for once: the one class that may meet a missing library. Everything else
 * here assumes that {@link #reason} is null.
 */
public final class CudaSearch {
    /** The bindings are of this CUDA; the libraries' names carry it. */
    private static final int MAJOR = 13;

    /** Where the kernel of Linux shows NVIDIA's driver, also under WSL. */
    private static final List<Path> DRIVER = List.of(Path.of("/dev/nvidiactl"), Path.of("/dev/dxg"));

    private static final Pattern MISSING = Pattern.compile("(lib[a-zA-Z]+\\.so[.0-9]*): cannot open shared object");

    /**
     * One thing that was looked for.
     *
     * @param what such as {@code cublas}
     * @param sound whether it is there and can be used
     * @param words what was found, or what is missing
     */
    public record Finding(String what, boolean sound, String words) {}

    private CudaSearch() {}

    /** The findings, found when first asked for. */
    private static final class Found {
        static final List<Finding> ALL = search();
    }

    /** Each thing that was looked for, in the order in which they need each other; ends with the first that is missing. */
    public static List<Finding> findings() {
        return Found.ALL;
    }

    /** Why there is no GPU to use; null where there is one. */
    public static String reason() {
        Finding last = Found.ALL.get(Found.ALL.size() - 1);
        return last.sound() ? null : "train.backend = cuda is not available: " + last.words();
    }

    /** {@link #reason} without loading a library where it is plain that there is no driver. */
    public static boolean isSound() {
        return DRIVER.stream().anyMatch(Files::exists) && reason() == null;
    }

    /** The device, and the libraries' versions. */
    static String deviceAndLibraries() {
        return String.join(", ", findings().stream().skip(1).map(Finding::words).toList());
    }

    private static List<Finding> search() {
        List<Finding> found = new ArrayList<>();
        boolean sound = look(found, "cuda driver", CudaSearch::driver)
                && look(found, "cuda device", CudaSearch::device)
                && look(found, "cublas", CudaSearch::cublas)
                && look(found, "nvrtc", CudaSearch::nvrtc);
        assert sound == found.get(found.size() - 1).sound();
        return List.copyOf(found);
    }

    /** A library that is not there shows as a link error at the first touch of its binding. */
    private static boolean look(List<Finding> found, String what, Supplier<Finding> search) {
        Finding finding;
        try {
            finding = search.get();
        } catch (LinkageError e) {
            finding = new Finding(what, false, missing(e));
        }
        found.add(new Finding(what, finding.sound(), finding.words()));
        return finding.sound();
    }

    private static Finding driver() {
        int status = cuInit(0);
        if (status != Status.SUCCESS) return missing("the driver does not start: " + Status.words(status));
        int[] version = new int[1];
        Status.check(cuDriverGetVersion(version), "cuDriverGetVersion");
        String words = "driver for CUDA " + version[0] / 1000 + "." + version[0] % 1000 / 10;
        if (version[0] < 1000 * MAJOR) return missing("the " + words + " is too old: CUDA " + MAJOR + ".0 is needed");
        return found(words);
    }

    private static Finding device() {
        int[] count = new int[1];
        Status.check(cuDeviceGetCount(count), "cuDeviceGetCount");
        if (count[0] == 0) return missing("the driver finds no device");
        try (CudaDevice device = new CudaDevice()) {
            return found(device.name() + ", " + device.architecture() + ", " + (device.totalBytes() >> 20) + " MiB"
                    + (count[0] > 1 ? ", the first of " + count[0] : ""));
        }
    }

    private static Finding cublas() {
        return found("cuBLAS of CUDA " + version(cublasGetCudartVersion()));
    }

    private static Finding nvrtc() {
        int[] major = new int[1], minor = new int[1];
        if (nvrtcVersion(major, minor) != 0) return missing("NVRTC does not say its version");
        return found("NVRTC " + major[0] + "." + minor[0]);
    }

    private static String version(long number) {
        return number / 1000 + "." + number % 1000 / 10;
    }

    private static Finding found(String words) {
        return new Finding("", true, words);
    }

    private static Finding missing(String words) {
        return new Finding("", false, words);
    }

    /** What the loader says, or the library that it did not find: it is named deep in the causes. */
    static String missing(LinkageError error) {
        for (Throwable cause = error; cause != null; cause = cause.getCause()) {
            Matcher library = MISSING.matcher(String.valueOf(cause.getMessage()));
            if (library.find())
                return library.group(1) + " was not found"
                        + (library.group(1).startsWith("libcuda.") ? " (it comes with NVIDIA's driver)" : "");
        }
        return "its bindings cannot be loaded: "
                + String.valueOf(error.getMessage()).lines().findFirst().orElse("");
    }
}
