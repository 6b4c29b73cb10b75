package backcopy.figure;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * Curves that the authors of arXiv 2410.13835 published with their code; the resource folder {@code authors} says where
 * they come from. One seed each.
 */
public final class AuthorsCurves {
    private AuthorsCurves() {}

    /**
     * One layer, softmax, AdamW at 3e-4, the paper's task and width (fig. 4b): {@code step}, {@code excess.backcopy},
     * {@code excess.bigram} (oracle of position 0 as in the paper), {@code attention.bos}, {@code score.delta}, {@code
     * value.norm.bos}; steps 0 to 199,000.
     */
    public static Table oneLayerAdamW() {
        return resource("one-layer-adamw.csv");
    }

    private static Table resource(String file) {
        try (InputStream in = AuthorsCurves.class.getResourceAsStream("authors/" + file)) {
            return Csv.read("authors/" + file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a resource of this module
        }
    }
}
