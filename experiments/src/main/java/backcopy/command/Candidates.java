package backcopy.command;

import backcopy.bench.Workload;
import backcopy.experiment.Experiment;
import backcopy.figure.Figure;
import backcopy.report.Export;
import backcopy.run.Scale;
import backcopy.theory.prediction.Prediction;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;

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

    static final class Forms implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Export.ALL.keySet().stream(), Stream.of(ExportCommand.PARQUET))
                    .iterator();
        }
    }

    static final class Attentions implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KeyWords.of("model.attention").iterator();
        }
    }

    static final class Backends implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KeyWords.of("train.backend").iterator();
        }
    }

    // What only the shell knows when it completes, by the words of CompletionScript.

    static final class Runs implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(CompletionScript.RUNS).iterator();
        }
    }

    static final class Sweeps implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(CompletionScript.SWEEPS).iterator();
        }
    }

    static final class Keys implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(CompletionScript.KEYS).iterator();
        }
    }

    static final class KeyNames implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return KeyWords.all().keySet().iterator();
        }
    }

    static final class SweepsAndKeys implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return List.of(CompletionScript.SWEEPS, CompletionScript.KEYS).iterator();
        }
    }

    static final class WorkloadsAndKeys implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(Workload.ALL.stream().map(Workload::name), Stream.of(CompletionScript.KEYS))
                    .iterator();
        }
    }

    /** Whatever {@link StoredRuns} takes. */
    static final class Stored implements Iterable<String> {
        @Override
        public Iterator<String> iterator() {
            return Stream.concat(
                            Stream.of(CompletionScript.RUNS, CompletionScript.SWEEPS),
                            backcopy.experiment.Experiments.ALL.stream().map(Experiment::name))
                    .iterator();
        }
    }
}
