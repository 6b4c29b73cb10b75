package backcopy.theory.prediction;

import backcopy.task.BigramBackcopy;
import backcopy.task.CounterRandom;
import backcopy.task.Occupancy;
import java.util.List;
import java.util.random.RandomGenerator;

/** What the task's data are, before anything is trained on them. */
final class TaskPredictions {
    static final List<Prediction> ALL = List.of(
            new Prediction(
                    "adjacent-triggers",
                    "two triggers are never neighbors",
                    "own, by induction: the first token is no trigger, and a trigger copies what is none",
                    TaskPredictions::adjacentTriggers),
            new Prediction(
                    "trigger-occupancy",
                    "P(x_t is a trigger), from the recursion over positions",
                    "own, task.Occupancy",
                    TaskPredictions::triggerOccupancy),
            new Prediction(
                    "least-risk",
                    "-log P*(x_(t+1)) averages to the oracle's entropy",
                    "own, task.Occupancy",
                    TaskPredictions::leastRisk));

    private static final int LENGTH = 256;
    private static final int SEQUENCES = 8000;

    private TaskPredictions() {}

    private static List<Comparison> adjacentTriggers() {
        return List.of(Comparison.absolute("pairs in 2048000 tokens", 0, sample().pairs, 0));
    }

    private static List<Comparison> triggerOccupancy() {
        double exact = new Occupancy(Examples.task(LENGTH)).triggerFraction(1, LENGTH + 1);
        return List.of(
                Comparison.absolute("exact, positions 1 to 256", 0.256496, exact, 1e-6),
                Comparison.absolute("sampled, 2048000 tokens", exact, sample().triggers, 3e-3));
    }

    private static List<Comparison> leastRisk() {
        BigramBackcopy task = Examples.task(LENGTH);
        Occupancy occupancy = new Occupancy(task);
        return List.of(
                Comparison.absolute(
                        "corpus, bigram, nats", 2.452566, task.table().bigramEntropy(), 1e-6),
                Comparison.absolute(
                        "non-triggers at positions 1 to 255, nats", 2.216462, occupancy.bigramEntropy(1, LENGTH), 1e-6),
                Comparison.absolute("the same and <s>, nats", 2.222751, occupancy.bigramEntropy(0, LENGTH), 1e-6),
                Comparison.absolute("per prediction, nats", 1.654868, occupancy.lossPerToken(), 1e-6),
                Comparison.absolute(
                        "sampled, per prediction, nats", occupancy.lossPerToken(), sample().surprise, 5e-3));
    }

    private record Sample(int pairs, double triggers, double surprise) {}

    private static Sample sample() {
        BigramBackcopy task = Examples.task(LENGTH);
        RandomGenerator random = new CounterRandom(11);
        int[] sequence = new int[LENGTH + 1];
        double[] law = new double[task.vocabularySize()];
        int pairs = 0;
        int triggers = 0;
        double surprise = 0;
        for (int i = 0; i < SEQUENCES; i++) {
            task.sample(random, sequence);
            for (int t = 0; t < LENGTH; t++) {
                boolean trigger = task.isTrigger(sequence[t + 1]);
                if (trigger) triggers++;
                if (trigger && task.isTrigger(sequence[t])) pairs++;
                task.oracle().law(t == 0 ? -1 : sequence[t - 1], sequence[t], law);
                surprise -= Math.log(law[sequence[t + 1]]);
            }
        }
        double tokens = (double) SEQUENCES * LENGTH;
        return new Sample(pairs, triggers / tokens, surprise / tokens);
    }
}
