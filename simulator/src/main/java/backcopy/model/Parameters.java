package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.model.ParameterLayout.Entry;
import java.util.Arrays;
import java.util.List;

/** One number for each weight of a layout: the weights themselves, a gradient, or a moment of the optimizer. */
public final class Parameters {
    private final ParameterLayout layout;
    private final Backend backend;
    private final Buffer flat;
    private final Buffer[] views;
    /** Which weights count as zeros, whatever is written there. */
    private final boolean[] cleared;

    /** Zeros. */
    public Parameters(ParameterLayout layout, Backend backend) {
        this.layout = layout;
        this.backend = backend;
        flat = backend.allocate(layout.size());
        List<Entry> entries = layout.entries();
        views = new Buffer[entries.size()];
        cleared = new boolean[views.length];
        for (int i = 0; i < views.length; i++)
            views[i] = flat.view(entries.get(i).offset(), entries.get(i).size());
    }

    public ParameterLayout layout() {
        return layout;
    }

    /** All numbers in the order of the layout; shared. */
    public Buffer flat() {
        for (int i = 0; i < views.length; i++) view(i);
        return flat;
    }

    /** The numbers of one weight; shared. */
    Buffer view(int index) {
        if (cleared[index]) {
            cleared[index] = false;
            backend.fill(views[index], 0);
        }
        return views[index];
    }

    /** Makes all numbers zero. They are written when somebody looks at them, so that a first sum need not be added to them. */
    public void clear() {
        Arrays.fill(cleared, true);
    }

    /** Adds {@code dYᵀ x} to a weight {@code [out, in]}: dY {@code [rows, out]}, x {@code [rows, in]}, not modified. */
    void addProduct(int index, Buffer dY, Buffer x, int rows, int out, int in) {
        backend.linearBackwardWeight(dY, x, views[index], rows, out, in, !cleared[index]);
        cleared[index] = false;
    }

    /** The numbers of one weight, row-major, copied. */
    public double[] read(String name) {
        Buffer view = view(layout.index(name));
        double[] values = new double[view.size()];
        backend.read(view, values);
        return values;
    }

    /** Overwrites one weight; {@code values} row-major, not modified. */
    public void write(String name, double[] values) {
        backend.write(values, view(layout.index(name)));
    }

    /** Euclidean norm of one weight. */
    public double norm(String name) {
        return Math.sqrt(backend.sumOfSquares(view(layout.index(name))));
    }

    /** The first weight that holds an infinite number or none at all, or null. */
    public String firstNonFinite() {
        if (backend.firstNonFinite(flat) < 0) return null;
        for (Entry entry : layout.entries())
            if (backend.firstNonFinite(view(layout.index(entry.name()))) >= 0) return entry.name();
        throw new AssertionError("a number of the flat buffer belongs to no weight");
    }
}
