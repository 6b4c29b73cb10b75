package backcopy.experiment;

import backcopy.experiment.Switch.Claim;
import backcopy.figure.Table;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.DoublePredicate;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Every switch by every signature: means over seeds, and how they differ from the baseline in the same seeds. The baseline comes
 * first, then the switches by what they do to the sink, the strongest reduction first.
 */
final class MitigationTable {
    private static final List<SwitchSignature> SIGNATURES = List.of(SwitchSignature.values());

    /** A switch and, for each signature, by how much it differs from the baseline, and how strongly. */
    private record Row(
            Switch own,
            SwitchRuns runs,
            Map<SwitchSignature, SeedInterval> changes,
            Map<SwitchSignature, Double> shades) {
        double change(SwitchSignature signature) {
            return changes.get(signature).mean();
        }

        /** Why a signature was not measured, or nothing. */
        String reason(SwitchSignature signature) {
            return signature == SwitchSignature.EVICTION ? runs.refusal() : "";
        }

        /** Less attention on position 0 is no smaller sink where most of it is elsewhere. */
        private String heading(SwitchSignature signature) {
            boolean isMoved =
                    signature == SwitchSignature.SINK && !runs.elsewhere().isEmpty();
            return signature.heading() + (isMoved ? " (most attention is " + runs.elsewhere() + ")" : "");
        }

        /** What was not measured, and why. */
        String notMeasured() {
            Stream<String> refused = SIGNATURES.stream()
                    .filter(signature -> !reason(signature).isEmpty())
                    .map(signature -> signature.heading() + ": " + reason(signature));
            return Stream.concat(Stream.of(runs.divergence()), refused)
                    .filter(words -> !words.isEmpty())
                    .collect(Collectors.joining("; "));
        }

        String headings(DoublePredicate shade) {
            return SIGNATURES.stream()
                    .filter(signature -> shade.test(shades.get(signature)))
                    .map(this::heading)
                    .collect(Collectors.joining(", "));
        }
    }

    private final SwitchRuns baseline;
    private final List<Row> rows = new ArrayList<>();

    /**
     * @param switches the baseline first
     * @param runs of each, by name; of seeds that the baseline has too
     */
    MitigationTable(List<Switch> switches, Map<String, SwitchRuns> runs) {
        baseline = runs.get(switches.get(0).name());
        for (Switch own : switches) rows.add(row(own, runs.get(own.name())));
        rows.subList(1, rows.size()).sort(Comparator.comparingDouble(row -> row.change(SwitchSignature.SINK)));
    }

    private Row row(Switch own, SwitchRuns runs) {
        Map<SwitchSignature, SeedInterval> changes = new EnumMap<>(SwitchSignature.class);
        Map<SwitchSignature, Double> shades = new EnumMap<>(SwitchSignature.class);
        for (SwitchSignature signature : SIGNATURES) {
            SeedInterval change = SeedInterval.of(runs.changes(signature, baseline));
            changes.put(signature, change);
            shades.put(signature, signature.shade(change, baseline.mean(signature)));
        }
        return new Row(own, runs, changes, shades);
    }

    /** The published directions, switch by switch. */
    List<Verdict> verdicts() {
        List<Verdict> verdicts = new ArrayList<>();
        for (Row row : rows)
            for (Claim claim : row.own().claims()) {
                SwitchSignature signature = claim.signature();
                double[] changes = row.runs().changes(signature, baseline);
                boolean isMoved = signature == SwitchSignature.SINK
                        && !row.runs().elsewhere().isEmpty();
                String words = row.own().name() + ": " + (claim.grows() ? "larger " : "smaller ") + signature.value()
                        + (isMoved ? " (most is " + row.runs().elsewhere() + ")" : "");
                Verdict verdict = claim.grows()
                        ? Verdict.grows(words, signature.changeInWords(), changes)
                        : Verdict.shrinks(words, signature.changeInWords(), changes);
                verdicts.add(verdict.published(claim.published()));
            }
        return verdicts;
    }

    /** A row for each cell, as the figure takes them. */
    Table cells() {
        return cells(any -> true);
    }

    /** Those of the baseline and of some groups of switches; none where no other switch is of them. */
    Optional<Table> cellsOf(Predicate<String> groups) {
        Predicate<Switch> shown = one -> groups.test(one.group());
        boolean isEmpty = rows.stream().skip(1).noneMatch(row -> shown.test(row.own()));
        return isEmpty
                ? Optional.empty()
                : Optional.of(cells(one -> one == rows.get(0).own() || shown.test(one)));
    }

    private Table cells(Predicate<Switch> shown) {
        Table.Rows table = Table.rows(
                "switch",
                "group",
                "keys",
                "signature",
                "mean",
                "change",
                "low",
                "high",
                "seeds",
                "shade",
                "note",
                "divergence");
        for (Row row : rows.stream().filter(row -> shown.test(row.own())).toList())
            for (SwitchSignature signature : SIGNATURES)
                table.add(
                        row.own().name(),
                        row.own().group(),
                        String.join(" ", row.own().keys()),
                        signature.heading(),
                        row.runs().mean(signature),
                        row.change(signature),
                        row.changes().get(signature).low(),
                        row.changes().get(signature).high(),
                        row.runs().seeds().length,
                        row.shades().get(signature),
                        row.reason(signature),
                        row.runs().divergence());
        return table.table();
    }

    /** A row for each switch, to be read and sorted: means, and in words which of them differ from the baseline's. */
    Table summary() {
        List<String> columns = new ArrayList<>(List.of("switch", "kind", "seeds"));
        SIGNATURES.forEach(signature -> columns.add(signature.heading()));
        columns.addAll(List.of("less", "more", "most attention", "not measured", "keys"));
        Table.Rows table = Table.rows(columns.toArray(String[]::new));
        for (Row row : rows) {
            List<Object> line = new ArrayList<>(Arrays.asList(
                    row.own().name(), row.own().group(), row.runs().seeds().length));
            for (SwitchSignature signature : SIGNATURES) line.add(row.runs().mean(signature));
            line.add(row.headings(shade -> shade < 0));
            line.add(row.headings(shade -> shade > 0));
            line.add(row.runs().elsewhere());
            line.add(row.notMeasured());
            line.add(String.join(" ", row.own().keys()));
            table.add(line.toArray());
        }
        return table.table();
    }
}
