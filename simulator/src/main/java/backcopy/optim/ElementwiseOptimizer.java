package backcopy.optim;

import backcopy.backend.UpdateRule;

/** An optimizer that treats every number of a weight alone; its {@code update} is the definition. */
public sealed interface ElementwiseOptimizer extends Optimizer, UpdateRule
        permits Adam, AdamW, Lion, Nesterov, RmsProp, Sgd, SgdW, SignSgd {
    @Override
    ElementwiseOptimizer scaled(double factor);
}
