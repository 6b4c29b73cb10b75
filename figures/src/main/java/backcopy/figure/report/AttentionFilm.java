package backcopy.figure.report;

import backcopy.figure.WeightRange;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * Attention patterns of a few sequences over training, with bars of value and residual norms under them; a slider moves the
 * step, runs stand side by side. A run's colors have one range in all steps, layers and heads, and their scale beside the map:
 * a weight's color is what it is, below zero too. A layer without attention has no map.
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

        /** What the colors of all its weights go from and to. */
        WeightRange range() {
            double[] all = frames.stream()
                    .map(Frame::patterns)
                    .flatMapToDouble(Arrays::stream)
                    .toArray();
            return WeightRange.of(all, frames.stream().allMatch(frame -> frame.isOfDistributions(positions())));
        }

        /** Whether a query sees keys that come after it, so that half of a map is not all of it. */
        boolean looksAhead() {
            return frames.stream().anyMatch(frame -> frame.looksAhead(positions()));
        }
    }

    /**
     * One step.
     *
     * @param patterns {@code [sequence, layer, head, query, key]}; NaN in a layer without attention
     * @param values norms of the value states, {@code [sequence, layer, position]}
     * @param residuals mean norms of the blocks' outputs, {@code [layer, position]}
     */
    public record Frame(long step, double[] patterns, double[] values, double[] residuals) {
        /** Whether every query's weights add up to 1, where it has any. */
        private boolean isOfDistributions(int positions) {
            for (int row = 0; row < patterns.length; row += positions) {
                double sum = 0;
                for (int key = 0; key < positions; key++) sum += patterns[row + key];
                if (Math.abs(sum - 1) > 1e-3) return false;
            }
            return true;
        }

        private boolean looksAhead(int positions) {
            for (int at = 0; at < patterns.length; at++)
                if (at % positions > at / positions % positions && Math.abs(patterns[at]) > 0) return true;
            return false;
        }
    }

    public AttentionFilm {
        reels = List.copyOf(reels);
    }

    /**
     * How many bytes of HTML a step of such a run takes, for the patterns alone.
     *
     * @param looksAhead whether a query may see keys that come after it
     */
    public static long bytes(int sequences, int layers, int heads, int positions, boolean looksAhead) {
        long map = looksAhead ? (long) positions * positions : positions * (positions + 1L) / 2;
        return sequences * layers * heads * map * 4 / 3;
    }

    @Override
    public String html() {
        return JsonText.drawn(
                "film",
                JsonText.object("reels", reels.stream().map(AttentionFilm::reel).toList()));
    }

    private static Map<String, Object> reel(Reel reel) {
        boolean looksAhead = reel.looksAhead();
        List<Object> levels = new ArrayList<>();
        for (Frame frame : reel.frames()) {
            WeightLevels own = WeightLevels.of(frame.patterns());
            levels.add(JsonText.object(
                    "step", own.step(),
                    "zero", own.zero(),
                    "weights", own.text(frame.patterns(), reel.positions(), looksAhead)));
        }
        WeightRange range = reel.range();
        return JsonText.object(
                "run", reel.run(),
                "layers", reel.layers(),
                "heads", reel.heads(),
                "ahead", looksAhead,
                "least", range.least(),
                "most", range.most(),
                "symbols", reel.symbols(),
                "triggers", reel.triggers(),
                "steps", reel.frames().stream().map(Frame::step).toList(),
                "patterns", levels,
                "values", reel.frames().stream().map(Frame::values).toList(),
                "residuals", reel.frames().stream().map(Frame::residuals).toList());
    }
}
