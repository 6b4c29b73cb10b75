package backcopy.run;

import backcopy.train.Trainer;
import java.io.IOException;
import java.util.function.BooleanSupplier;

/**
 * Comes once more to a step that a run has come by, with the same bits, and keeps what it had come to there. The run stays as
 * it is: finished, stopped or failed at its later step.
 */
final class Replay {
    private final Setup setup;
    private final RunWriter writer;
    private final Progress progress;
    private final BooleanSupplier stop;
    private final double checkpointSeconds;
    private final long steps;
    private final double tokensPerStep;
    private final double began = now();
    private double checkpointed = began;

    /**
     * @param setup with the weights of where it begins
     * @param spec whose last step is to be kept
     * @param writer that has not begun
     */
    Replay(
            Setup setup,
            RunSpec spec,
            RunWriter writer,
            Progress progress,
            BooleanSupplier stop,
            double checkpointSeconds) {
        this.setup = setup;
        this.writer = writer;
        this.progress = progress;
        this.stop = stop;
        this.checkpointSeconds = checkpointSeconds;
        steps = spec.train().steps();
        tokensPerStep = (double) spec.train().batchSize() * spec.task().sequenceLength();
    }

    /**
     * The run at the step; or interrupted on the way, where the next replay goes on.
     *
     * @param from updates that the weights have had
     */
    RunDirectory run(long from) throws IOException {
        RunDirectory directory = writer.directory();
        Trainer trainer = setup.trainer();
        progress.begins(directory, from, steps);
        try {
            long step = from;
            for (; step < steps && !stop.getAsBoolean(); step++) {
                if (now() - checkpointed > checkpointSeconds) save(step);
                trainer.advance(step, setup.interventions(step));
                double seconds = now() - began;
                progress.at(
                        step + 1,
                        steps,
                        seconds,
                        speed(step + 1, from),
                        seconds / (step + 1 - from) * (steps - step - 1));
            }
            if (step < steps) {
                save(step);
                return directory.stopped(directory
                        .state()
                        .replayed(step, from, writer.state().provenance(), now() - began, speed(step, from))
                        .interrupted());
            }
            Setup.Measured measured = setup.measure(steps);
            RunState then = directory
                    .state()
                    .replayed(steps, from, writer.state().provenance(), now() - began, speed(steps, from))
                    .finished(measured.numbers());
            writer.keep(setup.checkpoint(steps), measured.arrays(), then);
            return directory.at(steps);
        } finally {
            progress.ends();
        }
    }

    private void save(long step) throws IOException {
        setup.trainer().settle();
        writer.save(setup.checkpoint(step), false);
        checkpointed = now();
    }

    private double speed(long step, long from) {
        double seconds = now() - began;
        return seconds > 0 ? (step - from) * tokensPerStep / seconds : 0;
    }

    private static double now() {
        return System.nanoTime() * 1e-9;
    }
}
