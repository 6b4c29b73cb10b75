package backcopy.experiment;

import backcopy.run.Keys;
import backcopy.run.RunSpec;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What was run, in the short line under a figure's title. */
public final class Settings {
    private Settings() {}

    /** The specs' settings, several where they differ, and their seeds. */
    public static String of(List<RunSpec> specs) {
        String layers = each(specs, spec -> spec.model().layers());
        List<Long> seeds =
                specs.stream().map(s -> s.train().seed()).distinct().sorted().toList();
        return String.format(
                Locale.ROOT,
                "%s layer%s, %s, width %s, length %s, batch %s, %s, %s steps, seed%s %s",
                layers,
                layers.equals("1") ? "" : "s",
                each(specs, spec -> spec.model().attention().name()),
                each(specs, spec -> spec.model().width()),
                each(specs, spec -> spec.task().sequenceLength()),
                each(specs, spec -> spec.train().batchSize()),
                each(
                        specs,
                        spec -> spec.optimizer().name() + " at rate "
                                + Keys.flatten(spec).get("optimizer.learningRate")),
                each(
                        specs,
                        spec -> String.format(Locale.ROOT, "%,d", spec.train().steps())),
                seeds.size() == 1 ? "" : "s",
                words(seeds));
    }

    private static String each(List<RunSpec> specs, Function<RunSpec, Object> setting) {
        return specs.stream().map(setting).map(Object::toString).distinct().collect(Collectors.joining(" or "));
    }

    private static String words(List<Long> seeds) {
        int n = seeds.size();
        boolean consecutive = n > 2 && seeds.get(n - 1) - seeds.get(0) == n - 1;
        return consecutive
                ? seeds.get(0) + "\u2013" + seeds.get(n - 1)
                : seeds.stream().map(Object::toString).collect(Collectors.joining(", "));
    }
}
