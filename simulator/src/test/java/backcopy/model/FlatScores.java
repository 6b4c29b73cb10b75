package backcopy.model;

import backcopy.attention.Uniform;
import java.util.Set;

/** What a gradient test demands of the weights behind the scores, which some kinds do not move with. */
final class FlatScores {
    /** A row of these stands still once a key has everything. */
    private static final Set<String> SPARSE = Set.of("sparsemax", "entmax-1.5");

    private FlatScores() {}

    /** Agreement; exactly nothing by queries and keys of uniform attention, and possibly of sparse kinds. */
    static void assertGradient(ModelSpec spec, String weight, double[] numerical, double[] analytic) {
        boolean behindScores = weight.contains(".query.") || weight.contains(".key.");
        if (behindScores && spec.attention() instanceof Uniform)
            CentralDifferences.assertFlat(weight, numerical, analytic);
        else if (behindScores && SPARSE.contains(spec.attention().name()))
            CentralDifferences.assertSameOrFlat(weight, numerical, analytic);
        else CentralDifferences.assertSame(weight, numerical, analytic);
    }
}
