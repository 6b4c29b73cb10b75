package backcopy.theory;

import static org.junit.jupiter.api.Assertions.assertEquals;

import backcopy.task.CounterRandom;
import backcopy.theory.prediction.Examples;
import org.junit.jupiter.api.Test;

class SinkRowTest {
    private static final ReducedModel MODEL = Examples.meanField(6, 60, 2);
    private static final double[] PARAMETERS = MODEL.parameters(1.5, 0, 4);

    private static SinkRow row(Context context) {
        return new SinkRow(
                MODEL.row(context.token()), Bags.bag(MODEL, PARAMETERS, context), context.length(), context.weight());
    }

    @Test
    void itsPullIsTheReducedModels() {
        double[] gradient = new double[MODEL.dimension()];
        for (double sinkLogit : new double[] {-2, 1.5, 8, 30}) {
            double[] parameters = PARAMETERS.clone();
            for (int v = 0; v < 6; v++) parameters[MODEL.logit(v)] = sinkLogit;
            MODEL.gradient(parameters, gradient);
            for (Context context : MODEL.contexts())
                assertEquals(
                        1,
                        -gradient[MODEL.logit(context.token())] / row(context).pull(sinkLogit),
                        1e-10);
        }
    }

    @Test
    void itsLawIsTheReducedModels() {
        SinkLogitLaw law = new SinkLogitLaw(MODEL, PARAMETERS);
        for (Context context : MODEL.contexts())
            assertEquals(law.sinkLogit(context.token(), 30), row(context).law(30), 1e-12);
    }

    @Test
    void labelsGiveTheRowsGradientInTheMeanAndTheStatedNoise() {
        double[] law = {0.5, 0.3, 0.2, 0}, bag = {4, 1, 2, 1e9};
        SampledSinkLogit sampled = new SampledSinkLogit(law, bag, 10, 0.4, 4, new CounterRandom(1));
        SinkRow row = new SinkRow(law, bag, 10, 0.4);
        double sinkLogit = 2, mean = 0, square = 0;
        int draws = 200_000;
        for (int draw = 0; draw < draws; draw++) {
            double gradient = sampled.value(new double[] {sinkLogit})[0];
            mean += gradient / draws;
            square += gradient * gradient / draws;
        }
        double deviation = Math.sqrt(square - mean * mean);
        double x = row.leak(sinkLogit);
        double noise = 0.4 * x * (1 - x) * Math.sqrt(row.bagVariance() / 4) / 10;
        assertEquals(1, deviation / noise, 0.01);
        assertEquals(-row.pull(sinkLogit), mean, 4 * noise / Math.sqrt(draws));
        assertEquals(sampled.signal(), 0.4 * x * (1 - x) * row.bagVariance() / 100 / noise, 1e-12);
    }
}
