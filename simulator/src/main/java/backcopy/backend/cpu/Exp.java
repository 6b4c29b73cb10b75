package backcopy.backend.cpu;

/**
 * The exponential in float by a polynomial: {@code exp(x) = 2^n exp(r)} with {@code n = round(x / ln 2)} and
 * {@code |r| <= ln(2) / 2}, the coefficients of Cephes' {@code expf}. Relative error below 2e-7. Only IEEE multiplications and
 * additions, so the bits are the same on every machine and in vectors.
 */
final class Exp {
    /** Below this the result is 0 exactly: patterns and their gradients stay clear of slow subnormal numbers. */
    static final float LOWEST = -80;

    static final float LOG2_E = 1.44269504088896341f;

    /** 1.5 * 2^23: adding it rounds to an integer, which then stands in the lowest bits. */
    static final float ROUNDER = 12582912f;

    /** ln 2 in two parts; n times the first is exact. */
    static final float LN2_HIGH = 0.693359375f;

    static final float LN2_LOW = -2.12194440e-4f;
    static final float C7 = 1.9875691500e-4f;
    static final float C6 = 1.3981999507e-3f;
    static final float C5 = 8.3334519073e-3f;
    static final float C4 = 4.1665795894e-2f;
    static final float C3 = 1.6666665459e-1f;
    static final float C2 = 5.0000001201e-1f;

    static final int MANTISSA_BITS = 23;

    private Exp() {}

    /** For x up to 88. */
    static float exp(float x) {
        if (x < LOWEST) return 0;
        float shifted = x * LOG2_E + ROUNDER;
        float n = shifted - ROUNDER;
        float r = x - n * LN2_HIGH - n * LN2_LOW;
        float sum = ((((C7 * r + C6) * r + C5) * r + C4) * r + C3) * r + C2;
        sum = sum * r * r + r + 1;
        return Float.intBitsToFloat(Float.floatToRawIntBits(sum) + (Float.floatToRawIntBits(shifted) << MANTISSA_BITS));
    }
}
