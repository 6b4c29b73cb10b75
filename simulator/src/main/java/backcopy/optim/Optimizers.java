package backcopy.optim;

import java.util.List;

/** The optimizers that {@code optimizer.name} can name, each with its default settings. */
public final class Optimizers {
    public static final List<Optimizer> ALL = List.of(
            AdamW.DEFAULT,
            Sgd.DEFAULT,
            Adam.DEFAULT,
            SgdW.DEFAULT,
            Nesterov.DEFAULT,
            SignSgd.DEFAULT,
            RmsProp.DEFAULT,
            Lion.DEFAULT,
            Muon.DEFAULT,
            OrthoAdam.DEFAULT,
            Shampoo.DEFAULT,
            Soap.DEFAULT);

    private Optimizers() {}
}
