package backcopy.experiment;

import backcopy.run.RunSpec;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What was run, in the short line under a figure's title. */
final class Settings {
    private Settings() {}

    /** The specs' common settings and their seeds. */
    static String of(List<RunSpec> specs) {
        RunSpec spec = specs.get(0);
        List<Long> seeds = specs.stream().map(s -> s.train().seed()).toList();
        return String.format(
                Locale.ROOT,
                "%d layer%s, %s, width %d, length %d, batch %d, %s at rate %s, %,d steps, seed%s %s",
                spec.model().layers(),
                spec.model().layers() == 1 ? "" : "s",
                spec.model().attention(),
                spec.model().width(),
                spec.task().sequenceLength(),
                spec.train().batchSize(),
                spec.optimizer().name(),
                spec.optimizer().learningRate(),
                spec.train().steps(),
                seeds.size() == 1 ? "" : "s",
                words(seeds));
    }

    private static String words(List<Long> seeds) {
        int n = seeds.size();
        boolean consecutive = n > 2 && seeds.get(n - 1) - seeds.get(0) == n - 1;
        return consecutive
                ? seeds.get(0) + "\u2013" + seeds.get(n - 1)
                : seeds.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
