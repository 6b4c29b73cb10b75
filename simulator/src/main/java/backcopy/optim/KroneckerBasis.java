package backcopy.optim;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.backend.Matrix;
import backcopy.optim.WeightUpdate.Memory;
import java.util.List;

/**
 * What Shampoo and SOAP share: running means {@code L} of {@code G Gᵀ} and {@code R} of {@code Gᵀ G}, and orthonormal bases that
 * follow their eigenvectors by one step of orthogonal iteration ({@code P = QR(L P)}), from the identity on (arXiv 2409.11321,
 * algorithm 4). They are renewed every so many updates, and at first at each: one gradient spans few of the directions that the
 * next one has.
 */
final class KroneckerBasis {
    private final Backend backend;
    private final int rows;
    private final int columns;
    private final double beta;
    private final int every;
    private final Buffer left;
    private final Buffer right;
    private final Buffer leftBasis;
    private final Buffer rightBasis;
    private final Rotation bases;
    private final Buffer scaled;
    private final Matrix byScaled;
    private final Axis leftAxis;
    private final Axis rightAxis;

    /** @param every updates between renewals of the bases, after as many with one each */
    KroneckerBasis(int rows, int columns, double beta, int every, Backend backend) {
        this.backend = backend;
        this.rows = rows;
        this.columns = columns;
        this.beta = beta;
        this.every = every;
        left = backend.allocate(rows * rows);
        right = backend.allocate(columns * columns);
        leftBasis = backend.allocate(rows * rows);
        rightBasis = backend.allocate(columns * columns);
        bases = new Rotation(leftBasis, rightBasis, rows, columns, backend);
        scaled = backend.allocate(rows * columns);
        byScaled = backend.matrix(scaled, rows, columns);
        leftAxis = new Axis(left, leftBasis, rows);
        rightAxis = new Axis(right, rightBasis, columns);
    }

    List<Memory> memories() {
        return List.of(
                new Memory("left", rows, rows, left),
                new Memory("right", columns, columns, right),
                new Memory("leftBasis", rows, rows, leftBasis),
                new Memory("rightBasis", columns, columns, rightBasis));
    }

    void restored() {
        bases.renew();
    }

    Rotation bases() {
        return bases;
    }

    /**
     * Takes the gradient of update {@code n} into the means.
     *
     * @return whether the bases were renewed
     */
    boolean add(Buffer gradient, long n) {
        backend.copy(gradient, scaled);
        backend.scale(scaled, Math.sqrt(1 - beta));
        backend.pack(byScaled);
        backend.scale(left, beta);
        backend.linear(scaled, byScaled, left, rows, true);
        backend.scale(right, beta);
        backend.linearBackwardWeight(scaled, scaled, right, rows, columns, columns, true);
        if (n >= every && n % every != 0) return false;
        bases.set(leftAxis.renewed(), rightAxis.renewed());
        return true;
    }

    /** The means of update {@code n} along the bases, corrected for having begun at zero: of the rows. */
    double[] leftValues(long n) {
        return leftAxis.values(correction(n));
    }

    /** Of the columns. */
    double[] rightValues(long n) {
        return rightAxis.values(correction(n));
    }

    private double correction(long n) {
        return 1 - Math.pow(beta, n + 1);
    }

    /** One side: its mean {@code M} and its basis {@code P}, as columns. */
    private final class Axis {
        private final int size;
        private final Buffer mean;
        private final Buffer basis;
        private final Buffer product;
        private final double[] products;
        private final double[] vectors;

        Axis(Buffer mean, Buffer basis, int size) {
            this.size = size;
            this.mean = mean;
            this.basis = basis;
            product = backend.allocate(size * size);
            products = new double[size * size];
            vectors = new double[size * size];
        }

        /** Q of {@code M P}. */
        double[] renewed() {
            multiply();
            return Orthogonal.ofColumns(products, size);
        }

        /** The diagonal of {@code Pᵀ M P}. */
        double[] values(double correction) {
            multiply();
            backend.read(basis, vectors);
            double[] values = new double[size];
            for (int i = 0; i < size; i++)
                for (int j = 0; j < size; j++) values[j] += vectors[i * size + j] * products[i * size + j] / correction;
            return values;
        }

        /** {@code M P}: with M symmetric, {@code Mᵀ P}. */
        private void multiply() {
            backend.linearBackwardWeight(mean, basis, product, size, size, size, false);
            backend.read(product, products);
        }
    }
}
