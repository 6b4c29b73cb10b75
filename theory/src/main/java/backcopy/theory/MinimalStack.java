package backcopy.theory;

import java.util.random.RandomGenerator;

/**
 * The least stack of layers in which a residual peak grows: attention of {@code <s>} on itself alone and an MLP, whose sum
 * the next layer reads along a fixed direction after its LayerNorm (the authors' MinimalLayer).
 *
 * <pre>
 *   a = W_O W_V LN(e)        h = e + a + W_2 relu(W_1 LN(e + a))        phi = &lt;u, LN(h)&gt; / sqrt(D)
 *   LN(x) = (x - mean x) / sqrt(var x + epsilon)
 * </pre>
 *
 * u has the entries {@code 1 / sqrt(D)} and {@code -1 / sqrt(D)}, half of each. Once h lies along u, all of the gradient that
 * is left points along h, and it is epsilon's: {@code d phi / d |h| = D epsilon / (|h|^2 + D epsilon)^(3/2)}, as in {@link
 * ScalarPeak}.
 *
 * <p>The parameters are W_V, W_O, W_1, W_2, each [D (out), D (in)], one after another.
 */
public final class MinimalStack implements SinkReading {
    private final int width;
    private final double epsilon;
    private final double[] embedding;
    private final double[] direction;

    /** @param embedding e, [D] with D even; not modified */
    public MinimalStack(double[] embedding, double epsilon) {
        width = embedding.length;
        if (width % 2 != 0) throw new IllegalArgumentException("width = " + width + " is not even");
        if (!(epsilon >= 0)) throw new IllegalArgumentException("epsilon = " + epsilon + " is below 0");
        this.embedding = embedding.clone();
        this.epsilon = epsilon;
        direction = new double[width];
        for (int i = 0; i < width; i++) direction[i] = (i % 2 == 0 ? 1 : -1) / Math.sqrt(width);
    }

    /** Weights from U(-1 / sqrt(D), 1 / sqrt(D)), PyTorch's law. */
    public double[] initialWeights(RandomGenerator random) {
        double[] weights = new double[parameters()];
        for (int i = 0; i < weights.length; i++) weights[i] = (2 * random.nextDouble() - 1) / Math.sqrt(width);
        return weights;
    }

    @Override
    public int parameters() {
        return 4 * width * width;
    }

    @Override
    public double norm(double[] point) {
        double[] h = new Pass(point).h;
        return Math.sqrt(Vectors.dot(h, h));
    }

    @Override
    public double reading(double[] point, double[] gradient) {
        Pass pass = new Pass(point);
        double[] dRead = direction.clone();
        for (int i = 0; i < width; i++) dRead[i] /= Math.sqrt(width);
        pass.backward(pass.read.backward(dRead), gradient);
        return Vectors.dot(direction, pass.read.output) / Math.sqrt(width);
    }

    /** The 1-norm of the gradient of {@code <u, h>}: what sign descent would add to |h| by a step of rate 1, h along u. */
    public double normGradientSum(double[] point) {
        double[] gradient = new double[parameters()];
        new Pass(point).backward(direction, gradient);
        double sum = 0;
        for (double entry : gradient) sum += Math.abs(entry);
        return sum;
    }

    private enum Matrix {
        VALUE,
        OUTPUT,
        UP,
        DOWN
    }

    /** One forward pass, and the way back. */
    private final class Pass {
        private final double[] weights;
        private final Norm embedded = new Norm(embedding, 0);
        private final double[] value;
        private final double[] mid;
        private final Norm normed;
        private final double[] hidden;
        private final double[] h;
        private final Norm read;

        Pass(double[] weights) {
            this.weights = weights;
            value = times(Matrix.VALUE, embedded.output);
            mid = Vectors.sum(embedding, times(Matrix.OUTPUT, value));
            normed = new Norm(mid, 0);
            hidden = times(Matrix.UP, normed.output);
            for (int i = 0; i < width; i++) hidden[i] = Math.max(0, hidden[i]);
            h = Vectors.sum(mid, times(Matrix.DOWN, hidden));
            read = new Norm(h, epsilon);
        }

        /** From the gradient of h to that of all weights, overwritten. */
        void backward(double[] dH, double[] gradient) {
            double[] dHidden = back(Matrix.DOWN, hidden, dH, gradient);
            for (int i = 0; i < width; i++) if (hidden[i] == 0) dHidden[i] = 0;
            double[] dNormed = back(Matrix.UP, normed.output, dHidden, gradient);
            double[] dMid = Vectors.sum(dH, normed.backward(dNormed));
            double[] dValue = back(Matrix.OUTPUT, value, dMid, gradient);
            back(Matrix.VALUE, embedded.output, dValue, gradient);
        }

        private double[] times(Matrix matrix, double[] in) {
            double[] out = new double[width];
            int at = matrix.ordinal() * width * width;
            for (int i = 0; i < width; i++) for (int j = 0; j < width; j++) out[i] += weights[at++] * in[j];
            return out;
        }

        /** The gradient of {@code in}; that of the matrix is overwritten in {@code gradient}. */
        private double[] back(Matrix matrix, double[] in, double[] dOut, double[] gradient) {
            double[] dIn = new double[width];
            int at = matrix.ordinal() * width * width;
            for (int i = 0; i < width; i++)
                for (int j = 0; j < width; j++, at++) {
                    gradient[at] = dOut[i] * in[j];
                    dIn[j] += dOut[i] * weights[at];
                }
            return dIn;
        }
    }

    private final class Norm {
        private final double[] output = new double[width];
        private final double scale;

        Norm(double[] in, double epsilon) {
            double mean = Vectors.mean(in), square = 0;
            for (double x : in) square += (x - mean) * (x - mean);
            scale = 1 / Math.sqrt(square / width + epsilon);
            for (int i = 0; i < width; i++) output[i] = (in[i] - mean) * scale;
        }

        double[] backward(double[] dOutput) {
            double mean = Vectors.mean(dOutput), along = Vectors.dot(dOutput, output) / width;
            double[] dIn = new double[width];
            for (int i = 0; i < width; i++) dIn[i] = scale * (dOutput[i] - mean - output[i] * along);
            return dIn;
        }
    }
}
