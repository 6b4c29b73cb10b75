package backcopy.backend.cpu;

/** {@link WideningKernel} in plain Java. */
final class ScalarWidening implements WideningKernel {
    /** The difference of the exponents' biases, 127 and 15. */
    static final float REBIAS = 0x1p112f;

    /** What is added to the shifted bits of an infinity or of no number. */
    static final int ALL_ONES = 0x70000000;

    @Override
    public void bf16(short[] from, float[] to, int toAt, int count) {
        for (int i = 0; i < count; i++) to[toAt + i] = Float.intBitsToFloat(from[i] << 16);
    }

    @Override
    public void f16(short[] from, float[] to, int toAt, int count) {
        for (int i = 0; i < count; i++) to[toAt + i] = half(from[i]);
    }

    /** The exponent and fraction moved to their places, and the exponent set right by a product, which subnormals survive. */
    static float half(int bits) {
        int size = (bits & 0x7fff) << 13;
        float value =
                (bits & 0x7c00) == 0x7c00 ? Float.intBitsToFloat(size + ALL_ONES) : Float.intBitsToFloat(size) * REBIAS;
        return Float.intBitsToFloat(Float.floatToRawIntBits(value) | (bits & 0x8000) << 16);
    }
}
