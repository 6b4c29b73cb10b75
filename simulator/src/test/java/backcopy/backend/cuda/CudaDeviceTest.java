package backcopy.backend.cuda;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.backend.Buffer;
import backcopy.backend.Device;
import backcopy.backend.DeviceMemoryException;
import backcopy.optim.Sgd;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a device does beyond the contract of all backends. */
@Tag("gpu")
class CudaDeviceTest {
    private static final int VOCABULARY = 7, LENGTH = 5, WIDTH = 3;

    /** Done, captured, replayed, and then replayed from the places that ids were copied from before. */
    @Test
    void aRecordingReadsWhatItsArraysHoldAtEachRun() {
        try (Device device = CudaBackend.open(false)) {
            Buffer table = filled(device, VOCABULARY * WIDTH), positions = filled(device, LENGTH * WIDTH);
            Buffer recorded = device.allocate(LENGTH * WIDTH), direct = device.allocate(LENGTH * WIDTH);
            int[] ids = new int[LENGTH];
            double[] numbers = new double[4];
            Buffer written = device.allocate(4), sum = device.allocate(4);
            Device.Recording recording = device.record(() -> {
                device.embed(ids, table, positions, recorded, 1, LENGTH, WIDTH);
                device.write(numbers, written);
                device.add(written, sum);
            });
            for (int run = 0; run < 7; run++) {
                for (int t = 0; t < LENGTH; t++) ids[t] = (run + 3 * t) % VOCABULARY;
                for (int i = 0; i < 4; i++) numbers[i] = 0.5 * run + i;
                recording.run();
                if (run % 2 == 0) continue; // two runs are queued before the host looks
                device.embed(ids, table, positions, direct, 1, LENGTH, WIDTH);
                assertArrayEquals(read(device, direct), read(device, recorded), "run " + run);
            }
            assertArrayEquals(new double[] {10.5, 17.5, 24.5, 31.5}, read(device, sum));
        }
    }

    /** What waits for the whole device would spoil the capture; it has to wait for it instead. */
    @Test
    void aRunMayEndAndAnotherBeginWhileAStepIsCaptured() throws InterruptedException {
        Device ending = CudaBackend.open(false);
        Thread other = new Thread(() -> {
            ending.close();
            CudaBackend.open(false).close();
        });
        try (Device device = CudaBackend.open(false)) {
            Buffer sum = device.allocate(1), one = filled(device, 1);
            AtomicInteger times = new AtomicInteger();
            Device.Recording recording = device.record(() -> {
                device.add(one, sum);
                if (times.incrementAndGet() < 2) return;
                other.start();
                try {
                    other.join(300);
                } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                }
                assertTrue(other.isAlive(), "it did not wait");
            });
            for (int run = 0; run < 4; run++) recording.run();
            other.join();
            assertEquals(2, times.get());
            assertEquals(4 * read(device, one)[0], read(device, sum)[0], 1e-6);
        }
    }

    @Test
    void updatesStopAtALossThatIsNotFiniteUntilItWasTold() {
        try (Device device = CudaBackend.open(false)) {
            Buffer weights = filled(device, 9), gradient = filled(device, 9), losses = device.allocate(4);
            double[] before = read(device, weights);
            device.watch(losses, 4);
            device.fill(losses.view(2, 1), Double.POSITIVE_INFINITY);
            device.watch(losses, 5);
            device.fill(losses, 0);
            device.watch(losses, 6);
            Buffer[] moments = {device.allocate(9)};
            device.update(Sgd.DEFAULT, weights, gradient, moments, 6);
            assertArrayEquals(before, read(device, weights));
            assertEquals(5, device.failed());
            assertEquals(-1, device.failed());
            device.update(Sgd.DEFAULT, weights, gradient, moments, 6);
            assertTrue(Tolerances.relativeError(before, read(device, weights)) > 1e-4);
        }
    }

    /** Ten bits of a factor: their product is off by a few thousandths at most, and by more than float would be. */
    @Test
    void tf32RoundsTheFactorsOfProducts() {
        try (Device exact = CudaBackend.open(false);
                Device rounded = CudaBackend.open(true)) {
            double error = Tolerances.relativeError(product(exact), product(rounded));
            assertTrue(error > 1e-5 && error < 5e-3, "differs by " + error);
        }
    }

    private static double[] product(Device device) {
        int rows = 512, out = 512, in = 256; // so many that a device has a reason to round
        Buffer y = device.allocate(rows * out);
        device.linear(filled(device, rows * in), device.matrix(filled(device, out * in), out, in), y, rows, false);
        return read(device, y);
    }

    @Test
    void memoryThatIsShortSaysWhatWasAskedForAndWhatThereIs() {
        try (Device device = CudaBackend.open(false)) {
            String message = assertThrows(DeviceMemoryException.class, () -> {
                        for (int i = 0; i < 1000; i++) device.allocate(1 << 30);
                    })
                    .getMessage();
            assertTrue(message.contains("4096 MiB were asked for"), message);
            assertTrue(message.contains("train.batchSize"), message);
        }
    }

    private static Buffer filled(Device device, int size) {
        double[] values = new SplittableRandom(size).doubles(size, -1, 1).toArray();
        Buffer buffer = device.allocate(size);
        device.write(Arrays.stream(values).map(x -> (float) x).toArray(), buffer);
        return buffer;
    }

    private static double[] read(Device device, Buffer buffer) {
        double[] values = new double[buffer.size()];
        device.read(buffer, values);
        return values;
    }
}
