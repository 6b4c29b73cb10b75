package backcopy.experiment;

import backcopy.model.ModelSpec;
import backcopy.run.RunDirectory;
import backcopy.run.Trace;
import backcopy.task.Batch;
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
        ModelSpec model = run.spec().model();
        Batch bos = new Batch(1, 1, new int[] {run.task().bos(), 0});
        List<String> parts = new ArrayList<>();
        List<double[]> added = new ArrayList<>(), after = new ArrayList<>();
        try (Trace trace = Trace.of(run, step, bos)) {
            double[] before = trace.activation("embedding").values();
            parts.add("embedding");
            added.add(before);
            for (int layer = 0; layer < model.layers(); layer++) {
                double[] mid =
                        trace.activation("layers." + layer + ".residual.mid").values();
                double[] out =
                        trace.activation("layers." + layer + ".residual.out").values();
                if (!model.attentionOff().contains(layer)) {
                    parts.add("attention " + layer);
                    added.add(Ensemble.differences(mid, before));
                }
                if (!model.mlpOff().contains(layer)) {
                    parts.add("MLP " + layer);
                    added.add(Ensemble.differences(out, mid));
                }
                after.add(out);
                before = out;
            }
        }
        return of(parts, added, after);
    }

    /**
     * Adds the norms and shares of every run of a condition to a figure's rows.
     *
     * @return [block][seeds] the share of all attention before the block's end
     */
    static double[][] add(Rows rows, Ensemble runs) {
        List<PeakWriters> writers =
                runs.runs().stream().map(run -> of(run, runs.last())).toList();
        List<String> parts = writers.get(0).parts();
        double[][] attention = new double[writers.get(0).shares().length][writers.size()];
        for (int p = 0; p < parts.size(); p++) {
            int part = p;
            double[] norms =
                    writers.stream().mapToDouble(writer -> writer.norms()[part]).toArray();
            rows.add(runs.name(), parts.get(p), "", "norm", norms);
            for (int b = 0; b < attention.length; b++) {
                double[] shares = new double[writers.size()];
                for (int run = 0; run < shares.length; run++) {
                    shares[run] = writers.get(run).shares()[b][p];
                    if (parts.get(p).startsWith("attention") && layer(parts.get(p)) <= b)
                        attention[b][run] += shares[run];
                }
                rows.add(runs.name(), parts.get(p), "", "block " + b, shares);
            }
        }
        return attention;
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
                shares[block][part] =
                        layer(parts.get(part)) <= block ? dot(added.get(part), h) / dot(h, h) : Double.NaN;
            }
        return new PeakWriters(parts, norms, shares);
    }

    /** The layer that a part belongs to, 0 for the embedding. */
    private static int layer(String part) {
        return part.equals("embedding") ? 0 : Integer.parseInt(part.substring(part.indexOf(' ') + 1));
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) sum += a[i] * b[i];
        return sum;
    }
}
