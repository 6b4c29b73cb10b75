package backcopy.theory;

import backcopy.task.CounterRandom;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The trigger-conditional mean (arXiv 2603.11487) and one attention head that learns it. A sequence of vectors opens with an
 * anchor {@code <s>}: a flag and no content. The others have a flag and contents from U(-1, 1); one of them, not before the
 * third position, is the trigger and has a flag for that too. There the head is to give the mean of all contents so far, the
 * anchor's zeros among them; everywhere else, zero.
 *
 * <p>The head: {@code y_i = W sum_{j <= i} A_ij x_j}, the pattern from scores {@code (Q x_i) . (K x_j) / sqrt(headWidth)}. Under
 * softmax a row sums to one, and nothing but the anchor sums to zero whatever the contents: the head has to park. Under ReLU
 * ({@code max(s, 0) / i}) a row may be zero.
 *
 * <p>A vector is {@code [anchor, trigger, contents, content flag]}; a point is Q, K {@code [headWidth, n]}, then W
 * {@code [contents, n]}, row-major.
 */
public final class TriggerMean {
    /** The published deviation of initial weights. */
    private static final double DEVIATION = 0.02;

    /** The first position, from 0, that may hold the trigger. */
    private static final int FIRST_TRIGGER = 2;

    /** How scores become a row of the pattern. */
    public enum Row {
        SOFTMAX,
        RELU
    }

    /**
     * What a head does on sequences that it has not seen.
     *
     * @param worst the largest {@code |y - target|}
     * @param meanSquare of {@code y} by content, where it is to be zero, in the last row
     * @param leak in those rows the mean of what is not on the anchor, {@code sum_{j > 0} A_ij}
     * @param anchor in all rows without a trigger behind the first, the mean of {@code A_i0}
     * @param anchorOfTrigger in the triggers' rows, the mean of {@code A_i0} times their number of keys
     */
    public record Measured(double worst, double meanSquare, double leak, double anchor, double anchorOfTrigger) {}

    private final Row row;
    private final int length;
    private final int contents;
    private final int headWidth;
    private final int width;

    public TriggerMean(Row row, int length, int contents, int headWidth) {
        this.row = row;
        this.length = length;
        this.contents = contents;
        this.headWidth = headWidth;
        width = contents + 3;
    }

    /** Numbers of a point. */
    public int parameters() {
        return (2 * headWidth + contents) * width;
    }

    /** Gaussian initial weights. */
    public double[] start(RandomGenerator random) {
        double[] point = new double[parameters()];
        for (int i = 0; i < point.length; i++) point[i] = DEVIATION * CounterRandom.gaussian(random);
        return point;
    }

    /**
     * A head that solves the task exactly under ReLU attention: the trigger's flag is query and key's part, all keys have a 1.
     * Only a trigger has a score that is not 0, and that is 1.
     */
    public double[] exactRelu() {
        double[] point = new double[parameters()];
        point[1] = Math.sqrt(headWidth); // Q: the trigger's flag
        int keys = headWidth * width, values = 2 * keys;
        point[keys] = 1; // K: the anchor's flag
        point[keys + width - 1] = 1; // and the others'
        for (int c = 0; c < contents; c++) point[values + c * width + 2 + c] = 1;
        return point;
    }

    /** The mean square error by content over sequences, and its gradient added to {@code gradient}. */
    public double loss(double[] point, RandomGenerator random, int sequences, double[] gradient) {
        double sum = 0;
        for (int s = 0; s < sequences; s++) {
            Pass pass = new Pass(point, random);
            sum += pass.squares() / ((double) sequences * length * contents);
            pass.backward(gradient, 2.0 / ((double) sequences * length * contents));
        }
        return sum;
    }

    /** On other sequences. */
    public Measured measure(double[] point, RandomGenerator random, int sequences) {
        double worst = 0, square = 0, leak = 0, anchor = 0, ofTrigger = 0;
        int last = 0, rows = 0;
        for (int s = 0; s < sequences; s++) {
            Pass pass = new Pass(point, random);
            for (int i = 0; i < length; i++) {
                for (int c = 0; c < contents; c++) worst = Math.max(worst, Math.abs(pass.error[i][c]));
                if (i == pass.trigger) ofTrigger += pass.pattern[i][0] * (i + 1) / sequences;
                else if (i > 0) {
                    anchor += pass.pattern[i][0];
                    rows++;
                    if (i < length - 1) continue;
                    last++;
                    for (double y : pass.error[i]) square += y * y / contents;
                    leak += Arrays.stream(pass.pattern[i]).skip(1).sum();
                }
            }
        }
        return new Measured(worst, square / last, leak / last, anchor / rows, ofTrigger);
    }

