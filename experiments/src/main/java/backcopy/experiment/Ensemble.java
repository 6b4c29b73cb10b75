package backcopy.experiment;

import backcopy.figure.Table;
import backcopy.probe.Observable;
import backcopy.run.ObservablesFile;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import backcopy.run.RunState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The runs of one condition, one for each seed. Whatever is read from them ends at the spec's last step, even where a run
 * has been lengthened since.
 *
 * @param name of the condition
 * @param specs one a run
 * @param runs finished, in the order of the seeds
 */
record Ensemble(String name, List<RunSpec> specs, List<RunDirectory> runs) {
    /** And the runs of more seeds. */
    Ensemble with(List<RunSpec> moreSpecs, List<RunDirectory> moreRuns) {
        List<RunSpec> allSpecs = new ArrayList<>(specs);
        allSpecs.addAll(moreSpecs);
        List<RunDirectory> allRuns = new ArrayList<>(runs);
        allRuns.addAll(moreRuns);
        return new Ensemble(name, allSpecs, allRuns);
    }

    /** Those that came to their last step. */
    Ensemble finished() {
        List<Integer> finished = IntStream.range(0, runs.size())
                .filter(run -> !runs.get(run).state().hasDiverged())
                .boxed()
                .toList();
        return new Ensemble(
                name,
                finished.stream().map(specs::get).toList(),
                finished.stream().map(runs::get).toList());
    }

    /** The steps at which the loss of the others was not finite. */
    long[] divergences() {
        return runs.stream()
                .map(RunDirectory::state)
                .filter(RunState::hasDiverged)
                .mapToLong(RunState::steps)
                .toArray();
    }

    long last() {
        return specs.get(0).train().steps();
    }

    long seed(int run) {
        return specs.get(run).train().seed();
    }

    /** A recorded number of one run over training. */
    Curve curve(int run, String number) {
        return Curve.of(runs.get(run), number, last());
    }

    /** [seeds] a quantity of a recorded number's curve. */
    double[] curves(String number, ToDoubleFunction<Curve> quantity) {
        return IntStream.range(0, runs.size())
                .mapToDouble(run -> quantity.applyAsDouble(curve(run, number)))
                .toArray();
    }

    /** [seeds] a recorded number at the last step. */
    double[] finals(String number) {
        return curves(number, Curve::last);
    }

    /** [seeds] a recorded number at the first step. */
    double[] firsts(String number) {
        return curves(number, Curve::first);
    }

    /** An array that one run recorded at the last step. */
    Observable array(int run, String name) throws IOException {
        return ObservablesFile.read(runs.get(run).observables(last())).stream()
                .filter(observable -> observable.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no observable " + name));
    }

    /**
     * Recorded numbers of several conditions over training: {@code condition}, {@code seed}, {@code step}, then a column for
     * each.
     *
     * @param columns one for each of {@code numbers}
     */
    static Table table(List<Ensemble> conditions, List<String> columns, List<String> numbers) {
        List<String> header = new ArrayList<>(List.of("condition", "seed", "step"));
        header.addAll(columns);
        Table.Rows rows = Table.rows(header.toArray(new String[0]));
        for (Ensemble ensemble : conditions)
            for (int run = 0; run < ensemble.runs().size(); run++) {
                List<Curve> curves = new ArrayList<>();
                for (String number : numbers) curves.add(ensemble.curve(run, number));
                for (int i = 0; i < curves.get(0).steps().length; i++) {
                    List<Object> row = new ArrayList<>(List.of(
                            ensemble.name(), ensemble.seed(run), curves.get(0).steps()[i]));
                    for (Curve curve : curves) row.add(curve.values()[i]);
                    rows.add(row.toArray());
                }
            }
        return rows.table();
    }

    /** [seeds] what the operator makes of two quantities, seed by seed. */
    static double[] paired(double[] some, double[] others, DoubleBinaryOperator operator) {
        if (some.length != others.length)
            throw new IllegalArgumentException(some.length + " seeds cannot be paired with " + others.length);
        return IntStream.range(0, some.length)
                .mapToDouble(seed -> operator.applyAsDouble(some[seed], others[seed]))
                .toArray();
    }

    /** [seeds] some minus others, seed by seed. */
    static double[] differences(double[] some, double[] others) {
        return paired(some, others, (a, b) -> a - b);
    }

    /** [seeds] log10 of some over others, seed by seed: 0.3 is twice as much. */
    static double[] logRatios(double[] some, double[] others) {
        return paired(some, others, (a, b) -> Math.log10(a / b));
    }
}
