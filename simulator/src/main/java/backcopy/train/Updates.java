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
import java.util.List;
import java.util.function.DoubleSupplier;

/**
 * What a gradient does to the weights: clipping, the schedule, and the optimizer, number by number in pieces or matrix by matrix.
 * A thread takes whole pieces and whole matrices, so threads change no bit.
 */
final class Updates {
    private final Recipe recipe;
    private final Backend backend;
    private final Crew crew;
    private final List<Parameters> moments = new ArrayList<>();
    private final List<Memory> memories = new ArrayList<>();
    private final List<Work> works = new ArrayList<>();
    private final Buffer[] gradientPieces;
    private final double[] squares;
    private long began;

    /** A matrix that the optimizer remembers of one weight besides the moments. */
    record Memory(String name, int rows, int columns, Buffer values, WeightUpdate owner) {}

    /** What one thread updates at a time; {@code whole} is null where it is done number by number. */
    private record Work(double factor, WeightUpdate whole, Buffer weights, Buffer gradients, Buffer[] moments) {}

    /** @param piece numbers that one thread updates at a time */
    Updates(Recipe recipe, Parameters weights, Parameters gradients, int piece, Backend backend, Crew crew) {
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
                works.add(work(factors[i], whole, weights, gradients, at, Math.min(most, to - at)));
        }
        int size = weights.layout().size();
        gradientPieces = new Buffer[-Math.floorDiv(-size, piece)];
        for (int p = 0; p < gradientPieces.length; p++)
            gradientPieces[p] = gradients.flat().view(p * piece, Math.min(piece, size - p * piece));
        squares = new double[gradientPieces.length];
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

    /** Whether an update needs numbers of the gradient on the host: their norm, or a matrix that is worked on there. */
    boolean asksTheHost() {
        return recipe.schedule().clip().isPresent() || recipe.optimizer() instanceof MatrixOptimizer;
    }

    /** The step at which the moments were zero. */
    long began() {
        return began;
    }

    void begin(long step) {
        began = step;
    }

    /** @param step updates done before this one, those of a run that this one goes on from among them */
    void update(long step) {
        clip();
        long own = step - began;
        double rate = recipe.schedule().factor(step, own);
        crew.run(works.size(), (thread, w) -> {
            Work work = works.get(w);
            double factor = rate * work.factor;
            if (work.whole != null) work.whole.update(factor, work.weights, work.gradients, work.moments, own);
            else backend.update(elementwise(factor), work.weights, work.gradients, work.moments, own);
        });
    }

    /** Scales the gradient down to the norm that is allowed. */
    private void clip() {
        if (recipe.schedule().clip().isEmpty()) return;
        crew.run(squares.length, (thread, p) -> squares[p] = backend.sumOfSquares(gradientPieces[p]));
        double sum = 0;
        for (double square : squares) sum += square;
        double factor = recipe.schedule().clipping(Math.sqrt(sum));
        if (factor < 1) crew.run(squares.length, (thread, p) -> backend.scale(gradientPieces[p], factor));
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

    private Work work(double factor, WeightUpdate whole, Parameters weights, Parameters gradients, int at, int count) {
        Buffer[] views = moments.stream().map(m -> m.flat().view(at, count)).toArray(Buffer[]::new);
        return new Work(
                factor, whole, weights.flat().view(at, count), gradients.flat().view(at, count), views);
    }

    /** A weight with one axis is a row. */
    private static int rows(Entry entry) {
        return entry.size() / columns(entry);
    }

    private static int columns(Entry entry) {
        return entry.shape().get(entry.shape().size() - 1);
    }
}