    /** The content part of W, {@code [contents, contents]}. */
    public double[][] contentMap(double[] point) {
        double[][] map = new double[contents][];
        for (int c = 0; c < contents; c++) {
            int from = 2 * headWidth * width + c * width + 2;
            map[c] = Arrays.copyOfRange(point, from, from + contents);
        }
        return map;
    }

    /** One sequence through the head, and back. */
    private final class Pass {
        private final double[] point;
        private final double[][] x = new double[length][width];
        private final int trigger;
        private final double[][] queries = new double[length][headWidth];
        private final double[][] keys = new double[length][headWidth];
        private final double[][] pattern = new double[length][];
        private final double[][] mixed = new double[length][width];
        private final double[][] error = new double[length][contents];

        Pass(double[] point, RandomGenerator random) {
            this.point = point;
            x[0][0] = 1;
            for (int i = 1; i < length; i++) {
                for (int c = 0; c < contents; c++) x[i][2 + c] = 2 * random.nextDouble() - 1;
                x[i][width - 1] = 1;
            }
            trigger = FIRST_TRIGGER + (int) (random.nextDouble() * (length - FIRST_TRIGGER));
            x[trigger][1] = 1;
            for (int i = 0; i < length; i++) forward(i);
        }

        private void forward(int i) {
            for (int d = 0; d < headWidth; d++)
                for (int n = 0; n < width; n++) {
                    queries[i][d] += point[d * width + n] * x[i][n];
                    keys[i][d] += point[(headWidth + d) * width + n] * x[i][n];
                }
            double[] weights = new double[i + 1];
            double top = Double.NEGATIVE_INFINITY, sum = 0;
            for (int j = 0; j <= i; j++) {
                weights[j] = Vectors.dot(queries[i], keys[j]) / Math.sqrt(headWidth);
                top = Math.max(top, weights[j]);
            }
            for (int j = 0; j <= i; j++) {
                weights[j] = row == Row.SOFTMAX ? Math.exp(weights[j] - top) : Math.max(weights[j], 0);
                sum += weights[j];
            }
            for (int j = 0; j <= i; j++) {
                weights[j] /= row == Row.SOFTMAX ? sum : i + 1;
                for (int n = 0; n < width; n++) mixed[i][n] += weights[j] * x[j][n];
            }
            pattern[i] = weights;
            for (int c = 0; c < contents; c++) {
                for (int n = 0; n < width; n++) error[i][c] += point[(2 * headWidth + c) * width + n] * mixed[i][n];
                if (i == trigger) for (int j = 0; j <= i; j++) error[i][c] -= x[j][2 + c] / (i + 1);
            }
        }

        double squares() {
            double sum = 0;
            for (double[] row : error) sum += Vectors.dot(row, row);
            return sum;
        }

        void backward(double[] gradient, double factor) {
            int values = 2 * headWidth * width;
            double[][] dKeys = new double[length][headWidth];
            for (int i = 0; i < length; i++) {
                double[] dMixed = new double[width], dQuery = new double[headWidth];
                for (int c = 0; c < contents; c++)
                    for (int n = 0; n < width; n++) {
                        gradient[values + c * width + n] += factor * error[i][c] * mixed[i][n];
                        dMixed[n] += factor * error[i][c] * point[values + c * width + n];
                    }
                double[] dScores = dScores(i, dMixed);
                for (int j = 0; j <= i; j++)
                    for (int d = 0; d < headWidth; d++) {
                        dQuery[d] += dScores[j] * keys[j][d] / Math.sqrt(headWidth);
                        dKeys[j][d] += dScores[j] * queries[i][d] / Math.sqrt(headWidth);
                    }
                addOuter(dQuery, x[i], gradient, 0);
            }
            for (int j = 0; j < length; j++) addOuter(dKeys[j], x[j], gradient, headWidth * width);
        }

        /** Softmax: {@code A (dA - sum A dA)}; ReLU: {@code dA / i} where it is open. */
        private double[] dScores(int i, double[] dMixed) {
            double[] dScores = new double[i + 1];
            double mean = 0;
            for (int j = 0; j <= i; j++) {
                dScores[j] = Vectors.dot(dMixed, x[j]);
                mean += pattern[i][j] * dScores[j];
            }
            for (int j = 0; j <= i; j++)
                if (row == Row.SOFTMAX) dScores[j] = pattern[i][j] * (dScores[j] - mean);
                else dScores[j] = pattern[i][j] > 0 ? dScores[j] / (i + 1) : 0;
            return dScores;
        }

        private void addOuter(double[] left, double[] right, double[] gradient, int at) {
            for (int d = 0; d < headWidth; d++)
                for (int n = 0; n < width; n++) gradient[at + d * width + n] += left[d] * right[n];
        }
    }
}
