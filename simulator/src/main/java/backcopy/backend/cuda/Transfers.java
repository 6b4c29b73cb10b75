package backcopy.backend.cuda;

import backcopy.backend.TokenTable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/**
 * What passes between a host and the stream of one backend, through page-locked memory of each thread. Threads wait for copies of
 * their own, and queue them one at a time: under the backend's lock.
 */
final class Transfers implements AutoCloseable {
    private final Object lock;
    private final CudaDevice device;
    private final CudaStream stream;
    private final List<Staging> stagings = new ArrayList<>();
    private final ThreadLocal<Staging> staging = ThreadLocal.withInitial(this::newStaging);
    private final Map<Object, CudaBuffer> tables = new IdentityHashMap<>();
    private CudaBuffer ids = new CudaBuffer(0, 0);

    /** @param lock of whatever queues on the stream */
    Transfers(Object lock, CudaDevice device, CudaStream stream) {
        this.lock = lock;
        this.device = device;
        this.stream = stream;
    }

    private Staging newStaging() {
        Staging own = new Staging(Staging.WORDS);
        synchronized (lock) {
            stagings.add(own);
        }
        return own;
    }

    private Staging own() {
        device.enter();
        return staging.get();
    }

    void upload(double[] source, CudaBuffer target) {
        Staging through = own();
        for (int from = 0; from < source.length; from += Staging.WORDS) {
            int count = Math.min(Staging.WORDS, source.length - from);
            through.await();
            for (int i = 0; i < count; i++) through.floats().put(i, (float) source[from + i]);
            upload(through, count, target.at(from));
        }
    }

    private void upload(Staging through, int words, long to) {
        synchronized (lock) {
            stream.upload(through.memory(), to, (long) words * Integer.BYTES);
            through.note(stream);
        }
    }

    void download(CudaBuffer source, double[] target) {
        for (int from = 0; from < target.length; from += Staging.WORDS) {
            int count = Math.min(Staging.WORDS, target.length - from);
            long at = source.at(from);
            ByteBuffer bytes = download(count * Float.BYTES, () -> at);
            for (int i = 0; i < count; i++) target[from + i] = bytes.getFloat(i * Float.BYTES);
        }
    }

    /**
     * A few bytes of the device.
     *
     * @param queued queues what makes them, and says where they are
     * @return overwritten by the thread's next copy
     */
    ByteBuffer download(int bytes, LongSupplier queued) {
        Staging through = own();
        through.await();
        synchronized (lock) {
            stream.download(queued.getAsLong(), through.memory(), bytes);
            through.note(stream);
        }
        through.await();
        return through.bytes();
    }

    /** Where the device has these ids for the operation that is queued next. */
    long ids(int[] values) {
        Staging through = own();
        if (ids.size() < values.length)
            ids = new CudaBuffer(device.allocate((long) values.length * Integer.BYTES), values.length);
        for (int from = 0; from < values.length; from += Staging.WORDS) {
            int count = Math.min(Staging.WORDS, values.length - from);
            through.await();
            through.ints().clear().put(values, from, count);
            upload(through, count, ids.at(from));
        }
        return ids.address();
    }

    /** The numbers {@code [vocabulary, positions]} of what an intervention gives, written when they are first asked for. */
    CudaBuffer table(Object given, int vocabulary, int positions, TokenTable table) {
        CudaBuffer known = tables.get(given);
        if (known != null && known.size() == vocabulary * positions) return known;
        double[] numbers = new double[Math.multiplyExact(vocabulary, positions)];
        for (int i = 0; i < numbers.length; i++) numbers[i] = table.of(i / positions, i % positions);
        CudaBuffer written = new CudaBuffer(device.allocate((long) numbers.length * Float.BYTES), numbers.length);
        upload(numbers, written);
        tables.put(given, written);
        return written;
    }

    @Override
    public void close() {
        stagings.forEach(Staging::close);
    }
}
