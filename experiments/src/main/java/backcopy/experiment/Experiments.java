package backcopy.experiment;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Every experiment. A new one is its file and its line in one of the lists. */
public final class Experiments {
    /** What {@code bb reproduce} runs where no experiment is named. */
    public static final List<Experiment> DEFAULT = List.of(
            new SinkEmergence(),
            new AttentionMaps(),
            new ResidualGrowth(),
            new SinkConcentration(),
            new ActiveDormant(),
            new DormancyTest(),
            new ThreeLayers(),
            new LayerKnockout(),
            new MinimalStructures());

    /** Run when they are named. */
    private static final List<Experiment> ON_DEMAND = List.of(
            new Ladder(),
            new NormInfluence(),
            new ReluAttention(),
            new WithoutBos(),
            new Relatives(),
            new TrainingAblations(),
            new ArchitectureAblations(),
            new OptimizersAndNorms(),
            new Mitigations(),
            new TwoDefinitions(),
            new ReducedModelTraining(),
            new SoftmaxNecessity(),
            new MutualReinforcement(),
            new Streaming(),
            new ResidualRoundingCost(),
            new TheoryBesideTraining(),
            new FixedContexts(),
            new NormEpsilon());

    public static final List<Experiment> ALL =
            Stream.of(DEFAULT, ON_DEMAND).flatMap(List::stream).toList();

    private Experiments() {}

    /** The experiment of this name. */
    public static Experiment named(String name) {
        return ALL.stream()
                .filter(experiment -> experiment.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("experiment " + name + " is not one of "
                        + ALL.stream().map(Experiment::name).collect(Collectors.joining(", "))));
    }
}
