package backcopy.theory;

import backcopy.task.BigramBackcopy;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Theorem 1 of the paper, made explicit: weights of a one-layer transformer without norms that solves Bigram-Backcopy up to
 * errors that fall like {@code e^(-kappa)}, by a sink. The residual stream holds three blocks, [token | position | output].
 *
 * <p>Queries look one position back with score lambda; a query that is no trigger looks at {@code <s>} with alpha above all
 * else, and {@code <s>} has value 0, so nothing is added to the MLP's bigram logits. A trigger's query has no such score, so
 * the value kappa of the token before it becomes its logit.
 *
 * <pre>
 *   V characters, queries at 0..N, lambda = log(2 N kappa), alpha = lambda + kappa, p~ = (p + e^(-kappa) / V) / (1 + e^(-kappa))
 *   leak of a non-trigger's query  x  &lt;= (e^lambda + N) e^(-alpha) &lt;= 3/2 e^(-kappa)   for kappa >= 1
 *   a trigger's query: its copy gets at least kappa - 1/2, the others at most 1/2
 * </pre>
 *
 * <p>{@code <s>} and the delimiter are never right, and get the logit -2 kappa from the token block.
 */
public final class Construction {
    /** How a position is written into the residual stream. */
    public enum Positions {
        /** A dimension for each position. */
        ONE_HOT,
        /** Two dimensions: a point on the circle, turned by one step to look back; scores grow like N^2. */
        CIRCLE
    }

    private final BigramBackcopy task;
    private final double kappa;
    private final Positions positions;
    private final int characters;
    private final int length;
    private final int positionBlock;
    private final int outputBlock;
    private final int width;

    /**
     * @param task which decides the vocabulary, the laws, the triggers and the number of positions
     * @param kappa the scale, at least 1
     */
    public Construction(BigramBackcopy task, double kappa, Positions positions) {
        if (!(kappa >= 1 && kappa < Double.POSITIVE_INFINITY))
            throw new IllegalArgumentException("kappa = " + kappa + " is not a number from 1 on");
        this.task = task;
        this.kappa = kappa;
        this.positions = positions;
        characters = task.table().characters();
        length = task.sequenceLength();
        positionBlock = characters + 1; // after the characters and <s>
        outputBlock = positionBlock + (positions == Positions.ONE_HOT ? length : 2);
        width = outputBlock + characters;
    }

    /** D. */
    public int width() {
        return width;
    }

    /** The score of the position before the query. */
    public double lookBack() {
        return Math.log(2 * (length - 1) * kappa);
    }

    /** alpha: how far {@code <s>} stands above every other score of a query that is no trigger, and lambda more where it must. */
    public double sinkLogit() {
        return lookBack() + kappa;
    }

    /**
     * The excess risk of no query at a trigger is above this, nats: {@code (V - 1) e^(1 - kappa)} and what {@code <s>} and the
     * delimiter take.
     */
    public double backcopyBound() {
        return (characters - 1) * Math.exp(1 - kappa) + 2 * Math.exp(0.5 - 3 * kappa);
    }

    /**
     * The excess risk of no other query is above this, nats: {@code e^(-kappa) (1 + 3/2 kappa e^(-kappa)) + 9/32 kappa^2 e^(-2
     * kappa)} from smoothing, from its meeting with the leak and from the leak's own oscillation (Hoeffding's lemma), and {@code
     * 2 e^(-2 kappa)} that {@code <s>} and the delimiter take.
     */
    public double bigramBound() {
        double small = Math.exp(-kappa), leak = 1.5 * kappa * small;
        return small * (1 + leak) + leak * leak / 8 + 2 * small * small;
    }

    /** The attention on {@code <s>} of no query that is a non-trigger is below this. */
    public double sinkMassBound() {
        return 1 - 1.5 * Math.exp(-kappa);
    }

