package backcopy.experiment;

import backcopy.experiment.Ablation.Group;
import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.run.RunDirectory;
import backcopy.run.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Ablations of "When Attention Sink Emerges" (arXiv 2410.10781) on Bigram-Backcopy, each in the published direction, compared
 * seed by seed. What {@link TrainingAblations} and {@link ArchitectureAblations} have in common.
 *
 * @param figure its name
 */
record Ablations(String figure, List<Sheet> sheets) {
    /**
     * Groups that are drawn together.
     *
     * @param name what the picture's name says besides the figure's, empty for nothing
     */
    record Sheet(String name, List<Group> groups) {}

    private static final String SINK = "Sink", CHANGE = "Change";
    private static final String UP = "\u2191 ", DOWN = "\u2193 ";

    /** The runs: every condition once. */
    Plan plan() {
        String probes = "record.probes=sink-score";
        Plan plan = Plan.EMPTY
                .at(Scale.SMOKE, "train.steps=6", "train.batchSize=4", probes)
                .at(Scale.LAPTOP, "train.steps=600", "train.batchSize=32", "record.every=100", probes)
                .at(Scale.PAPER, probes);
        Map<String, Ablation> conditions = new LinkedHashMap<>();
        sheets.stream()
                .flatMap(sheet -> sheet.groups().stream())
                .flatMap(group -> Stream.concat(Stream.of(group.base()), group.ablations().stream()))
                .forEach(one -> conditions.putIfAbsent(one.condition(), one));
        for (Map.Entry<String, Ablation> one : conditions.entrySet())
            plan = plan.and(one.getKey(), one.getValue().keys().toArray(new String[0]));
        return plan;
    }

    /** A verdict for each ablation, and a picture for each sheet. */
    Findings analyze(Plan plan, Scale scale, List<RunDirectory> runs) throws IOException {
        String setting = Settings.of(plan.ensembles(scale, runs).get(0).specs());
        List<Verdict> verdicts = new ArrayList<>();
        List<Drawing> drawings = new ArrayList<>();
        for (Sheet sheet : sheets) {
            Rows rows = new Rows();
            for (Group group : sheet.groups()) {
                Ablation base = group.base();
                double[] before = base.sink().in(plan.ensemble(base.condition(), scale, runs));
                rows.add(group.heading(), base.name(), "compared with", SINK, before);
                rows.add(group.heading(), base.name(), "compared with", CHANGE, 0);
                for (Ablation one : group.ablations()) {
                    double[] after = one.sink().in(plan.ensemble(one.condition(), scale, runs));
                    double[] change = Ensemble.differences(after, before);
                    String row = (one.grows() ? UP : DOWN) + one.name();
                    rows.add(group.heading(), row, "published: " + one.published(), SINK, after);
                    rows.add(group.heading(), row, "published: " + one.published(), CHANGE, change);
                    verdicts.add(one.verdict(group, change));
                }
            }
            Drawing drawing = new Drawing(Figures.named(figure), setting, rows.table());
            drawings.add(sheet.name().isEmpty() ? drawing : drawing.of(sheet.name()));
        }
        return new Findings(verdicts, drawings);
    }
}
