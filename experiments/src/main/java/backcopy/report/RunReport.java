package backcopy.report;

import backcopy.experiment.Findings;
import backcopy.figure.Table;
import backcopy.figure.report.AttentionFilm;
import backcopy.figure.report.AttentionFilm.Reel;
import backcopy.figure.report.Commands;
import backcopy.figure.report.Curves;
import backcopy.figure.report.Curves.Panel;
import backcopy.figure.report.Folded;
import backcopy.figure.report.Illustration;
import backcopy.figure.report.Listing;
import backcopy.figure.report.Page;
import backcopy.figure.report.Part;
import backcopy.figure.report.Prose;
import backcopy.run.Measurement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The report of some runs: what they are, what they came to, how they got there, and how to repeat them. */
public final class RunReport {
    /** Runs whose attention is shown side by side. */
    private static final int REELS = 8;
    /** With more runs, a report carries the numbers of its panels alone. */
    private static final int RUNS_WITH_ALL_NUMBERS = 12;
    /** Fewer runs are compared by their table. */
    private static final int DESIGN = 4;
    /** With more factors, they are changed one at a time and have no effects over all levels of the others. */
    private static final int FACTORS = 10;

    private final Selection selection;
    private final List<ReportedRun> runs;
    private final Differences differences;
    private final List<String> names;
    private final List<String> conditions;

    private RunReport(Selection selection) {
        this.selection = selection;
        runs = selection.runs();
        differences = selection.differences();
        names = withStatus(differences.names(selection.labels()));
        conditions = withStatus(differences.conditions());
    }

    /** A run that is not finished is none of its condition. */
    private List<String> withStatus(List<String> names) {
        return IntStream.range(0, runs.size())
                .mapToObj(run -> runs.get(run).isFinished()
                        ? names.get(run)
                        : (names.get(run) + " (" + runs.get(run).status() + ")").strip())
                .toList();
    }

    /** As HTML. */
    public static String html(Selection selection) throws IOException {
        return new RunReport(selection).page().html();
    }

    private Page page() throws IOException {
        Page page = new Page(
                "Backcopy: " + (runs.size() == 1 ? "run " + runs.get(0).identity() : selection.title()),
                runs.size() == 1 ? "one run" : runs.size() + " runs");
        page.section("Summary", summary());
        for (Map.Entry<String, Findings> found : selection.findings().entrySet()) {
            List<Part> parts =
                    new ArrayList<>(List.of(new Listing(found.getValue().verdictTable(), "outcome")));
            for (Findings.Drawing drawing : found.getValue().drawings()) parts.add(new Illustration(drawing.picture()));
            for (Table table : found.getValue().tables().values()) parts.add(new Listing(table));
            page.section("Claims of " + found.getKey(), parts.toArray(Part[]::new));
        }
        if (isDesign()) page.section("Effects of what varies", effects());
        page.section("Over training", curves());
        List<Reel> reels = reels();
        if (!reels.isEmpty()) page.section("Attention by training step", film(reels));
        page.section("Configuration", configuration());
        page.section("Repeat it", repeat());
        return page;
    }

    /** Whether factors have effects to speak of. */
    private boolean isDesign() {
        int factors = Factor.of(differences).size();
        boolean some = runs.stream().anyMatch(ReportedRun::isFinished);
        return some && runs.size() >= DESIGN && factors > 0 && factors <= FACTORS;
    }

    private Part[] effects() {
        Effects effects = new Effects(selection);
        SweepFigures figures = new SweepFigures(selection);
        List<Part> parts = new ArrayList<>(List.of(
                new Prose("Means over all other factors; of ratios and risks geometric means."
                        + (selection.unfinished().isEmpty() ? "" : " Left out: " + selection.unfinished() + ".")),
                new Illustration(figures.effects())));
        if (effects.factors().size() > 1) parts.add(new Illustration(figures.phase("", "")));
        parts.add(new Folded(
                "each level against the first, from runs that are equal in all else: 95 % intervals over seeds",
                new Listing(effects.effects())));
        Table interactions = effects.interactions();
        if (interactions.rows() > 0)
            parts.add(new Folded(
                    "how far effects depend on each other: the change of one factor's effect with another, from four runs that"
                            + " are equal in all else",
                    new Listing(interactions)));
        parts.add(new Prose(
                "An interval is of its number alone: of twenty without any effect, one leaves out 0 (plus) or 1"
                        + " (times)."));
        return parts.toArray(Part[]::new);
    }

    private Part[] summary() {
        List<Part> parts = new ArrayList<>(List.of(
                new Listing(Comparison.of(selection, "", false).overview(), "status"),
                new Prose(Signature.definitions() + ".")));
        for (String warning : selection.warnings()) parts.add(new Prose(warning));
        for (ReportedRun run : runs)
            if (!run.state().failure().isEmpty())
                parts.add(new Prose(
                        "Run " + run.identity() + " failed: " + run.state().failure()));
        return parts.toArray(Part[]::new);
    }