    /** The weights by their names in a checkpoint, each a matrix [out, in] or a table [id, width]; new arrays. */
    public Map<String, double[][]> weights() {
        Map<String, double[][]> weights = new LinkedHashMap<>();
        weights.put("embedding.token", tokenTable());
        weights.put("embedding.position", positionTable());
        weights.put("layers.0.attention.query.weight", query());
        weights.put("layers.0.attention.key.weight", key());
        weights.put("layers.0.attention.value.weight", value());
        weights.put("layers.0.attention.output.weight", output());
        weights.put("layers.0.mlp.up.weight", up());
        weights.put("layers.0.mlp.down.weight", down());
        weights.put("unembedding.weight", unembedding());
        return weights;
    }

    private double[][] tokenTable() {
        double[][] table = new double[task.vocabularySize()][width];
        for (int token = 0; token < positionBlock; token++) table[token][token] = 1;
        return table;
    }

    private double[][] positionTable() {
        double[][] table = new double[length][width];
        for (int position = 0; position < length; position++) {
            if (positions == Positions.ONE_HOT) {
                table[position][positionBlock + position] = 1;
            } else {
                table[position][positionBlock] = Math.cos(angle() * position);
                table[position][positionBlock + 1] = Math.sin(angle() * position);
            }
        }
        return table;
    }

    private double angle() {
        return 2 * Math.PI / length;
    }

    /** How many dimensions of the head compare positions; the next one is the sink's. */
    private int positionDimensions() {
        return outputBlock - positionBlock;
    }

    /** On the circle, the product of neighbors is cos(angle) of that of equals: the radius makes lambda of the difference. */
    private double radius() {
        return lookBack() / (1 - Math.cos(angle()));
    }

    private double[][] query() {
        double scale = Math.sqrt(width); // scores are divided by it
        double[][] query = new double[width][width];
        double sink = sinkLogit();
        if (positions == Positions.ONE_HOT) {
            for (int position = 1; position < length; position++)
                query[position - 1][positionBlock + position] = scale * lookBack();
        } else {
            double cos = scale * radius() * Math.cos(angle()), sin = scale * radius() * Math.sin(angle());
            query[0][positionBlock] = query[1][positionBlock + 1] = cos;
            query[0][positionBlock + 1] = sin; // turned back by one position
            query[1][positionBlock] = -sin;
            sink += 2 * radius(); // above whatever the positions' products say
        }
        for (int token = 0; token < characters; token++)
            if (!task.isTrigger(token)) query[positionDimensions()][token] = scale * sink;
        return query;
    }

    private double[][] key() {
        double[][] key = new double[width][width];
        for (int i = 0; i < positionDimensions(); i++) key[i][positionBlock + i] = 1;
        key[positionDimensions()][task.bos()] = 1;
        return key;
    }

    private double[][] value() {
        double[][] value = new double[width][width];
        for (int token = 0; token < characters; token++) value[token][token] = kappa;
        return value;
    }

    private double[][] output() {
        double[][] output = new double[width][width];
        for (int token = 0; token < characters; token++) output[outputBlock + token][token] = 1;
        return output;
    }

    private double[][] up() {
        double[][] up = new double[positionBlock][width];
        for (int token = 0; token < positionBlock; token++) up[token][token] = 1;
        return up;
    }

    private double[][] down() {
        double[][] down = new double[width][positionBlock];
        double[] law = new double[task.vocabularySize()];
        double delta = Math.exp(-kappa) / characters;
        for (int token = 0; token < positionBlock; token++) {
            if (task.isTrigger(token)) continue;
            task.oracle().law(-1, token, law);
            for (int next = 0; next < characters; next++)
                down[outputBlock + next][token] = Math.log((law[next] + delta) / (1 + characters * delta));
        }
        return down;
    }

    private double[][] unembedding() {
        double[][] unembedding = new double[task.vocabularySize()][width];
        for (int token = 0; token < characters; token++) unembedding[token][outputBlock + token] = 1;
        for (int never = characters; never < task.vocabularySize(); never++)
            for (int token = 0; token < positionBlock; token++) unembedding[never][token] = -2 * kappa;
        return unembedding;
    }
}
