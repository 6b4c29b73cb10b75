package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuGraphExecDestroy;

import backcopy.backend.Device;
import java.lang.reflect.Array;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUgraphExec_st;

/**
 * Work as a graph. The first run is done operation by operation and shows which arrays the work reads, of ids or of numbers; the second
 * is captured; from then on a run is its arrays and the launch of the graph. They are copied from two places in turn: so the host
 * samples the next batch while the device works, and waits only when it is two runs ahead.
 */
final class CudaRecording implements Device.Recording, AutoCloseable {
    private final CudaBackend backend;
    private final CudaDevice device;
    private final CudaStream stream;
    private final Runnable work;
    private final Staging[] places = new Staging[2];
    private final Map<Input, Long> addresses = new LinkedHashMap<>();
    private CUgraphExec_st graph;
    private long runs;

    /** An array by what it is, not by what it holds: ids, or numbers in double that are floats on the device. */
    private record Input(Object array) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Input input && input.array == array;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(array);
        }

        int words() {
            return Array.getLength(array);
        }

        void put(Staging place, int at) {
            if (array instanceof int[] ids) place.ints().put(at, ids);
            else {
                double[] numbers = (double[]) array;
                for (int i = 0; i < numbers.length; i++) place.floats().put(at + i, (float) numbers[i]);
            }
        }
    }

    CudaRecording(CudaBackend backend, CudaDevice device, CudaStream stream, Runnable work) {
        this.backend = backend;
        this.device = device;
        this.stream = stream;
        this.work = work;
    }

    /** Where the device has what an array of the work holds, {@code int[]} or {@code double[]}. */
    long address(Object array) {
        Input input = new Input(array);
        Long known = addresses.get(input);
        if (known != null) return known;
        if (runs > 0) throw new IllegalStateException("recorded work reads other arrays than its first run");
        long address = device.allocate((long) input.words() * Integer.BYTES);
        addresses.put(input, address);
        try (Staging through = new Staging(input.words())) {
            upload(through, Map.of(input, address));
            through.await();
        }
        return address;
    }

    @Override
    public void run() {
        backend.within(this, () -> {
            device.enter();
            if (runs > 0) upload(place(), addresses);
            if (runs == 1) graph = stream.capture(work);
            if (graph == null) work.run();
            else stream.launch(graph);
            runs++;
        });
    }

    @Override
    public void close() {
        device.enter();
        if (graph != null) Status.check(cuGraphExecDestroy(graph), "cuGraphExecDestroy");
        for (Staging place : places) if (place != null) place.close();
    }

    /** The place from which this run's arrays are copied. */
    private Staging place() {
        int turn = (int) (runs % places.length);
        if (places[turn] == null)
            places[turn] = new Staging(
                    addresses.keySet().stream().mapToInt(Input::words).sum());
        return places[turn];
    }

    private void upload(Staging from, Map<Input, Long> targets) {
        from.await();
        int at = 0;
        for (Map.Entry<Input, Long> target : targets.entrySet()) {
            Input input = target.getKey();
            input.put(from, at);
            long bytes = (long) input.words() * Integer.BYTES;
            stream.upload(from.memory().getPointer((long) at * Integer.BYTES), target.getValue(), bytes);
            at += input.words();
        }
        from.note(stream);
    }
}
