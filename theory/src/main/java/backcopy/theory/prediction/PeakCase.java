package backcopy.theory.prediction;

import backcopy.task.CounterRandom;
import backcopy.theory.Descent;
import backcopy.theory.MinimalStack;
import backcopy.theory.SinkTower;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoubleUnaryOperator;

/** A {@link MinimalStack} of width {@value #WIDTH} that 20 sink logits are read from, and the optimizer that trains both. */
public final class PeakCase {
    /** How long each case trains. */
    public static final int STEPS = 6000;

    private static final int WIDTH = 64;
    private static final double ADAM_RATE = 3e-4;
    private static final ExampleRows ROWS = ExampleRows.of(3, 20, 60);

    private final String name;
    private final Descent descent;
    private final MinimalStack stack;
    private final SinkTower tower;
    private final double[] point;

    private PeakCase(String name, Descent descent, List<DoubleUnaryOperator> pulls, double query, double epsilon) {
        this.name = name;
        this.descent = descent;
        CounterRandom random = new CounterRandom(1);
        double[] embedding = new double[WIDTH];
        for (int i = 0; i < WIDTH; i++) embedding[i] = random.nextDouble() - 0.5;
        stack = new MinimalStack(embedding, epsilon);
        tower = new SinkTower(pulls, stack);
        point = new double[pulls.size() + stack.parameters()];
        System.arraycopy(stack.initialWeights(random), 0, point, pulls.size(), stack.parameters());
        Arrays.fill(point, 0, pulls.size(), 1);
        // The queries' parts begin on phi's side, so that the sink logits begin above 0.
        Arrays.fill(point, 0, pulls.size(), query * Math.signum(tower.sinkLogit(0, point)));
    }

    /** All of them, anew. */
    public static List<PeakCase> all() {
        return List.of(adam(), adamWithoutEpsilon(), descent(), reluAttention());
    }

    static PeakCase adam() {
        return new PeakCase("Adam, LayerNorm's epsilon 1e-5", newAdam(), ROWS.pulls(), 0.1, 1e-5);
    }

    static PeakCase adamWithoutEpsilon() {
        return new PeakCase("Adam, LayerNorm's epsilon 0", newAdam(), ROWS.pulls(), 0.1, 0);
    }

    /** At a rate that takes its sink logits beyond Adam's. */
    static PeakCase descent() {
        return new PeakCase("SGD, rate 3, momentum 0.9", new Descent.Gradient(3, 0.9), ROWS.pulls(), 0.1, 1e-5);
    }

    static PeakCase reluAttention() {
        return new PeakCase("Adam, ReLU attention", newAdam(), reluPulls(), 1, 1e-5);
    }

    private static Descent newAdam() {
        return new Descent.Adam(ADAM_RATE, 0.9, 0.99, 1e-8);
    }

    /** ReLU attention gives other tokens no weight, so a sink has nothing to cure and only adds its value: the pull is down. */
    private static List<DoubleUnaryOperator> reluPulls() {
        double scale = 1 / (ROWS.length() + 1);
        List<DoubleUnaryOperator> pulls = new ArrayList<>();
        for (double[] row : ROWS.rows())
            pulls.add(sinkLogit -> {
                if (sinkLogit <= 0) return 0;
                double plain = 0, tilted = 0, total = 0;
                for (int token = 0; token < row.length; token++) {
                    double value = ROWS.bag()[token] / ROWS.length();
                    double weight = row[token] * Math.exp(sinkLogit * scale * value);
                    plain += row[token] * value;
                    tilted += weight * value;
                    total += weight;
                }
                return -scale * (tilted / total - plain) / row.length;
            });
        return pulls;
    }

    /** What a reader is told that this is. */
    public String name() {
        return name;
    }

    /** |h| before the first and after each of {@code parts} equal parts of {@value #STEPS} steps, [parts + 1]; once. */
    public double[] norms(int parts) {
        double[] norms = new double[parts + 1];
        for (int part = 0; part <= parts; part++) {
            if (part > 0) descent.descend(tower, point, STEPS / parts);
            norms[part] = tower.residualNorm(point);
        }
        return norms;
    }

    double sinkLogit() {
        return tower.sinkLogit(0, point);
    }

    /** What sign descent at Adam's rate would add to |h| a step if every weight only worked for that. */
    double fullSpeed() {
        return ADAM_RATE
                * stack.normGradientSum(Arrays.copyOfRange(point, point.length - stack.parameters(), point.length));
    }
}
