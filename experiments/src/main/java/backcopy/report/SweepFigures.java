package backcopy.report;

import backcopy.experiment.Settings;
import backcopy.figure.Figures;
import backcopy.figure.Picture;
import backcopy.figure.Table;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/** The figures that any set of runs has that differ in more than the seed. */
public final class SweepFigures {
    /** What else varies makes panels of its own up to so many conditions. */
    private static final int CONDITIONS = 4;

    private final Selection selection;
    private final Effects effects;

    public SweepFigures(Selection selection) {
        this.selection = selection;
        effects = new Effects(selection);
    }

    /** The figures' names. */
    public static List<String> names() {
        return List.of("effects", "phase");
    }

    /**
     * Signatures by the levels of each factor.
     *
     * @throws IllegalArgumentException when there is no factor
     */
    public Picture effects() {
        if (effects.factors().isEmpty())
            throw new IllegalArgumentException("figure effects: these runs differ in nothing but the seed");
        requireOneFinished("effects");
        return Figures.named("effects").draw(setting(), effects.means());
    }

    /** The numbers of {@link Effects#effects} and {@link Effects#interactions}, by the names of their files. */
    public Map<String, Table> effectSizes() {
        return Map.of("effect-sizes.csv", effects.effects(), "interactions.csv", effects.interactions());
    }

    /**
     * Signatures over two keys.
     *
     * @param x a key along the horizontal axis; empty: the factor with the most levels
     * @param y a key along the vertical axis; empty: the next one
     * @throws IllegalArgumentException when the runs do not vary in two such keys by themselves
     */
    public Picture phase(String x, String y) {
        Factor horizontal = x.isEmpty() ? mostLevels(y.isEmpty() ? null : named("y", y)) : named("x", x);
        Factor vertical = y.isEmpty() ? mostLevels(horizontal) : named("y", y);
        if (horizontal.equals(vertical))
            throw new IllegalArgumentException(
                    "figure phase: x and y are one factor of these runs, " + horizontal.name());
        requireOneFinished("phase");
        return Figures.named("phase")
                .draw(
                        horizontal.name() + " to the right, " + vertical.name() + " upwards; " + setting(),
                        effects.phase(horizontal, vertical, CONDITIONS));
    }

    private Factor mostLevels(Factor but) {
        return effects.factors().stream()
                .filter(factor -> !factor.equals(but))
                .max(Comparator.comparingInt(factor -> factor.distinct().size()))
                .orElseThrow(
                        () -> new IllegalArgumentException("figure phase: these runs vary in fewer than two keys"));
    }

    private Factor named(String axis, String key) {
        return effects.factors().stream()
                .filter(factor -> factor.keys().contains(key))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("--" + axis + " = " + key
                        + " does not vary in these runs; what varies: "
                        + String.join(
                                ", ",
                                effects.factors().stream()
                                        .flatMap(factor -> factor.keys().stream())
                                        .toList())));
    }

    private void requireOneFinished(String figure) {
        if (selection.runs().stream().noneMatch(ReportedRun::isFinished))
            throw new IllegalArgumentException("figure " + figure + ": " + selection.unfinished());
    }

    private String setting() {
        String unfinished = selection.unfinished(), moved = selection.movedCount();
        return Settings.of(selection.runs().stream().map(ReportedRun::spec).toList())
                + (unfinished.isEmpty() ? "" : "; left out: " + unfinished)
                + (moved.isEmpty() ? "" : "; " + moved);
    }
}
