package backcopy.theory.prediction;

import backcopy.task.BigramBackcopy;
import backcopy.task.BigramTable;
import backcopy.task.CounterRandom;
import backcopy.task.Occupancy;
import backcopy.task.TaskSpec;
import backcopy.theory.Attention;
import backcopy.theory.Context;
import backcopy.theory.ReducedModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** The reduced models on which predictions are tried: random tables, and the task that is trained on. Seeded. */
public final class Examples {
    private Examples() {}

    /** Random laws, [tokens (given), tokens (next)]: each row uniform among all laws. */
    public static double[][] table(int tokens, long seed) {
        RandomGenerator random = new CounterRandom(seed);
        return IntStream.range(0, tokens).mapToObj(v -> law(tokens, random)).toArray(double[][]::new);
    }

    /** One bag of {@code length} tokens for all queries, all of them non-triggers, with random weights that sum to 1. */
    public static ReducedModel meanField(int tokens, double length, long seed) {
        return meanField(tokens, length, seed, Attention.SOFTMAX);
    }

    /** The same with another attention. */
    public static ReducedModel meanField(int tokens, double length, long seed, Attention attention) {
        RandomGenerator random = new CounterRandom(seed + 1);
        double[] counts = scaled(law(tokens, random), length);
        double[] weights = law(tokens, random);
        List<Context> contexts = IntStream.range(0, tokens)
                .mapToObj(v -> Context.bigram(v, counts, weights[v]))
                .toList();
        return new ReducedModel(table(tokens, seed), contexts, attention);
    }

    /** Several bags for each token, each of tokens drawn one by one; all tokens are non-triggers and count alike. */
    public static ReducedModel finiteContext(int tokens, int contextsEach, int length, long seed) {
        RandomGenerator random = new CounterRandom(seed + 2);
        double[] occupancy = law(tokens, random);
        List<Context> contexts = new ArrayList<>();
        for (int v = 0; v < tokens; v++)
            for (int c = 0; c < contextsEach; c++)
                contexts.add(Context.bigram(v, draws(occupancy, v, length, random), 1.0 / (tokens * contextsEach)));
        return new ReducedModel(table(tokens, seed), contexts, Attention.SOFTMAX);
    }

    /**
     * The same with the last token as the only trigger, which copies each of the other tokens in several contexts. Half of the
     * loss is the trigger's.
     */
    public static ReducedModel withTrigger(int tokens, int contextsEach, int length, long seed, Attention attention) {
        RandomGenerator random = new CounterRandom(seed + 3);
        double[] occupancy = law(tokens, random);
        List<Context> contexts = new ArrayList<>();
        int trigger = tokens - 1;
        double weight = 0.5 / (trigger * contextsEach);
        for (int u = 0; u < trigger; u++)
            for (int c = 0; c < contextsEach; c++) {
                contexts.add(Context.bigram(u, draws(occupancy, u, length, random), weight));
                double[] counts = draws(occupancy, trigger, length, random);
                counts[u]++;
                contexts.add(Context.backcopy(trigger, u, counts, weight));
            }
        return new ReducedModel(table(tokens, seed), contexts, attention);
    }

    /** The task as it is trained on, with sequences of this length. */
    public static BigramBackcopy task(int sequenceLength) {
        BigramTable table = BigramTable.tinyShakespeare();
        return new BigramBackcopy(
                new TaskSpec(BigramBackcopy.NAME, BigramTable.TINY_SHAKESPEARE, 3, sequenceLength, 1), table);
    }

    /**
     * The paper's mean-field model of the task: queries at all non-triggers, weighted by how often they occur at positions 1 to
     * n, and the mean bag of n tokens.
     */
    public static ReducedModel taskMeanField(BigramBackcopy task) {
        int n = task.sequenceLength();
        double[] counts = new double[task.table().characters()];
        Occupancy occupancy = new Occupancy(task);
        for (int position = 1; position <= n; position++)
            for (int k = 0; k < counts.length; k++) counts[k] += occupancy.law(position)[k];
        List<Context> contexts = IntStream.range(0, counts.length)
                .filter(v -> !task.isTrigger(v) && counts[v] > 0)
                .mapToObj(v -> Context.bigram(v, counts, counts[v] / n))
                .toList();
        return new ReducedModel(characters(task), contexts, Attention.SOFTMAX);
    }

    /** The finite-context model of the task: the non-trigger queries of sampled sequences, all of one weight. */
    public static ReducedModel taskFiniteContext(BigramBackcopy task, int sequences, int every, long seed) {
        RandomGenerator random = new CounterRandom(seed);
        int[] sequence = new int[task.sequenceLength() + 1];
        List<double[]> bags = new ArrayList<>();
        List<Integer> tokens = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            task.sample(random, sequence);
            double[] counts = new double[task.table().characters()];
            for (int position = 1; position < sequence.length; position++) {
                counts[sequence[position]]++;
                if (position % every != 0 || task.isTrigger(sequence[position])) continue;
                tokens.add(sequence[position]);
                bags.add(counts.clone());
            }
        }
        List<Context> contexts = IntStream.range(0, bags.size())
                .mapToObj(i -> Context.bigram(tokens.get(i), bags.get(i), 1.0 / bags.size()))
                .toList();
        return new ReducedModel(characters(task), contexts, Attention.SOFTMAX);
    }

    /** The bigram law among characters. */
    private static double[][] characters(BigramBackcopy task) {
        int characters = task.table().characters();
        return IntStream.range(0, characters)
                .mapToObj(v -> Arrays.copyOf(task.table().conditional(v), characters))
                .toArray(double[][]::new);
    }

    private static double[] draws(double[] law, int own, int length, RandomGenerator random) {
        double[] counts = new double[law.length];
        counts[own] = 1;
        for (int i = 1; i < length; i++) {
            double left = random.nextDouble();
            int k = 0;
            while (k < law.length - 1 && (left -= law[k]) > 0) k++;
            counts[k]++;
        }
        return counts;
    }

    /** A random law, [tokens]: uniform among all. */
    static double[] law(int tokens, RandomGenerator random) {
        double[] law = IntStream.range(0, tokens)
                .mapToDouble(k -> -Math.log(1 - random.nextDouble()))
                .toArray();
        return scaled(law, 1 / Arrays.stream(law).sum());
    }

    private static double[] scaled(double[] vector, double factor) {
        return Arrays.stream(vector).map(x -> factor * x).toArray();
    }
}
