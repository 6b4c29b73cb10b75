package backcopy.backend.cuda;

import backcopy.backend.AttentionShape;
import backcopy.backend.Mask;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.PointerPointer;

/** The arguments of one kernel launch, in order; the memory is used again for the next. */
final class Arguments implements AutoCloseable {
    private static final int MOST = 64;

    private final LongPointer words = new LongPointer(MOST);
    private final PointerPointer<LongPointer> starts = new PointerPointer<>(MOST);
    private int used;
    private int count;

    /**
     * As a launch takes them.
     *
     * @param values buffers; whole numbers and addresses, of which a kernel reads as many bytes as its argument has; floats and
     *     doubles, which must be what the kernel has; structs of 8-byte members; and what the queries of a shape see
     */
    PointerPointer<LongPointer> of(Object... values) {
        used = 0;
        count = 0;
        for (Object value : values) add(value);
        return starts;
    }

    private void add(Object value) {
        if (value instanceof CudaBuffer buffer) struct(buffer.address());
        else if (value instanceof Integer number) struct(number);
        else if (value instanceof Long number) struct(number);
        else if (value instanceof Float number) struct(Float.floatToRawIntBits(number));
        else if (value instanceof Double number) struct(Double.doubleToRawLongBits(number));
        else if (value instanceof long[] members) struct(members);
        else if (value instanceof AttentionShape shape) view(shape);
        else throw new AssertionError("no kernel has an argument such as " + value);
    }

    private void struct(long... members) {
        starts.put(count++, words.getPointer(used));
        for (long member : members) words.put(used++, member);
    }

    private void view(AttentionShape shape) {
        Mask mask = shape.mask();
        struct(shape.heads());
        struct(shape.length());
        struct(mask.kind().ordinal());
        struct(mask.size());
        struct(mask.kept());
    }

    @Override
    public void close() {
        words.close();
        starts.close();
    }
}
