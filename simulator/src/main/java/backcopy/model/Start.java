package backcopy.model;

import backcopy.task.CounterRandom;
import java.util.random.RandomGenerator;

/**
 * How the numbers of a weight begin: as a linear map's or a table of embeddings', whose law {@link Initialization} names, or by
 * a law of their own, normal with a mean and a deviation.
 */
record Start(Kind kind, double mean, double deviation) {
    enum Kind {
        LINEAR,
        EMBEDDING,
        OWN
    }

    static final Start LINEAR = new Start(Kind.LINEAR, 0, 0);
    static final Start EMBEDDING = new Start(Kind.EMBEDDING, 0, 0);

    static Start constant(double value) {
        return new Start(Kind.OWN, value, 0);
    }

    static Start normal(double deviation) {
        return new Start(Kind.OWN, 0, deviation);
    }

    /** A number by the law of its own; a constant draws nothing. */
    double draw(RandomGenerator random) {
        return deviation == 0 ? mean : mean + deviation * CounterRandom.gaussian(random);
    }
}
