package backcopy.experiment;

import backcopy.figure.RowIntervals;
import backcopy.figure.Table;

/** Collects the points of a {@link RowIntervals} figure: quantities over seeds, condition below condition. */
final class Rows {
    private final Table.Rows rows = Table.rows("group", "row", "note", "panel", "mean", "low", "high", "seeds");

    /**
     * A quantity.
     *
     * @param note what the table says of the row besides
     * @param seeds one value for each seed; without a finite one there is no point
     */
    Rows add(String group, String row, String note, String panel, double... seeds) {
        SeedInterval interval = SeedInterval.of(seeds);
        rows.add(group, row, note, panel, interval.mean(), interval.low(), interval.high(), interval.seeds());
        return this;
    }

    Table table() {
        return rows.table();
    }
}
