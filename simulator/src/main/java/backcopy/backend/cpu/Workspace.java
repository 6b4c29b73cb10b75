package backcopy.backend.cpu;

/** What one thread scribbles on; grows to the largest operation it has seen, then stays. */
final class Workspace {
    /** Longest vector there is, in floats (2048 bit). */
    private static final int LONGEST_VECTOR = 64;

    /** A vector's numbers, to be summed in a fixed order. */
    final float[] lanes = new float[LONGEST_VECTOR];

    /** What is multiplied at the moment. */
    final Product product = new Product();

    private CpuBuffer panels = CpuBuffer.zeros(0);
    private CpuBuffer block = CpuBuffer.zeros(0);
    private CpuBuffer tile = CpuBuffer.zeros(0);
    private float[] row = {};
    private float[] values = {};
    private final float[][] gathered = new float[3][0];
    private double[][] doubles = new double[4][0];

    /** Room for a packed matrix of {@code size} numbers. */
    CpuBuffer panels(int size) {
        if (panels.size() < size) panels = CpuBuffer.zeros(size);
        return panels;
    }

    /** Room for a copied piece of {@code size} numbers of the other factor. */
    CpuBuffer block(int size) {
        if (block.size() < size) block = CpuBuffer.zeros(size);
        return block;
    }

    /** Room for one tile of {@code size} numbers. */
    CpuBuffer tile(int size) {
        if (tile.size() < size) tile = CpuBuffer.zeros(size);
        return tile;
    }

    /** Room for a row of {@code size} numbers and a vector more. */
    float[] row(int size) {
        if (row.length < size + LONGEST_VECTOR) row = new float[size + LONGEST_VECTOR];
        return row;
    }

    /** Room for another row of {@code size} numbers. */
    float[] values(int size) {
        if (values.length < size) values = new float[size];
        return values;
    }

    /** Room for {@code size} numbers that do not lie side by side; {@code which} of three. */
    float[] gathered(int which, int size) {
        if (gathered[which].length < size) gathered[which] = new float[size];
        return gathered[which];
    }

    /** Four rows of at least {@code size} numbers, for a rule's definition. */
    double[][] doubles(int size) {
        if (doubles[0].length < size) doubles = new double[4][size];
        return doubles;
    }
}
