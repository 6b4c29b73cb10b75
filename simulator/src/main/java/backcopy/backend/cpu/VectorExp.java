package backcopy.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/** {@link Exp} in vectors. */
final class VectorExp {
    private VectorExp() {}

    static FloatVector exp(FloatVector x) {
        FloatVector shifted = x.mul(Exp.LOG2_E).add(Exp.ROUNDER);
        FloatVector n = shifted.sub(Exp.ROUNDER);
        FloatVector r = x.sub(n.mul(Exp.LN2_HIGH)).sub(n.mul(Exp.LN2_LOW));
        FloatVector sum = r.mul(Exp.C7).add(Exp.C6);
        sum = sum.mul(r).add(Exp.C5);
        sum = sum.mul(r).add(Exp.C4);
        sum = sum.mul(r).add(Exp.C3);
        sum = sum.mul(r).add(Exp.C2);
        sum = sum.mul(r).mul(r).add(r).add(1);
        return sum.reinterpretAsInts()
                .add(shifted.reinterpretAsInts().lanewise(VectorOperators.LSHL, Exp.MANTISSA_BITS))
                .reinterpretAsFloats()
                .blend(0, x.compare(VectorOperators.LT, Exp.LOWEST));
    }
}
