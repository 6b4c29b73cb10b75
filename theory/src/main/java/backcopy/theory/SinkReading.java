package backcopy.theory;

/**
 * What the queries of the next layer see of {@code <s>}: one number phi, a function of parameters, that every sink logit is
 * in proportion to. Its parameters are what could grow into a residual peak.
 */
public interface SinkReading {
    /** How many parameters phi has. */
    int parameters();

    /**
     * phi at a point, and its gradient there.
     *
     * @param point [parameters], not modified
     * @param gradient [parameters], overwritten
     */
    double reading(double[] point, double[] gradient);

    /** Euclidean norm of the residual state of {@code <s>} at a point. */
    double norm(double[] point);
}
