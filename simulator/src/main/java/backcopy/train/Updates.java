package backcopy.train;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.model.ParameterLayout.Entry;
import backcopy.model.Parameters;
import backcopy.optim.ElementwiseOptimizer;
import backcopy.optim.MatrixOptimizer;
import backcopy.optim.Optimizer;
import backcopy.optim.Recipe;
import backcopy.optim.WeightUpdate;
import backcopy.task.CounterRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What a gradient does to the weights: merging the sums that it was collected in, clipping, the schedule, and the optimizer, number
 * by number in pieces or matrix by matrix. A thread takes whole pieces and whole matrices, so threads change no bit.
 */
final class Updates {
    private final Recipe recipe;
    private final Backend backend;
    private final Crew crew;
    private final List<Parameters> moments = new ArrayList<>();
    private final List<Memory> memories = new ArrayList<>();
    private final List<Work> works = new ArrayList<>();
    /** The sums, piece by piece: {@code [piece][sum]}. */
    private final Buffer[][] sumPieces;

    private final double[] squares;
    /** Each thread's own, where it merges what it updates. */
    private final Buffer[] merged;

    private long began;

    /** A matrix that the optimizer remembers of one weight besides the moments. */
    record Memory(String name, int rows, int columns, Buffer values, WeightUpdate owner) {}

    /** What one thread updates at a time; {@code whole} is null where it is done number by number. */
    private record Work(double factor, WeightUpdate whole, Buffer weights, Buffer[] sums, Buffer[] moments) {}

    /**
     * @param sums of the gradient, merged into the first in their order
     * @param piece numbers that one thread merges or updates at a time
     */
    Updates(Recipe recipe, Parameters weights, Parameters[] sums, int piece, Backend backend, Crew crew) {
        this.recipe = recipe;
        this.backend = backend;
        this.crew = crew;
        for (int m = 0; m < recipe.optimizer().moments().size(); m++)
            moments.add(new Parameters(weights.layout(), backend));
        List<Entry> entries = weights.layout().trainedEntries();
        double[] factors =
                recipe.schedule().factors(entries.stream().map(Entry::name).toList());
        for (int i = 0, end; i < entries.size(); i = end) {
            WeightUpdate whole = whole(i, entries.get(i));
            end = i + 1;
            while (whole == null && end < entries.size() && factors[end] == factors[i] && !isWhole(entries.get(end)))
                end++;
            int from = entries.get(i).offset();
            int to = entries.get(end - 1).offset() + entries.get(end - 1).size();
            int most = whole == null ? piece : to - from;
            for (int at = from; at < to; at += most)
                works.add(work(factors[i], whole, weights, sums, at, Math.min(most, to - at)));
        }
        int size = weights.layout().size();
        sumPieces = new Buffer[-Math.floorDiv(-size, piece)][];
        for (int p = 0; p < sumPieces.length; p++)
            sumPieces[p] = views(sums, p * piece, Math.min(piece, size - p * piece));
        squares = new double[sumPieces.length];
        merged = new Buffer[sums.length == 1 ? 0 : crew.threads()];
        for (int t = 0; t < merged.length; t++) merged[t] = backend.allocate(Math.min(piece, size));
    }

    Optimizer optimizer() {
        return recipe.optimizer();
    }

    List<Parameters> moments() {
        return moments;
    }

    List<Memory> memories() {
        return memories;
    }

    /**
     * Whether an update reads more of the gradient than the numbers that it updates: the norm, or whole matrices. Some of that is
     * read on the host.
     */
    boolean readsGradients() {
        return recipe.schedule().clip().isPresent() || recipe.optimizer() instanceof MatrixOptimizer;
    }

    /** The step at which the moments were zero. */
    long began() {
        return began;
    }

    void begin(long step) {
        began = step;
    }

    /** Adds all sums to the first. */
    void merge() {
        crew.run(sumPieces.length, (thread, p) -> {
            for (int l = 1; l < sumPieces[p].length; l++) backend.add(sumPieces[p][l], sumPieces[p][0]);
        });
    }

    /**
     * @param step updates done before this one, those of a run that this one goes on from among them
     * @param isMerged whether the first sum is the gradient; it need not be unless {@link #readsGradients}, and then no sum changes
     */
    void update(long step, boolean isMerged) {
        clip();
        long own = step - began;
        double rate = recipe.schedule().factor(step, own);
        crew.run(works.size(), (thread, w) -> {
            Work work = works.get(w);
            double factor = rate * work.factor;
            if (work.whole != null) work.whole.update(factor, work.weights, work.sums[0], work.moments, own);
            else {
                Buffer gradients = isMerged ? work.sums[0] : merged(thread, work.sums);
                backend.update(elementwise(factor), work.weights, gradients, work.moments, own);
            }
        });
    }

    /** A piece is merged while the update's other numbers of it come from memory, and is read again from the nearest cache. */
    private Buffer merged(int thread, Buffer[] sums) {
        Buffer own = merged[thread];
        if (own.size() > sums[0].size()) own = own.view(0, sums[0].size());
        backend.copy(sums[0], own);
        for (int l = 1; l < sums.length; l++) backend.add(sums[l], own);
        return own;
    }

    /** Scales the gradient down to the norm that is allowed. */
    private void clip() {
        if (recipe.schedule().clip().isEmpty()) return;
        crew.run(squares.length, (thread, p) -> squares[p] = backend.sumOfSquares(sumPieces[p][0]));
        double sum = 0;
        for (double square : squares) sum += square;
        double factor = recipe.schedule().clipping(Math.sqrt(sum));
        if (factor < 1) crew.run(squares.length, (thread, p) -> backend.scale(sumPieces[p][0], factor));
    }

    private ElementwiseOptimizer elementwise(double factor) {
        ElementwiseOptimizer all = recipe.optimizer() instanceof MatrixOptimizer matrices
                ? matrices.elsewhere()
                : (ElementwiseOptimizer) recipe.optimizer();
        return factor == 1 ? all : all.scaled(factor);
    }

    private boolean isWhole(Entry entry) {
        return recipe.optimizer() instanceof MatrixOptimizer matrices
                && matrices.takes(entry.name(), rows(entry), columns(entry));
    }

    private WeightUpdate whole(int index, Entry entry) {
        if (!isWhole(entry)) return null;
        CounterRandom random = new CounterRandom(CounterRandom.at(recipe.seed(), index));
        DoubleSupplier gaussian = () -> CounterRandom.gaussian(random);
        WeightUpdate update =
                ((MatrixOptimizer) recipe.optimizer()).weightUpdate(rows(entry), columns(entry), backend, gaussian);
        for (WeightUpdate.Memory memory : update.memories())
            memories.add(new Memory(
                    memory.name() + "." + entry.name(), memory.rows(), memory.columns(), memory.values(), update));
        return update;
    }

    private Work work(double factor, WeightUpdate whole, Parameters weights, Parameters[] sums, int at, int count) {
        Parameters[] all = moments.toArray(Parameters[]::new);
        return new Work(factor, whole, weights.flat().view(at, count), views(sums, at, count), views(all, at, count));
    }

    private static Buffer[] views(Parameters[] all, int at, int count) {
        return Arrays.stream(all).map(one -> one.flat().view(at, count)).toArray(Buffer[]::new);
    }

    /** A weight with one axis is a row. */
    private static int rows(Entry entry) {
        return entry.size() / columns(entry);
    }

    private static int columns(Entry entry) {
        return entry.shape().get(entry.shape().size() - 1);
    }
}
