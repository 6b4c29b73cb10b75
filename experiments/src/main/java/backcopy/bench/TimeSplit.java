package backcopy.bench;

import backcopy.backend.Backend;
import backcopy.backend.Device;
import backcopy.train.SequenceSource;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where the time of a step goes. Wraps a backend and a sampler so that each call adds its nanoseconds to its part, thread by
 * thread; the numbers that they compute are the same. Looking costs a little, so speeds are not measured through it.
 */
final class TimeSplit {
    private static final String PASS_BEGINS = "embed";
    private static final String PASS_ENDS = "embedBackward";

    /** One thread's nanoseconds by part, and whether it is between embedding and the gradient of it. */
    private static final class Tally {
        private final long[] nanoseconds = new long[Part.values().length];
        private boolean inPass;
    }

    private final List<Tally> tallies = new ArrayList<>();
    private final ThreadLocal<Tally> own = ThreadLocal.withInitial(this::tally);
    private final Map<Method, Part> parts = new ConcurrentHashMap<>();

    private synchronized Tally tally() {
        Tally tally = new Tally();
        tallies.add(tally);
        return tally;
    }

    /** Forgets what was counted; no wrapped thing is at work meanwhile. */
    synchronized void reset() {
        tallies.forEach(tally -> Arrays.fill(tally.nanoseconds, 0));
    }

    /** Seconds by part, of all threads together. */
    synchronized Map<Part, Double> seconds() {
        Map<Part, Double> seconds = new EnumMap<>(Part.class);
        for (Part part : Part.values())
            seconds.put(
                    part,
                    1e-9
                            * tallies.stream()
                                    .mapToLong(tally -> tally.nanoseconds[part.ordinal()])
                                    .sum());
        return seconds;
    }

    SequenceSource timed(SequenceSource source) {
        return (step, row, tokens) -> {
            long start = System.nanoTime();
            source.sequence(step, row, tokens);
            own.get().nanoseconds[Part.SAMPLING.ordinal()] += System.nanoTime() - start;
        };
    }

    /**
     * The same backend, timed. Whatever it can do is passed on by reflection, so a new operation needs no line here. A device is
     * waited for after each operation, and does them one by one instead of replaying them.
     */
    Backend timed(Backend backend) {
        InvocationHandler handler = (proxy, method, arguments) -> {
            if (method.getReturnType() != void.class || method.getName().equals("close"))
                return invoke(backend, method, arguments);
            Tally tally = own.get();
            if (method.getName().equals(PASS_BEGINS)) tally.inPass = true;
            Part part = tally.inPass ? parts.computeIfAbsent(method, m -> Part.of(m.getName())) : Part.OPTIMIZER;
            long start = System.nanoTime();
            invoke(backend, method, arguments);
            if (backend instanceof Device device) device.finish();
            tally.nanoseconds[part.ordinal()] += System.nanoTime() - start;
            if (method.getName().equals(PASS_ENDS)) tally.inPass = false;
            return null;
        };
        return (Backend)
                Proxy.newProxyInstance(Backend.class.getClassLoader(), new Class<?>[] {Backend.class}, handler);
    }

    private static Object invoke(Backend backend, Method method, Object[] arguments) throws Throwable {
        try {
            return method.invoke(backend, arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
    }
}
