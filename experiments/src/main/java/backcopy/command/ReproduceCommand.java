package backcopy.command;

import backcopy.experiment.Drawings;
import backcopy.experiment.Experiment;
import backcopy.experiment.Experiments;
import backcopy.experiment.FirstLook;
import backcopy.experiment.Reproduction;
import backcopy.figure.Fonts;
import backcopy.run.Scale;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bb reproduce}: the main job. */
@Command(
        name = "reproduce",
        description =
                "Runs experiments, draws their figures, and prints each claim with its verdict. Runs that are in the "
                        + "store are not repeated.",
        footer = {"", "Example: bb reproduce --scale smoke sink-emergence"})
final class ReproduceCommand extends Verb implements Callable<Integer> {
    private static final Pattern RANGE = Pattern.compile("(-?[0-9]{1,18})(?:\\.\\.([0-9]{1,18}))?");

    @Parameters(
            arity = "0..*",
            paramLabel = "NAME",
            completionCandidates = Candidates.Experiments.class,
            description = "experiments; bb list names them all and those that run by default")
    private List<String> names = List.of();

    @Option(
            names = "--jobs",
            paramLabel = "N",
            description =
                    "N runs at a time, which share the threads; default: as many as finish soonest. Bits stay the same")
    private Integer jobs;

    @Option(
            names = "--seeds",
            paramLabel = "N|A..B",
            description =
                    "a part: the first N seeds of each condition, or seeds A to B, so that machines and nights can share the"
                            + " work; nothing is judged until the whole is asked for")
    private String seeds;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "a part: N steps of every run; the whole experiment goes on from them")
    private Long steps;

    @Option(names = "--without-figures", description = "write the figures' tables alone, on a machine without fonts")
    private boolean withoutFigures;

    @Mixin
    private ScaleOption scale;

    @Mixin
    private StoreOption store;

    @Override
    public Integer call() throws Exception {
        Scale chosen = scale.scale();
        List<Experiment> experiments = names.isEmpty()
                ? Experiments.DEFAULT
                : names.stream().map(Experiments::named).toList();
        int threads = Runtime.getRuntime().availableProcessors();
        if (jobs != null && (jobs < 1 || jobs > threads))
            throw new IllegalArgumentException(
                    "--jobs = " + jobs + " is not in 1.." + threads + ", the number of threads");
        FirstLook look = part();
        if (!withoutFigures)
            Fonts.missing().ifPresent(why -> {
                throw new IllegalArgumentException(
                        "figures cannot be drawn here, and --without-figures is not given: " + why);
            });
        Reproduction reproduction = new Reproduction(
                store.store(),
                Machine.provenance(),
                interrupt()::requested,
                out(),
                withoutFigures ? Drawings.tablesAlone(out()) : new Drawings(out()),
                new SweepLine(err(), Machine.isTerminal(), "", "runs"),
                jobs == null ? 0 : jobs,
                threads);
        return reproduction.reproduce(experiments, chosen, look) ? 0 : interrupted("the same command");
    }

    private FirstLook part() {
        long most = counted("--steps", steps);
        if (seeds == null) return new FirstLook(0, most);
        Matcher range = RANGE.matcher(seeds);
        if (!range.matches())
            throw new IllegalArgumentException("--seeds = " + seeds + " is not N or A..B, such as 2 or 3..5");
        long first = counted("--seeds", Long.valueOf(range.group(1)));
        if (range.group(2) == null) return new FirstLook(first, most);
        long last = counted("--seeds", Long.valueOf(range.group(2)));
        if (last < first) throw new IllegalArgumentException("--seeds = " + seeds + " has no seed in it");
        return new FirstLook(0, first, last, most);
    }

    /** Zero where the option is not given. */
    private static long counted(String option, Long number) {
        if (number == null) return 0;
        if (number < 1) throw new IllegalArgumentException(option + " = " + number + " is not at least 1");
        return number;
    }
}
