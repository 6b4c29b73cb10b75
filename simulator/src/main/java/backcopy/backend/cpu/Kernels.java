package backcopy.backend.cpu;

/** One make of all kernels; {@code about} names it for people, {@code vectorBits} is the width of its vectors. */
record Kernels(String about, int vectorBits, TileKernel tiles, RowKernel rows, SpanKernel spans) {
    /** In the Vector API, whose module must be in the boot layer. */
    static Kernels vector() {
        int bits = VectorTile.bits();
        return new Kernels(bits + "-bit vectors", bits, VectorTile.preferred(), new VectorRow(), new VectorSpan());
    }

    /** In plain Java. */
    static Kernels scalar() {
        return new Kernels("plain Java", Float.SIZE, new ScalarTile(), new ScalarRow(), new ScalarSpan());
    }

    /** Matrix products by these kernels. */
    Matmul matmul() {
        return new Matmul(tiles, spans);
    }
}
