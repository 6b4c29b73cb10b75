package backcopy.backend.cpu;

/** Numbers of 16 bits as floats, exactly. */
interface WideningKernel {
    /** {@code to[toAt + i]} is the BF16 number of the bits {@code from[i]}. */
    void bf16(short[] from, float[] to, int toAt, int count);

    /** {@code to[toAt + i]} is the F16 number of the bits {@code from[i]}; what is not a number stays none. */
    void f16(short[] from, float[] to, int toAt, int count);
}
