package backcopy.experiment;

import backcopy.probe.Observable;
import java.io.IOException;
import java.util.function.DoubleBinaryOperator;

/**
 * The residual norm of {@code <s>} after a block beside the mean of the norms at all later positions, as the authors of arXiv
 * 2410.13835 compare them.
 */
final class ResidualPeak {
    /** A norm this many times the others' is a peak. */
    static final double PEAK = 2;

    private ResidualPeak() {}

    /** [seeds] the one over the other, at the last step. */
    static double[] ratio(Ensemble runs, int block) throws IOException {
        return each(runs, block, (bos, later) -> bos / later);
    }

    /** [seeds] the one minus the other ("massive norm"), at the last step. */
    static double[] massive(Ensemble runs, int block) throws IOException {
        return each(runs, block, (bos, later) -> bos - later);
    }

    /** [seeds] the one over the other in the stream that the layer of the strongest sink reads, at the last step. */
    static double[] intoSink(Ensemble runs) throws IOException {
        double[] values = new double[runs.runs().size()];
        for (int run = 0; run < values.length; run++) {
            int layer = SinkHead.of(runs, run).layer();
            values[run] = layer == 0
                    ? compare(runs.array(run, "embedding.norm"), (bos, later) -> bos / later)
                    : compare(runs.array(run, "residual.norm").at("layer", layer - 1), (bos, later) -> bos / later);
        }
        return values;
    }

    /** [seeds] the largest {@link #ratio} of all blocks. */
    static double[] largest(Ensemble runs) throws IOException {
        double[] largest = ratio(runs, 0);
        for (int block = 1; block < runs.specs().get(0).model().layers(); block++)
            largest = Ensemble.paired(largest, ratio(runs, block), Math::max);
        return largest;
    }

    /** The massive norm in an array {@code residual.norm}, [layer, position]. */
    static double massive(Observable norms, int block) {
        return compare(norms.at("layer", block), (bos, later) -> bos - later);
    }

    private static double[] each(Ensemble runs, int block, DoubleBinaryOperator comparison) throws IOException {
        double[] values = new double[runs.runs().size()];
        for (int run = 0; run < values.length; run++)
            values[run] = compare(runs.array(run, "residual.norm").at("layer", block), comparison);
        return values;
    }

    /** @param norms [position] */
    private static double compare(Observable norms, DoubleBinaryOperator comparison) {
        double sum = 0;
        int length = norms.shape()[0];
        for (int position = 1; position < length; position++) sum += norms.get(position);
        return comparison.applyAsDouble(norms.get(0), sum / (length - 1));
    }
}
