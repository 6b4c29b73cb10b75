package backcopy.backend.cuda;

import static org.bytedeco.cuda.global.cudart.cuGraphExecDestroy;

import backcopy.backend.Device;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.cuda.cudart.CUgraphExec_st;

/**
 * Work as a graph. The first run is done operation by operation and shows which arrays of ids the work reads; the second is
 * captured; from then on a run is its ids and the launch of the graph. Ids are copied from two places in turn: so the host
 * samples the next batch while the device works, and waits only when it is two runs ahead.
 */
final class CudaRecording implements Device.Recording, AutoCloseable {
    private final CudaBackend backend;
    private final CudaDevice device;
    private final CudaStream stream;
    private final Runnable work;
    private final Staging[] inputs = new Staging[2];
    private final Map<Ids, Long> addresses = new LinkedHashMap<>();
    private CUgraphExec_st graph;
    private long runs;

    /** An array by what it is, not by what it holds. */
    private record Ids(int[] values) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Ids ids && ids.values == values;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(values);
        }
    }

    CudaRecording(CudaBackend backend, CudaDevice device, CudaStream stream, Runnable work) {
        this.backend = backend;
        this.device = device;
        this.stream = stream;
        this.work = work;
    }

    /** Where the device has the ids of an array of the work. */
    long address(int[] values) {
        Long known = addresses.get(new Ids(values));
        if (known != null) return known;
        if (runs > 0) throw new IllegalStateException("recorded work reads other token ids than its first run");
        long address = device.allocate((long) values.length * Integer.BYTES);
        addresses.put(new Ids(values), address);
        try (Staging through = new Staging(values.length)) {
            upload(through, Map.of(new Ids(values), address));
            through.await();
        }
        return address;
    }

    @Override
    public void run() {
        backend.within(this, () -> {
            device.enter();
            if (runs > 0) upload(input(), addresses);
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
        for (Staging input : inputs) if (input != null) input.close();
    }

    /** The place from which this run's ids are copied. */
    private Staging input() {
        int turn = (int) (runs % inputs.length);
        if (inputs[turn] == null)
            inputs[turn] = new Staging(addresses.keySet().stream()
                    .mapToInt(ids -> ids.values.length)
                    .sum());
        return inputs[turn];
    }

    private void upload(Staging from, Map<Ids, Long> targets) {
        from.await();
        int at = 0;
        for (Map.Entry<Ids, Long> target : targets.entrySet()) {
            int[] values = target.getKey().values;
            from.ints().put(at, values);
            long bytes = (long) values.length * Integer.BYTES;
            stream.upload(from.memory().getPointer((long) at * Integer.BYTES), target.getValue(), bytes);
            at += values.length;
        }
        from.note(stream);
    }
}
