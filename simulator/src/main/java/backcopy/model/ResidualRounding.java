package backcopy.model;

import backcopy.backend.Backend;
import backcopy.backend.Buffer;
import backcopy.model.Intervention.Quantize;
import java.util.List;

/** Rounds a residual stream to few bits by the largest number in it (absmax), as {@link Quantize} asks. */
final class ResidualRounding {
    private ResidualRounding() {}

    /** @param out what the layer left, {@code [sequences, length, width]}, overwritten where an intervention asks for it */
    static void apply(
            List<Intervention> interventions, int layer, Buffer out, int sequences, int length, Backend backend) {
        for (int i = 0; i < interventions.size(); i++)
            if (interventions.get(i) instanceof Quantize quantize && quantize.layer() == layer) {
                double[] values = new double[out.size()];
                backend.read(out, values);
                int group = values.length / (quantize.byToken() ? sequences * length : sequences);
                for (int from = 0; from < values.length; from += group) round(values, from, group, quantize.bits());
                backend.write(values, out);
            }
    }

    /** Overwrites {@code count} numbers by multiples of {@code max|x| / (2^(bits-1) - 1)}. */
    static void round(double[] values, int from, int count, int bits) {
        double largest = 0;
        for (int i = from; i < from + count; i++) largest = Math.max(largest, Math.abs(values[i]));
        if (largest == 0) return;
        double unit = largest / ((1 << bits - 1) - 1);
        for (int i = from; i < from + count; i++) values[i] = unit * Math.rint(values[i] / unit);
    }
}
