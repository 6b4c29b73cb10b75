package backcopy.figure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Curves and numbers that the authors of arXiv 2410.13835 published with their code; the resource folder {@code authors} says
 * where they come from. One seed each.
 */
public final class AuthorsCurves {
    private AuthorsCurves() {}

    /**
     * One layer, softmax, AdamW at 3e-4, the paper's task and width (fig. 4b): {@code step}, {@code excess.backcopy},
     * {@code excess.bigram} (oracle of position 0 as in the paper), {@code attention.bos}, {@code score.delta}, {@code
     * value.norm.bos}, {@code residual.norm.bos}; steps 0 to 199,000.
     */
    public static Table oneLayerAdamW() {
        return resource("one-layer-adamw.csv");
    }

    /** One layer, ReLU attention, AdamW at 3e-3: the same columns; steps 0 to 19,800. */
    public static Table oneLayerRelu() {
        return resource("one-layer-relu.csv");
    }

    /**
     * The block's output in the run of {@link #oneLayerAdamW} at the first ten positions of one sequence: {@code step}, {@code
     * position.0} to {@code position.9}; positions 2 and 7 are triggers, position 0 is {@code <s>}.
     */
    public static Table oneLayerResidualByPosition() {
        return resource("one-layer-residual-by-position.csv");
    }

    /** Three layers, block 0's output at {@code <s>}: {@code step}, {@code adamw}, {@code sgd}, {@code relu}. */
    public static Table threeLayerResidual() {
        return resource("three-layer-residual.csv");
    }

    /** The reduced model of one layer: {@code series}, {@code step}, {@code share} of the series' maximum. */
    public static Table simpleModel() {
        return resource("simple-model.csv");
    }

    /** The runs of the other public definition of the task, one a row. */
    public static Table triad() {
        return resource("triad.csv");
    }

    /** The height of a bar of one of the authors' bar charts, bars counted from 0 in the order they are drawn. */
    public static double bar(String figure, int bar) {
        Table found = resource("bars.csv").where("figure", figure).where("bar", number -> number == bar);
        if (found.rows() != 1) throw new IllegalArgumentException("figure " + figure + " has no bar " + bar);
        return found.numbers("value")[0];
    }

    private static Table resource(String file) {
        try (InputStream in = AuthorsCurves.class.getResourceAsStream("authors/" + file)) {
            return Csv.read("authors/" + file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a resource of this module
        }
    }
}
