package backcopy.experiment;

import backcopy.experiment.Findings.Drawing;
import backcopy.figure.Figures;
import backcopy.figure.Table;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.Scale;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Every mitigation and variant by every signature, one at a time beside softmax attention trained by AdamW, in three layers of
 * which the last has no attention. Three seeds of each; two more of those that three leave open.
 */
public final class Mitigations implements Experiment {
    private static final int FIRST = 3, ALL = 5;
    /** At smoke scale, with the first of all, where a new one stands: one of each way of being measured. */
    private static final List<String> SMOKE =
            List.of("softmax-1", "ReLU", "differential", "uniform (control)", "sink token", "Muon", "decorrelation");

    /** Runs the experiment at laptop scale, or at the scale given, from an IDE. */
    public static void main(String[] arguments) throws Exception {
        Reproduction.main(new Mitigations(), arguments);
    }

    private final List<Switch> switches;
    private final String[] laptop;

    public Mitigations() {
        this(Switches.ALL, "train.steps=500", "train.batchSize=32", "evaluation.sequences=64", "record.every=250");
    }

    /**
     * The same of other switches.
     *
     * @param switches the baseline first
     * @param laptop keys of every run at laptop scale
     */
    Mitigations(List<Switch> switches, String... laptop) {
        this.switches = List.copyOf(switches);
        this.laptop = laptop.clone();
    }

    /** What is compared, the baseline first. */
    List<Switch> switches(Scale scale) {
        if (scale != Scale.SMOKE) return switches;
        return switches.stream()
                .filter(one -> switches.indexOf(one) < 2 || SMOKE.contains(one.name()))
                .toList();
    }

    private Plan plan(Scale scale, int seeds) {
        String[] model = {"model.layers=3", "model.attentionOff=2", "record.probes=sink-score,massive,gradient-sink"};
        Plan plan = Plan.EMPTY
                .withSeeds(Scale.LAPTOP, seeds)
                .at(Scale.SMOKE, with(model, "train.steps=6", "train.batchSize=4"))
                .at(Scale.LAPTOP, with(model, laptop))
                .at(Scale.PAPER, model);
        for (Switch one : switches(scale))
            plan = plan.and(one.name(), one.keys().toArray(new String[0]));
        return plan;
    }

    private static String[] with(String[] some, String... more) {
        return Stream.of(some, more).flatMap(Stream::of).toArray(String[]::new);
    }

    @Override
    public String name() {
        return "mitigations";
    }

    @Override
    public String about() {
        return "every mitigation and variant by sink, drain, peak, outliers, risks and costs, beside softmax and AdamW";
    }

    @Override
    public String laptopTime() {
        return "55 min";
    }

    @Override
    public List<String> figures() {
        return List.of("mitigations");
    }

    @Override
    public List<RunSpec> runs(Scale scale) {
        return plan(scale, FIRST).runs(scale);
    }

    @Override
    public List<RunSpec> more(Scale scale, List<RunDirectory> runs) {
        Plan all = plan(scale, ALL);
        List<Ensemble> first = plan(scale, FIRST).ensembles(scale, runs);
        SwitchRuns baseline = SwitchRuns.recorded(first.get(0), SwitchSignature.MAIN);
        List<RunSpec> more = new ArrayList<>();
        for (Ensemble own : first.subList(1, first.size()))
            if (SwitchRuns.recorded(own, SwitchSignature.MAIN).isOpen(baseline))
                more.addAll(further(all.specs(scale, own.name()), own));
        if (!more.isEmpty())
            more.addAll(0, further(all.specs(scale, switches.get(0).name()), first.get(0)));
        return more;
    }

    private static List<RunSpec> further(List<RunSpec> all, Ensemble first) {
        return all.subList(first.specs().size(), all.size());
    }

    /** A rate that suits the baseline may be too much for a switch. */
    @Override
    public boolean mayDiverge() {
        return true;
    }

    @Override
    public Findings analyze(Scale scale, List<RunDirectory> runs) {
        Map<String, Ensemble> ensembles = ensembles(scale, runs);
        Map<String, SwitchRuns> measured = new LinkedHashMap<>();
        ensembles.forEach((name, ensemble) -> measured.put(name, SwitchRuns.of(ensemble)));
        MitigationTable table = new MitigationTable(switches(scale), measured);
        String setting = Settings.of(ensembles.get(switches.get(0).name()).specs());
        return new Findings(table.verdicts(), drawings(table, setting), tables(table));
    }

    /** Two pictures of some forty rows are read better than one of twice as many. */
    private static List<Drawing> drawings(MitigationTable table, String setting) {
        Map<String, Predicate<String>> parts = new LinkedHashMap<>();
        parts.put("attention", Switches.OF_ATTENTION::contains);
        parts.put("beyond-attention", group -> !Switches.OF_ATTENTION.contains(group));
        List<Drawing> drawings = new ArrayList<>();
        parts.forEach((part, groups) -> table.cellsOf(groups)
                .ifPresent(cells -> drawings.add(new Drawing(Figures.named("mitigations"), setting, cells).of(part))));
        return drawings;
    }

    private static Map<String, Table> tables(MitigationTable table) {
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("mitigations-summary", table.summary());
        tables.put("mitigations-signatures", SwitchSignature.definitions());
        return tables;
    }

    /** The runs of both stages by switch; a first look has no second one. */
    private Map<String, Ensemble> ensembles(Scale scale, List<RunDirectory> runs) {
        int count = Math.min(runs(scale).size(), runs.size());
        List<RunDirectory> first = runs.subList(0, count), further = runs.subList(count, runs.size());
        List<RunSpec> specs = further.isEmpty() ? List.of() : more(scale, first);
        Map<RunSpec, RunDirectory> found = new LinkedHashMap<>();
        for (int run = 0; run < specs.size(); run++) found.put(specs.get(run), further.get(run));
        Plan all = plan(scale, ALL);
        Map<String, Ensemble> ensembles = new LinkedHashMap<>();
        for (Ensemble own : plan(scale, FIRST).ensembles(scale, first)) {
            List<RunSpec> later = all.specs(scale, own.name()).stream()
                    .filter(found::containsKey)
                    .toList();
            ensembles.put(
                    own.name(), own.with(later, later.stream().map(found::get).toList()));
        }
        return ensembles;
    }
}
