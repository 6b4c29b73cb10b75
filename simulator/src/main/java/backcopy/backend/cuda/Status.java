package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuGetErrorName;
import static org.bytedeco.cuda.global.cudart.cuGetErrorString;

import backcopy.backend.DeviceException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** What a call of the driver returned. */
final class Status {
    static final int SUCCESS = 0;
    static final int OUT_OF_MEMORY = 2;

    private Status() {}

    /**
     * Goes on where a call succeeded.
     *
     * @throws DeviceException otherwise, with the driver's name for the failure; it may be that of an earlier call
     */
    static void check(int status, String call) {
        if (status != SUCCESS) throw new DeviceException("the GPU failed in " + call + ": " + words(status));
    }

    static String words(int status) {
        try (PointerPointer<BytePointer> name = new PointerPointer<>(1);
                PointerPointer<BytePointer> text = new PointerPointer<>(1)) {
            if (cuGetErrorName(status, name) != SUCCESS || cuGetErrorString(status, text) != SUCCESS)
                return "error " + status;
            return name.get(BytePointer.class).getString() + ", "
                    + text.get(BytePointer.class).getString();
        }
    }
}
