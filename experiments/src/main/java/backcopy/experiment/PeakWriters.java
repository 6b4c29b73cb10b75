package backcopy.experiment;

import backcopy.run.RunDirectory;
import backcopy.run.Trace;
import backcopy.task.Batch;
import backcopy.task.Task;
import java.util.ArrayList;
import java.util.List;

/**
 * Who writes the residual stream of {@code <s>}: every part of the model adds a vector to it, and their shares along the stream
 * after a block add up to 1. Position 0 sees itself alone, so one token tells everything.
 *
 * @param parts in the order of the forward pass: the embedding, then attention and MLP of each layer
 * @param norms {@code [part]} of what each adds
 * @param shares {@code [block][part]} {@code part . h / |h|^2} with h the stream after the block; NaN for parts that come later
 */
record PeakWriters(List<String> parts, double[] norms, double[][] shares) {
    static PeakWriters of(RunDirectory run, long step) {
        int layers = run.spec().model().layers();
        Batch bos = new Batch(1, 1, new int[] {Task.of(run.spec().task()).bos(), 0});
        List<String> parts = new ArrayList<>();
        List<double[]> added = new ArrayList<>(), after = new ArrayList<>();
        try (Trace trace = Trace.of(run, step, bos)) {
            double[] before = trace.activation("embedding").values();
            parts.add("embedding");
            added.add(before);
            for (int layer = 0; layer < layers; layer++) {
                double[] mid =
                        trace.activation("layers." + layer + ".residual.mid").values();
                double[] out =
                        trace.activation("layers." + layer + ".residual.out").values();
                parts.add("attention " + layer);
                added.add(Ensemble.differences(mid, before));
                parts.add("MLP " + layer);
                added.add(Ensemble.differences(out, mid));
                after.add(out);
                before = out;
            }
        }
        return of(parts, added, after);
    }

    /**
     * @param added one vector for each part
     * @param after the stream after each block
     */
    static PeakWriters of(List<String> parts, List<double[]> added, List<double[]> after) {
        double[] norms =
                added.stream().mapToDouble(part -> Math.sqrt(dot(part, part))).toArray();
        double[][] shares = new double[after.size()][parts.size()];
        for (int block = 0; block < after.size(); block++)
            for (int part = 0; part < parts.size(); part++) {
                double[] h = after.get(block);
                boolean isBefore = part <= 2 * (block + 1);
                shares[block][part] = isBefore ? dot(added.get(part), h) / dot(h, h) : Double.NaN;
            }
        return new PeakWriters(parts, norms, shares);
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}
