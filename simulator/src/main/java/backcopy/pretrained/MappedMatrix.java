package backcopy.pretrained;

import backcopy.backend.StoredMatrix;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A tensor of a file, mapped into memory, so that the operating system keeps of it what there is room for. */
final class MappedMatrix implements StoredMatrix {
    /** Of one mapping, which Java limits to 2 GiB. */
    private static final long MOST_BYTES = 1L << 30;

    private final Path file;
    private final Precision precision;
    private final int rows;
    private final int columns;
    private final boolean transposed;
    private final int rowsOfAPiece;
    private final ByteBuffer[] pieces;

    /**
     * @param tensor of two axes, or of one, which is a single row
     * @param transposed whether its rows are inputs
     */
    MappedMatrix(WeightFiles.Located tensor, boolean transposed) throws IOException {
        file = tensor.file();
        precision = Precision.valueOf(tensor.place().dtype());
        int axes = tensor.place().shape().size();
        rows = axes == 2 ? tensor.place().shape().get(0) : 1;
        columns = tensor.place().shape().get(axes - 1);
        this.transposed = transposed;
        long rowBytes = (long) columns * precision.bytes();
        if (rowBytes > MOST_BYTES)
            throw new IllegalArgumentException(tensor.place().name() + " has rows above 1 GiB");
        rowsOfAPiece = (int) Math.min(rows, MOST_BYTES / rowBytes);
        pieces = new ByteBuffer[(rows + rowsOfAPiece - 1) / rowsOfAPiece];
        long begin = tensor.dataBegin() + tensor.place().begin();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            for (int i = 0; i < pieces.length; i++) {
                int count = Math.min(rowsOfAPiece, rows - i * rowsOfAPiece);
                pieces[i] = channel.map(MapMode.READ_ONLY, begin + i * rowsOfAPiece * rowBytes, count * rowBytes)
                        .order(ByteOrder.LITTLE_ENDIAN);
            }
        }
    }

    @Override
    public Precision precision() {
        return precision;
    }

    @Override
    public int rows() {
        return rows;
    }

    @Override
    public int columns() {
        return columns;
    }

    @Override
    public boolean isTransposed() {
        return transposed;
    }

    @Override
    public void read(int row, int column, int count, short[] target, int at) {
        int first = (row % rowsOfAPiece * columns + column) * precision.bytes();
        try {
            pieces[row / rowsOfAPiece]
                    .slice(first, count * precision.bytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asShortBuffer()
                    .get(target, at, count);
        } catch (InternalError e) {
            throw cutOff();
        }
    }

    @Override
    public void read(int row, int column, int count, float[] target, int at) {
        int first = (row % rowsOfAPiece * columns + column) * precision.bytes();
        try {
            pieces[row / rowsOfAPiece]
                    .slice(first, count * precision.bytes())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asFloatBuffer()
                    .get(target, at, count);
        } catch (InternalError e) {
            throw cutOff();
        }
    }

    /** The virtual machine's way to say that a mapped page is gone. */
    private UncheckedIOException cutOff() {
        return new UncheckedIOException(new IOException(file + " was changed or cut off while it was read"));
    }
}
