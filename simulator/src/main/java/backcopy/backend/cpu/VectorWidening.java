package backcopy.backend.cpu;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;

/** {@link WideningKernel} in vectors of the machine's preferred width. */
final class VectorWidening implements WideningKernel {
    private static final VectorSpecies<Integer> INTS = IntVector.SPECIES_PREFERRED;
    private static final VectorSpecies<Short> SHORTS =
            VectorSpecies.of(short.class, VectorShape.forBitSize(INTS.vectorBitSize() / 2));

    @Override
    public void bf16(short[] from, float[] to, int toAt, int count) {
        int i = 0;
        for (; i + INTS.length() <= count; i += INTS.length()) {
            IntVector bits =
                    (IntVector) ShortVector.fromArray(SHORTS, from, i).convertShape(VectorOperators.S2I, INTS, 0);
            bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(to, toAt + i);
        }
        for (; i < count; i++) to[toAt + i] = Float.intBitsToFloat(from[i] << 16);
    }

    @Override
    public void f16(short[] from, float[] to, int toAt, int count) {
        int i = 0;
        for (; i + INTS.length() <= count; i += INTS.length()) {
            IntVector bits =
                    (IntVector) ShortVector.fromArray(SHORTS, from, i).convertShape(VectorOperators.S2I, INTS, 0);
            IntVector size = bits.and(0x7fff).lanewise(VectorOperators.LSHL, 13);
            FloatVector value = size.reinterpretAsFloats()
                    .mul(ScalarWidening.REBIAS)
                    .blend(
                            size.add(ScalarWidening.ALL_ONES).reinterpretAsFloats(),
                            bits.and(0x7c00).compare(VectorOperators.EQ, 0x7c00).cast(FloatVector.SPECIES_PREFERRED));
            value.reinterpretAsInts()
                    .or(bits.and(0x8000).lanewise(VectorOperators.LSHL, 16))
                    .reinterpretAsFloats()
                    .intoArray(to, toAt + i);
        }
        for (; i < count; i++) to[toAt + i] = ScalarWidening.half(from[i]);
    }
}
