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
            if (interventions.get(i) instanceof Quantize quantize && quantize.layer() == layer)
                backend.round(out, quantize.byToken() ? sequences * length : sequences, quantize.bits());
    }
}
