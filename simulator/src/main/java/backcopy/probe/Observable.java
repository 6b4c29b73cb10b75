package backcopy.probe;

import java.util.Arrays;
import java.util.List;
import org.jetbrains.kotlinx.multik.ndarray.data.DN;
import org.jetbrains.kotlinx.multik.ndarray.data.MemoryViewDoubleArray;
import org.jetbrains.kotlinx.multik.ndarray.data.NDArray;

/** A recorded array of doubles with one or more named axes. Slices are views of the same memory. */
public final class Observable {
    private final String name;
    private final List<String> axes;
    private final NDArray<Double, DN> values;
    private final double[] data;

    /**
     * @param axes the names of the axes, outermost first, all different
     * @param values kept, not copied
     */
    public Observable(String name, List<String> axes, NDArray<Double, DN> values) {
        if (axes.size() != values.getShape().length || axes.stream().distinct().count() != axes.size())
            throw new IllegalArgumentException("the axes " + axes + " of " + name + " do not name the "
                    + values.getShape().length + " axes of its array, each once");
        this.name = name;
        this.axes = List.copyOf(axes);
        this.values = values;
        this.data = values.getData().getDoubleArray();
    }

    /**
     * Wraps {@code data} without a copy.
     *
     * @param data row-major
     */
    public static Observable of(String name, List<String> axes, int[] shape, double... data) {
        long cells = Arrays.stream(shape).asLongStream().reduce(1, Math::multiplyExact);
        if (cells != data.length)
            throw new IllegalArgumentException(
                    name + " has " + data.length + " values for the shape " + Arrays.toString(shape));
        return new Observable(name, axes, view(data, 0, shape, rowMajor(shape)));
    }

    public String name() {
        return name;
    }

    /** The names of the axes, outermost first. */
    public List<String> axes() {
        return axes;
    }

    /** The multik array itself, whose memory this observable shows. */
    public NDArray<Double, DN> values() {
        return values;
    }

    /** The sizes of the axes, outermost first; a copy. */
    public int[] shape() {
        return values.getShape().clone();
    }

    /** The number of indices of {@code axis}. */
    public int size(String axis) {
        return values.getShape()[number(axis)];
    }

    /** The value at {@code index}, one number for each axis. */
    public double get(int... index) {
        int[] shape = values.getShape();
        if (index.length != shape.length)
            throw new IndexOutOfBoundsException(name + " has the axes " + axes + ", not " + index.length);
        int[] strides = values.getStrides();
        int cell = values.getOffset();
        for (int axis = 0; axis < shape.length; axis++) {
            if (index[axis] < 0 || index[axis] >= shape[axis]) throw outside(axis, index[axis]);
            cell += index[axis] * strides[axis];
        }
        return data[cell];
    }

    /** The view without {@code axis}, fixed at {@code index}; another axis must be left. */
    public Observable at(String axis, int index) {
        int number = number(axis);
        if (axes.size() == 1) throw new IllegalArgumentException(name + " has no axis but " + axis);
        if (index < 0 || index >= size(axis)) throw outside(number, index);
        int[] strides = values.getStrides();
        NDArray<Double, DN> view = view(
                data,
                values.getOffset() + index * strides[number],
                without(values.getShape(), number),
                without(strides, number));
        return new Observable(name, axesWithout(axis), view);
    }

    /** The mean over {@code axis}, in new memory; NaN where one of the values is. Another axis must be left. */
    public Observable mean(String axis) {
        int size = size(axis);
        double[] mean = at(axis, 0).toArray();
        for (int index = 1; index < size; index++) {
            double[] other = at(axis, index).toArray();
            for (int cell = 0; cell < mean.length; cell++) mean[cell] += other[cell];
        }
        for (int cell = 0; cell < mean.length; cell++) mean[cell] /= size;
        return of(name, axesWithout(axis), without(values.getShape(), number(axis)), mean);
    }

    /** The values in row-major order, in a new array. */
    public double[] toArray() {
        int[] shape = values.getShape();
        double[] array = new double[Arrays.stream(shape).reduce(1, Math::multiplyExact)];
        copy(array, 0, 0, array.length, values.getOffset());
        return array;
    }

    private void copy(double[] target, int at, int axis, int cells, int offset) {
        int[] shape = values.getShape();
        if (axis == shape.length) {
            target[at] = data[offset];
            return;
        }
        int inner = cells / Math.max(1, shape[axis]);
        for (int index = 0; index < shape[axis]; index++)
            copy(target, at + index * inner, axis + 1, inner, offset + index * values.getStrides()[axis]);
    }

    private static NDArray<Double, DN> view(double[] data, int offset, int[] shape, int[] strides) {
        return new NDArray<>(new MemoryViewDoubleArray(data), offset, shape, strides, new DN(shape.length), null);
    }

    private static int[] rowMajor(int[] shape) {
        int[] strides = new int[shape.length];
        int cells = 1;
        for (int axis = shape.length - 1; axis >= 0; axis--) {
            strides[axis] = cells;
            cells *= shape[axis];
        }
        return strides;
    }

    private int number(String axis) {
        int number = axes.indexOf(axis);
        if (number < 0) throw new IllegalArgumentException(name + " has the axes " + axes + ", not " + axis);
        return number;
    }

    private List<String> axesWithout(String axis) {
        return axes.stream().filter(other -> !other.equals(axis)).toList();
    }

    private static int[] without(int[] numbers, int removed) {
        int[] rest = new int[numbers.length - 1];
        System.arraycopy(numbers, 0, rest, 0, removed);
        System.arraycopy(numbers, removed + 1, rest, removed, rest.length - removed);
        return rest;
    }

    private IndexOutOfBoundsException outside(int axis, int index) {
        return new IndexOutOfBoundsException(
                name + ": " + axes.get(axis) + " = " + index + " is not below " + values.getShape()[axis]);
    }
}
