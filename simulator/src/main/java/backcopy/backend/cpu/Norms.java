package backcopy.backend.cpu;

/** RMSNorm and dynamic tanh, row by row, forward and back, and the cosines of rows. Gradients are added to. */
final class Norms {
    private final RowKernel rowKernel;
    private final SpanKernel spans;

    Norms(RowKernel rowKernel, SpanKernel spans) {
        this.rowKernel = rowKernel;
        this.spans = spans;
    }

    void rms(
            CpuBuffer x,
            CpuBuffer gain,
            double epsilon,
            CpuBuffer y,
            CpuBuffer inverse,
            int rows,
            int width,
            Workspace workspace) {
        for (int r = 0; r < rows; r++) {
            int at = x.offset() + r * width;
            float square = rowKernel.variance(x.array(), at, width, 0, workspace);
            float inv = (float) (1 / Math.sqrt(square + epsilon));
            rowKernel.rms(x.array(), at, inv, gain.array(), gain.offset(), y.array(), y.offset() + r * width, width);
            inverse.array()[inverse.offset() + r] = inv;
        }
    }

    void rmsBackward(
            CpuBuffer x,
            CpuBuffer gain,
            CpuBuffer inverse,
            CpuBuffer dY,
            CpuBuffer dX,
            CpuBuffer dGain,
            int rows,
            int width,
            Workspace workspace) {
        for (int r = 0; r < rows; r++)
            rowKernel.rmsBackward(
                    x.array(),
                    x.offset() + r * width,
                    inverse.array()[inverse.offset() + r],
                    gain.array(),
                    gain.offset(),
                    dY.array(),
                    dY.offset() + r * width,
                    dX.array(),
                    dX.offset() + r * width,
                    dGain.array(),
                    dGain.offset(),
                    width,
                    workspace);
    }

    void tanh(
            CpuBuffer x,
            CpuBuffer alpha,
            CpuBuffer gain,
            CpuBuffer bias,
            CpuBuffer squashed,
            CpuBuffer y,
            int rows,
            int width) {
        float factor = alpha.array()[alpha.offset()];
        spans.tanh(factor, x.array(), x.offset(), squashed.array(), squashed.offset(), rows * width);
        for (int r = 0; r < rows; r++)
            rowKernel.normalize(
                    squashed.array(),
                    squashed.offset() + r * width,
                    0,
                    1,
                    gain.array(),
                    gain.offset(),
                    bias.array(),
                    bias.offset(),
                    y.array(),
                    y.offset() + r * width,
                    width);
    }

    void tanhBackward(
            CpuBuffer x,
            CpuBuffer alpha,
            CpuBuffer gain,
            CpuBuffer squashed,
            CpuBuffer dY,
            CpuBuffer dX,
            CpuBuffer dAlpha,
            CpuBuffer dGain,
            CpuBuffer dBias,
            int rows,
            int width,
            Workspace workspace) {
        double sum = 0;
        for (int r = 0; r < rows; r++)
            sum += rowKernel.tanhBackward(
                    x.array(),
                    x.offset() + r * width,
                    squashed.array(),
                    squashed.offset() + r * width,
                    alpha.array()[alpha.offset()],
                    gain.array(),
                    gain.offset(),
                    dY.array(),
                    dY.offset() + r * width,
                    dX.array(),
                    dX.offset() + r * width,
                    dGain.array(),
                    dGain.offset(),
                    dBias.array(),
                    dBias.offset(),
                    width,
                    workspace);
        dAlpha.array()[dAlpha.offset()] += (float) sum;
    }

    /**
     * The way back of the squared cosine of one row and the first.
     *
     * @param gradient of the row, overwritten at {@code at}
     * @param ofFirst of the first, added to
     */
    static void decorrelate(
            CpuBuffer h, int first, int at, double weight, int width, float[] gradient, double[] ofFirst) {
        float[] x = h.array();
        int own = h.offset() + at, sink = h.offset() + first;
        double product = 0, ownSquares = 0, sinkSquares = 0;
        for (int c = 0; c < width; c++) {
            product += (double) x[own + c] * x[sink + c];
            ownSquares += (double) x[own + c] * x[own + c];
            sinkSquares += (double) x[sink + c] * x[sink + c];
        }
        if (ownSquares == 0 || sinkSquares == 0) return;
        double norms = Math.sqrt(ownSquares * sinkSquares), cosine = product / norms, factor = 2 * weight * cosine;
        for (int c = 0; c < width; c++) {
            gradient[at + c] = (float) (factor * (x[sink + c] / norms - cosine * x[own + c] / ownSquares));
            ofFirst[c] += factor * (x[own + c] / norms - cosine * x[sink + c] / sinkSquares);
        }
    }
}
