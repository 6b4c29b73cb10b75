package backcopy.command;

import backcopy.experiment.Experiment;
import backcopy.figure.Figure;
import backcopy.run.Scale;
import backcopy.theory.prediction.Prediction;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/** The words that a shell offers where a name is due. */
final class Candidates {
    private Candidates() {}

    static final class Scales implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Arrays.stream(Scale.values()).map(Scale::toString).iterator();
        }
    }

    static final class Experiments implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return backcopy.experiment.Experiments.ALL.stream()
                    .map(Experiment::name)
                    .iterator();
        }
    }

    static final class Figures implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return backcopy.figure.Figures.ALL.stream().map(Figure::name).iterator();
        }
    }

    static final class Predictions implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return backcopy.theory.prediction.Predictions.ALL.stream()
                    .map(Prediction::name)
                    .iterator();
        }
    }

    static final class Engines implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of("local", "slurm").iterator();
        }
    }
}