    private Part curves() {
        Set<String> all = new LinkedHashSet<>();
        for (ReportedRun run : runs)
            for (Measurement record : run.records()) all.addAll(record.numbers().keySet());
        if (all.isEmpty()) return new Prose("Nothing has been recorded yet.");
        List<Panel> panels = NumberPanels.of(List.copyOf(all));
        if (runs.size() > RUNS_WITH_ALL_NUMBERS)
            all.retainAll(panels.stream()
                    .flatMap(panel -> panel.lines().stream())
                    .map(Curves.Line::number)
                    .toList());
        List<String> header = new ArrayList<>(List.of("run", "condition", "step"));
        header.addAll(all);
        Table.Rows rows = Table.rows(header.toArray(String[]::new));
        for (int r = 0; r < runs.size(); r++)
            for (Measurement record : runs.get(r).records()) {
                List<Object> row = new ArrayList<>(List.of(names.get(r), condition(r), record.step()));
                for (String number : all) row.add(record.numbers().getOrDefault(number, Double.NaN));
                rows.add(row.toArray());
            }
        return new Curves(rows.table(), panels);
    }

    /** Few single runs are compared as they are, more by their conditions. */
    private String condition(int run) {
        boolean seedsAlone = differences.factors().isEmpty();
        if (!seedsAlone) return conditions.get(run);
        if (runs.size() <= REELS) return names.get(run);
        return runs.get(run).isFinished() ? "all seeds" : conditions.get(run);
    }

    private Part[] film(List<Reel> reels) {
        Part film = new AttentionFilm(reels);
        long all = IntStream.range(0, runs.size())
                .mapToObj(this::condition)
                .distinct()
                .count();
        if (reels.size() == runs.size()) return new Part[] {film};
        return new Part[] {
            new Prose(
                    all == 1
                            ? reels.size() + " of " + runs.size() + " seeds are shown."
                            : "Of " + all + " conditions " + reels.size() + " are shown, one run each."),
            film
        };
    }

    /** The first run of each condition, at most {@value REELS}, finished ones first; of a single condition, its first seeds. */
    private List<Reel> reels() throws IOException {
        Map<String, Integer> first = new LinkedHashMap<>();
        String seed = commonSeed();
        for (boolean finished : List.of(true, false)) {
            List<Integer> own = IntStream.range(0, runs.size())
                    .filter(run -> runs.get(run).isFinished() == finished)
                    .boxed()
                    .toList();
            for (int r : own)
                if (differences.value(r, Differences.SEED).equals(seed)) first.putIfAbsent(condition(r), r);
            for (int r : own) first.putIfAbsent(condition(r), r);
        }
        List<Integer> shown = first.values().stream().limit(REELS).toList();
        return Reels.of(
                shown.stream().map(runs::get).toList(),
                shown.stream().map(names::get).toList());
    }

    /** The seed that most runs have: equal seeds are evaluated on equal sequences. */
    private String commonSeed() {
        Map<String, Long> counts = IntStream.range(0, runs.size())
                .mapToObj(run -> differences.value(run, Differences.SEED))
                .collect(Collectors.groupingBy(seed -> seed, LinkedHashMap::new, Collectors.counting()));
        long most = counts.values().stream().max(Long::compare).orElseThrow();
        return counts.keySet().stream()
                .filter(seed -> counts.get(seed) == most)
                .findFirst()
                .orElseThrow();
    }

    private Part[] configuration() {
        Table.Rows shared = Table.rows("key", "value");
        differences.shared().forEach((key, value) -> shared.add(key, value.isEmpty() ? "-" : value));
        Part keys = new Folded("the keys that all runs share", new Listing(shared.table()));
        if (runs.size() == 1) keys = new Folded("every key", new Listing(shared.table()));
        String machines = runs.stream()
                .map(run -> run.state().provenance())
                .map(on -> "commit " + on.commit() + "; Java " + on.java() + "; " + on.os() + "; " + on.cpu() + "; "
                        + on.backend())
                .distinct()
                .collect(Collectors.joining(" | "));
        return new Part[] {keys, new Prose("Run on: " + machines)};
    }

    private Part[] repeat() {
        List<String> single = runs.stream().map(Repetition::train).toList();
        List<String> again = runs.stream()
                .map(run -> "./bb rerun " + run.identity())
                .distinct()
                .toList();
        Part promise =
                new Prose("These commands give the same numbers, bit for bit with the same backend and vector width;"
                        + " bb rerun checks it.");
        if (selection.commands().isEmpty()) return new Part[] {promise, new Commands(single), new Commands(again)};
        return new Part[] {
            promise,
            new Commands(selection.commands()),
            new Folded("run by run", new Commands(single)),
            new Folded("to check each run", new Commands(again))
        };
    }
}
