package backcopy.experiment;

import backcopy.figure.DrainLimitFigure;
import backcopy.figure.Figure;
import backcopy.figure.PeakGrowthFigure;
import backcopy.figure.Picture;
import backcopy.figure.SinkDrainPhaseFigure;
import backcopy.figure.SinkLogitLawFigure;
import backcopy.figure.SinkSlopesFigure;
import backcopy.figure.Table;
import backcopy.task.BigramBackcopy;
import backcopy.theory.DrainLaw;
import backcopy.theory.GradientFlow;
import backcopy.theory.Laplacian;
import backcopy.theory.ReducedModel;
import backcopy.theory.SinkLogitLaw;
import backcopy.theory.prediction.Examples;
import backcopy.theory.prediction.PeakCase;
import backcopy.theory.prediction.SinkCase;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The figures of the theory, from flows that are integrated on the spot: they need no run. */
public final class TheoryFigures {
    /** How strongly a token's value state raises its own output logit, where it is frozen: a round number near trained nets'. */
    private static final double XI = 10;

    private static final int LENGTH = 128;

    private record Drawing(Figure figure, String setting, Supplier<Table> table) {}

    private static final List<Drawing> DRAWINGS = List.of(
            new Drawing(
                    new SinkLogitLawFigure(),
                    "tokens of the task, one mean bag of " + LENGTH + ", xi = 10, beta constant",
                    TheoryFigures::sinkLogits),
            new Drawing(new DrainLimitFigure(), "random table of 6 tokens, n = 60, alpha = 3", TheoryFigures::drain),
            new Drawing(
                    new SinkDrainPhaseFigure(),
                    "the task's table, xi = 10, equal rates, t up to e^20; one bag: n = 128; contexts: 40 sequences of 256",
                    TheoryFigures::phase),
            new Drawing(
                    new SinkSlopesFigure(),
                    "one row of 8 tokens, n = 60; 'bag' is s / n, part 0.5, beyond 1.5, against -0.5 times it",
                    TheoryFigures::slopes),
            new Drawing(
                    new PeakGrowthFigure(),
                    "minimal stack of width 64 under 20 random rows, n = 60; Adam 3e-4; one seed",
                    TheoryFigures::peaks));

    private TheoryFigures() {}

    /** The figures' names. */
    public static List<String> names() {
        return DRAWINGS.stream().map(drawing -> drawing.figure.name()).toList();
    }

    /** Integrates what these figures show and draws them, those that {@link #names()} has, one by one. */
    public static Stream<Picture> pictures(List<String> names) {
        return DRAWINGS.stream()
                .filter(drawing -> names.contains(drawing.figure.name()))
                .map(drawing -> drawing.figure.draw(drawing.setting, drawing.table.get()));
    }

    /** Tokens from frequent to rare. */
    private static Table sinkLogits() {
        BigramBackcopy task = Examples.task(LENGTH);
        ReducedModel model = Examples.taskMeanField(task);
        double[] start = model.parameters(0, 0, XI);
        double[] times = GradientFlow.logTimes(-4, 36, 161);
        double[][] states = new GradientFlow(model, model.parameters(1, 0, 0)).explicit(start, times, 1e-10);
        SinkLogitLaw law = new SinkLogitLaw(model, start);
        int[] byFrequency = Arrays.stream(model.activeTokens())
                .boxed()
                .sorted(Comparator.comparingDouble(v -> -model.contexts().get(0).count(v)))
                .mapToInt(Integer::intValue)
                .toArray();
        Table.Rows rows = Table.rows("series", "log.time", "sink.logit", "law");
        for (int rank : new int[] {0, 10, 45, byFrequency.length - 1}) {
            int token = byFrequency[rank];
            String series = "'" + task.symbol(token) + "', no. " + (rank + 1) + " of " + byFrequency.length;
            for (int i = 0; i < times.length; i++)
                rows.add(series, times[i], states[i][model.logit(token)], law.sinkLogit(token, times[i]));
        }
        return rows.table();
    }

    private static Table drain() {
        int tokens = 6;
        ReducedModel model = Examples.meanField(tokens, 60, 3);
        double[] start = model.parameters(3, 0, 1);
        for (int k = 0; k < tokens; k++) start[model.beta(k)] = 1 - 0.4 * k;
        double[] times = GradientFlow.logTimes(-2, 14, 129);
        double[][] states = new GradientFlow(model, model.parameters(0, 1, 0)).implicit(start, times, 1e-9);
        double[] limit = new DrainLaw(model, start).limit();
        Table.Rows rows = Table.rows("series", "log.time", "beta", "limit");
        for (int k = 0; k < tokens; k++)
            for (int i = 0; i < times.length; i++) rows.add("token " + k, times[i], states[i][model.beta(k)], limit[k]);
        return rows.table();
    }

    private static Table phase() {
        ReducedModel oneBag = Examples.taskMeanField(Examples.task(LENGTH));
        ReducedModel contexts = Examples.taskFiniteContext(Examples.task(2 * LENGTH), 40, 16, 7);
        Map<String, ReducedModel> models = new LinkedHashMap<>();
        models.put("contexts differ", contexts);
        models.put("one bag", oneBag);
        Table.Rows rows = Table.rows("series", "drain", "sink.mass", "log.time");
        double[] times = GradientFlow.logTimes(-4, 20, 769);
        models.forEach((name, model) -> {
            for (double sinkLogit : new double[] {0, 5}) {
                double[] start = model.parameters(sinkLogit, 0, XI);
                for (int k = 0; k < model.vocabulary(); k++)
                    start[model.beta(k)] = sinkLogit == 0 ? 0 : 0.5 * Math.sin(k); // any start with content
                double[][] states = new GradientFlow(model, model.parameters(1, 1, 0)).implicit(start, times, 1e-5);
                Laplacian laplacian = new Laplacian(model);
                String series = name + (sinkLogit == 0 ? ", from nothing" : ", from a sink with content");
                for (int i = 0; i < times.length; i++)
                    rows.add(series, drained(model, laplacian, states[i]), model.sinkMass(states[i]), times[i]);
            }
        });
        return rows.table();
    }

    private static double drained(ReducedModel model, Laplacian laplacian, double[] state) {
        double[] beta = Arrays.copyOfRange(state, model.beta(0), model.beta(0) + model.vocabulary());
        return Math.sqrt(Arrays.stream(laplacian.centered(beta)).map(x -> x * x).sum());
    }

    /** The laws are of late times: early on they would only cross each other. */
    private static Table slopes() {
        double[] times = GradientFlow.logTimes(-4, 36, 161);
        Table.Rows rows = Table.rows("series", "log.time", "sink.logit", "law");
        for (SinkCase sinkCase : SinkCase.all()) {
            double[] alphas = sinkCase.sinkLogits(times);
            IntStream.range(0, times.length)
                    .forEach(i -> rows.add(
                            sinkCase.assumption(),
                            times[i],
                            alphas[i],
                            times[i] < 5 ? Double.NaN : sinkCase.law().applyAsDouble(times[i])));
        }
        return rows.table();
    }

    private static Table peaks() {
        int parts = 60;
        Table.Rows rows = Table.rows("series", "step", "residual.norm");
        for (PeakCase peakCase : PeakCase.all()) {
            double[] norms = peakCase.norms(parts);
            for (int part = 0; part <= parts; part++)
                rows.add(peakCase.name(), part * PeakCase.STEPS / parts, norms[part]);
        }
        return rows.table();
    }
}
