package backcopy.report;

import backcopy.probe.Observable;
import backcopy.run.Measurement;
import backcopy.run.ObservablesFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One file a run for {@code numpy.load}: every observable with the axis {@code step} before its own and its steps in
 * {@code step}; every recorded number as {@code metrics.NAME} over {@code metrics.step}.
 */
final class NpzExport implements Export {
    @Override
    public List<Path> write(Selection selection, Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        for (ReportedRun run : selection.runs()) {
            List<Observable> arrays = new ArrayList<>(metrics(run));
            arrays.addAll(observables(run));
            Path file = directory.resolve(run.label() + ".npz");
            ObservablesFile.write(file, arrays);
            files.add(file);
        }
        return files;
    }

    private static List<Observable> metrics(ReportedRun run) {
        List<Measurement> records = run.records();
        Set<String> names = new LinkedHashSet<>();
        for (Measurement record : records) names.addAll(record.numbers().keySet());
        List<Observable> arrays = new ArrayList<>();
        arrays.add(overSteps(
                "metrics.step", records.stream().mapToDouble(Measurement::step).toArray()));
        for (String name : names)
            arrays.add(overSteps(
                    "metrics." + name,
                    records.stream()
                            .mapToDouble(record -> record.numbers().getOrDefault(name, Double.NaN))
                            .toArray()));
        return arrays;
    }

    private static List<Observable> observables(ReportedRun run) throws IOException {
        List<Long> steps = run.directory().observableSteps().stream()
                .filter(step -> step <= run.lastStep())
                .toList();
        Map<String, List<Observable>> byName = new LinkedHashMap<>();
        for (long step : steps)
            for (Observable array : ObservablesFile.read(run.directory().observables(step)))
                byName.computeIfAbsent(array.name(), name -> new ArrayList<>()).add(array);
        List<Observable> stacked = new ArrayList<>();
        stacked.add(overSteps("step", steps.stream().mapToDouble(step -> step).toArray()));
        byName.forEach((name, arrays) -> {
            if (arrays.size() != steps.size())
                throw new IllegalArgumentException("run " + run.identity() + " has " + name + " at " + arrays.size()
                        + " of " + steps.size() + " steps");
            stacked.add(stacked(arrays));
        });
        return stacked;
    }

    private static Observable overSteps(String name, double... values) {
        return Observable.of(name, List.of("step"), new int[] {values.length}, values);
    }

    private static Observable stacked(List<Observable> arrays) {
        Observable first = arrays.get(0);
        List<String> axes = new ArrayList<>(List.of("step"));
        axes.addAll(first.axes());
        int[] shape = new int[first.shape().length + 1];
        shape[0] = arrays.size();
        System.arraycopy(first.shape(), 0, shape, 1, first.shape().length);
        double[] one = first.toArray();
        double[] all = new double[Math.multiplyExact(arrays.size(), one.length)];
        for (int i = 0; i < arrays.size(); i++)
            System.arraycopy(arrays.get(i).toArray(), 0, all, i * one.length, one.length);
        return Observable.of(first.name(), axes, shape, all);
    }
}
