package backcopy.theory;

import java.util.stream.IntStream;

/** The bags of the reduced model: {@code s_k = xi_k c_k}, what the value states of a context's tokens add up to. */
final class Bags {
    private Bags() {}

    /** s of one context, [vocabulary]. */
    static double[] bag(ReducedModel model, double[] parameters, Context context) {
        return IntStream.range(0, model.vocabulary())
                .mapToDouble(k -> parameters[model.xi(k)] * context.count(k))
                .toArray();
    }

    /** {@code Cov_p x = (diag p - p p^T) x}, [vocabulary]. */
    static double[] covariance(double[] law, double[] vector) {
        double mean = Laplacian.dot(law, vector);
        return IntStream.range(0, law.length)
                .mapToDouble(k -> law[k] * (vector[k] - mean))
                .toArray();
    }

    /** {@code Var_p(x)}. */
    static double variance(double[] law, double[] vector) {
        double mean = Laplacian.dot(law, vector);
        return IntStream.range(0, law.length)
                .mapToDouble(k -> law[k] * (vector[k] - mean) * (vector[k] - mean))
                .sum();
    }

    /** The only bag of a mean-field model, and its length. */
    static Context common(ReducedModel model) {
        Context first = model.contexts().get(0);
        for (Context context : model.contexts())
            for (int k = 0; k < model.vocabulary(); k++)
                if (context.count(k) != first.count(k))
                    throw new IllegalArgumentException("this is no mean-field model: its contexts differ");
        return first;
    }
}
