package backcopy.experiment;

import backcopy.figure.Figure;
import backcopy.figure.Picture;
import backcopy.figure.Table;
import java.util.List;

/**
 * What an experiment found.
 *
 * @param verdicts one for each part of the claim
 * @param drawings the figures with their tables
 */
public record Findings(List<Verdict> verdicts, List<Drawing> drawings) {
    /**
     * A figure to be drawn.
     *
     * @param setting what was run, in one short line
     * @param tables as the figure's class asks for them
     */
    public record Drawing(Figure figure, String setting, List<Table> tables) {
        Picture picture() {
            return figure.draw(setting, tables.toArray(new Table[0]));
        }
    }

    /** The same, with every verdict undecided: for runs that only show that everything works. */
    Findings unjudged() {
        return new Findings(verdicts.stream().map(Verdict::unjudged).toList(), drawings);
    }

    /** The verdicts as a table: claim, outcome, quantity, mean, low, high, seeds. */
    public Table verdictTable() {
        Table.Rows rows = Table.rows("claim", "outcome", "quantity", "mean", "low", "high", "seeds");
        for (Verdict verdict : verdicts) {
            SeedInterval interval = verdict.interval();
            rows.add(
                    verdict.claim(),
                    verdict.outcome().toString(),
                    verdict.quantity(),
                    interval.mean(),
                    interval.low(),
                    interval.high(),
                    interval.seeds());
        }
        return rows.table();
    }
}
