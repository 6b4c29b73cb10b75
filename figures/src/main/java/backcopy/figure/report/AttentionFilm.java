package backcopy.figure.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;

/**
 * Attention patterns of a few sequences over training, with bars of value and residual norms under them; a slider moves the
 * step, runs stand side by side. Weights are kept in 256
 * levels of the largest in their step, or of 1; the map's colors end at 1.
 */
public record AttentionFilm(List<Reel> reels) implements Part {
    /**
     * One run.
     *
     * @param symbols what each position of each sequence holds, {@code [sequence][position]}
     * @param triggers whether it is a trigger, {@code [sequence][position]}
     * @param frames steps ascending
     */
    public record Reel(
            String run,
            int layers,
            int heads,
            List<List<String>> symbols,
            List<List<Boolean>> triggers,
            List<Frame> frames) {
        public Reel {
            frames = List.copyOf(frames);
        }

        int positions() {
            return symbols.get(0).size();
        }
    }

    /**
     * One step.
     *
     * @param patterns {@code [sequence, layer, head, query, key]}
     * @param values norms of the value states, {@code [sequence, layer, position]}
     * @param residuals mean norms of the blocks' outputs, {@code [layer, position]}
     */
    public record Frame(long step, double[] patterns, double[] values, double[] residuals) {}

    public AttentionFilm {
        reels = List.copyOf(reels);
    }

    /** How many bytes of HTML a step of such a run takes, for the patterns alone. */
    public static long bytes(int sequences, int layers, int heads, int positions) {
        return (long) sequences * layers * heads * visible(positions) * 4 / 3;
    }

    /** The query-key pairs of a causal pattern. */
    private static int visible(int positions) {
        return positions * (positions + 1) / 2;
    }

    @Override
    public String html() {
        return JsonText.drawn(
                "film",
                JsonText.object("reels", reels.stream().map(AttentionFilm::reel).toList()));
    }

    private static Map<String, Object> reel(Reel reel) {
        List<Double> most = new ArrayList<>();
        List<String> patterns = new ArrayList<>();
        for (Frame frame : reel.frames()) {
            double largest = Math.max(1, Arrays.stream(frame.patterns()).max().orElse(1));
            most.add(largest);
            patterns.add(levels(frame.patterns(), reel.positions(), largest));
        }
        List<double[]> values = reel.frames().stream().map(Frame::values).toList();
        List<double[]> residuals = reel.frames().stream().map(Frame::residuals).toList();
        return JsonText.object(
                "run", reel.run(),
                "layers", reel.layers(),
                "heads", reel.heads(),
                "symbols", reel.symbols(),
                "triggers", reel.triggers(),
                "steps", reel.frames().stream().map(Frame::step).toList(),
                "most", most,
                "patterns", patterns,
                "values", values,
                "residuals", residuals);
    }

    /** What a query can see, one byte a weight, row below row, in base 64. */
    private static String levels(double[] patterns, int positions, double most) {
        int maps = patterns.length / (positions * positions);
        byte[] levels = new byte[maps * visible(positions)];
        int at = 0;
        for (int map = 0; map < maps; map++)
            for (int query = 0; query < positions; query++)
                for (int key = 0; key <= query; key++)
                    levels[at++] =
                            (byte) Math.round(255 * patterns[(map * positions + query) * positions + key] / most);
        return Base64.getEncoder().encodeToString(levels);
    }
}
