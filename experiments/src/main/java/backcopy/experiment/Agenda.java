package backcopy.experiment;

import backcopy.run.Progress;
import backcopy.run.RunDirectory;
import backcopy.run.RunSpec;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.DoubleConsumer;

/**
 * The runs still to be done: what a run tells of itself becomes what is left of all of them. Works of different shapes are
 * compared by their multiplications; how long one takes is measured on the run that is under way.
 */
final class Agenda {
    private final Map<RunSpec, Double> left = new LinkedHashMap<>();
    private final DoubleConsumer estimate;
    private boolean estimated;

    /**
     * @param runs to be done, each once
     * @param estimate told the seconds for all of them before the first begins
     */
    Agenda(Collection<RunSpec> runs, DoubleConsumer estimate) {
        this.estimate = estimate;
        add(runs);
    }

    /** And these, which were not known of at first. */
    void add(Collection<RunSpec> runs) {
        for (RunSpec run : runs)
            left.put(run, run.workPerStep() * (run.train().steps() - run.train().firstStep()));
    }

    /** Progress of one run that tells {@code shown} the time left for all. */
    Progress of(RunSpec spec, Progress shown) {
        return new Progress() {
            private final double workPerStep = spec.workPerStep();
            private double secondsPerWork;

            @Override
            public void found(RunDirectory run) {
                shown.found(run);
            }

            @Override
            public void begins(RunDirectory run, long from, long steps) {
                left.put(spec, workPerStep * (steps - from));
                shown.begins(run, from, steps);
            }

            @Override
            public void estimated(double seconds) {
                secondsPerWork = seconds / left.get(spec);
                if (!estimated) estimate.accept(secondsPerWork * whole());
                estimated = true;
            }

            @Override
            public void at(long step, long steps, double seconds, double tokensPerSecond, double secondsLeft) {
                left.put(spec, workPerStep * (steps - step));
                if (step < steps) secondsPerWork = secondsLeft / left.get(spec);
                shown.at(step, steps, seconds, tokensPerSecond, secondsPerWork * whole());
            }

            @Override
            public void ends() {
                shown.ends();
            }
        };
    }

    private double whole() {
        return left.values().stream().mapToDouble(Double::doubleValue).sum();
    }
}
