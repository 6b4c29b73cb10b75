package backcopy.optim;

import backcopy.backend.Buffer;
import java.util.List;

/** How a {@link MatrixOptimizer} updates one weight {@code [rows, columns]}. Used by one thread at a time. */
public interface WeightUpdate {
    /** A matrix that is remembered between updates besides the moments, and its name in checkpoints. */
    record Memory(String name, int rows, int columns, Buffer values) {}

    /** What is remembered besides the moments. After its values were overwritten, {@link #restored} is called. */
    List<Memory> memories();

    /** The memories are those of a checkpoint now. */
    void restored();

    /**
     * One update.
     *
     * @param factor of the learning rates
     * @param weight overwritten
     * @param gradient not modified
     * @param moments of the weight's size, overwritten
     * @param step updates that the moments and memories have seen before this one, from 0
     */
    void update(double factor, Buffer weight, Buffer gradient, Buffer[] moments, long step);
}
