package backcopy.theory.prediction;

import java.util.List;
import java.util.stream.Stream;

/** Every prediction. */
public final class Predictions {
    public static final List<Prediction> ALL = Stream.of(
                    TaskPredictions.ALL,
                    ReducedModelPredictions.ALL,
                    SinkLogitPredictions.ALL,
                    DrainPredictions.ALL,
                    MeanFieldPredictions.ALL,
                    FiniteContextPredictions.ALL,
                    BackcopyPredictions.ALL,
                    ReluPredictions.ALL,
                    OptimizerPredictions.ALL,
                    PeakPredictions.ALL,
                    ConstructionPredictions.ALL,
                    ValueSoftmaxPredictions.ALL,
                    TriggerMeanPredictions.ALL)
            .flatMap(List::stream)
            .toList();

    private Predictions() {}

    /** The prediction of this name. */
    public static Prediction named(String name) {
        return ALL.stream()
                .filter(prediction -> prediction.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("prediction " + name + " is not one of "
                        + ALL.stream().map(Prediction::name).toList()));
    }
}
