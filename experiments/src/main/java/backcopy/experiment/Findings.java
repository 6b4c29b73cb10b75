package backcopy.experiment;

import backcopy.figure.Figure;
import backcopy.figure.Picture;
import backcopy.figure.Table;
import java.util.List;
import java.util.Map;

/**
 * What an experiment found. Its verdicts are corrected for one another.
 *
 * @param verdicts one for each part of the claim
 * @param drawings the figures with their tables
 * @param tables to be read for themselves, by the name of their file
 */
public record Findings(List<Verdict> verdicts, List<Drawing> drawings, Map<String, Table> tables) {
    public Findings {
        verdicts = Verdict.corrected(verdicts);
    }

    /** Without further tables. */
    public Findings(List<Verdict> verdicts, List<Drawing> drawings) {
        this(verdicts, drawings, Map.of());
    }

    /**
     * A figure to be drawn.
     *
     * @param name of its files: the figure's own, or longer where an experiment draws a figure more than once
     * @param setting what was run, in one short line
     * @param tables as the figure's class asks for them
     */
    public record Drawing(String name, Figure figure, String setting, List<Table> tables) {
        Drawing(Figure figure, String setting, Table... tables) {
            this(figure.name(), figure, setting, List.of(tables));
        }

        /** The same in files called after the figure and {@code part}. */
        Drawing of(String part) {
            return new Drawing(figure.name() + "-" + part, figure, setting, tables);
        }

        public Picture picture() {
            return figure.draw(setting, tables.toArray(new Table[0])).named(name);
        }
    }

    /** The same, with every verdict undecided: for runs that only show that everything works. */
    public Findings unjudged() {
        return new Findings(verdicts.stream().map(Verdict::unjudged).toList(), drawings, tables);
    }

    /**
     * The verdicts as a table: claim, outcome, quantity, mean, low, high, seeds, test, p, corrected, published. The test is
     * {@code descriptive}, and its p is missing, where the seeds are too few for one.
     */
    public Table verdictTable() {
        Table.Rows rows = Table.rows(
                "claim", "outcome", "quantity", "mean", "low", "high", "seeds", "test", "p", "corrected", "published");
        for (Verdict verdict : verdicts) {
            SeedInterval interval = verdict.interval();
            rows.add(
                    verdict.claim(),
                    verdict.outcome().toString(),
                    verdict.quantity(),
                    interval.mean(),
                    interval.low(),
                    interval.high(),
                    interval.seeds(),
                    verdict.test().isDescriptive()
                            ? "descriptive"
                            : verdict.test().name(),
                    verdict.test().p(),
                    verdict.test().corrected(),
                    verdict.published());
        }
        return rows.table();
    }
}
