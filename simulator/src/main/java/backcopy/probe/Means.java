package backcopy.probe;

/** Running means of many quantities, one in each cell. */
final class Means {
    private final double[] sums;
    private final long[] counts;

    Means(int cells) {
        sums = new double[cells];
        counts = new long[cells];
    }

    void add(int cell, double value) {
        sums[cell] += value;
        counts[cell]++;
    }

    void merge(Means later) {
        for (int cell = 0; cell < sums.length; cell++) {
            sums[cell] += later.sums[cell];
            counts[cell] += later.counts[cell];
        }
    }

    /** NaN when nothing was added. */
    double mean(int cell) {
        return sums[cell] / counts[cell];
    }

    /** The mean of every cell, in a new array. */
    double[] means() {
        double[] means = new double[sums.length];
        for (int cell = 0; cell < means.length; cell++) means[cell] = mean(cell);
        return means;
    }
}
