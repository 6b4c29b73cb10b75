package backcopy.experiment;

import backcopy.figure.IntervalPoints;
import backcopy.figure.Table;
import java.util.DoubleSummaryStatistics;
import java.util.stream.DoubleStream;

/** Collects the points of an {@link IntervalPoints} figure: quantities over seeds beside published numbers. */
final class Points {
    private final Table.Rows rows =
            Table.rows("panel", "category", "condition", "mean", "low", "high", "seeds", "published");

    /** A quantity, one value for each seed. */
    Points add(String panel, String category, String condition, double... seeds) {
        return add(panel, category, condition, Double.NaN, seeds);
    }

    /** A quantity, one value for each seed, and what the authors report of it. */
    Points add(String panel, String category, String condition, double published, double... seeds) {
        SeedInterval interval = SeedInterval.of(seeds);
        rows.add(
                panel,
                category,
                condition,
                interval.mean(),
                interval.low(),
                interval.high(),
                interval.seeds(),
                published);
        return this;
    }

    /** A quantity, one value for each seed; whiskers from the lowest to the highest instead of an interval. */
    Points addRange(String panel, String category, String condition, double... seeds) {
        DoubleSummaryStatistics range = DoubleStream.of(seeds).summaryStatistics();
        rows.add(
                panel,
                category,
                condition,
                range.getAverage(),
                range.getMin(),
                range.getMax(),
                seeds.length,
                Double.NaN);
        return this;
    }

    /** A line across a panel. */
    Points line(String panel, String name, double value) {
        rows.add(panel, "", name, value, Double.NaN, Double.NaN, Double.NaN, Double.NaN);
        return this;
    }

    Table table() {
        return rows.table();
    }
}
