package backcopy.pretrained;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Parts of a model that give zero: attention or MLP of a layer, as a whole, or the attention pattern of a head.
 *
 * @param parts in their order, each once
 */
public record Ablation(List<Part> parts) {
    /** Nothing is zeroed. */
    public static final Ablation NONE = new Ablation(List.of());

    private static final int ATTENTION = -1, MLP = -2;
    private static final Pattern NAME =
            Pattern.compile("layers\\.([0-9]{1,4})\\.(?:(attention|mlp)|heads\\.([0-9]{1,4}))");

    /** @param head {@code ATTENTION} or {@code MLP} where it is not one head */
    record Part(int layer, int head) implements Comparable<Part> {
        @Override
        public int compareTo(Part other) {
            return layer != other.layer ? Integer.compare(layer, other.layer) : Integer.compare(other.head, head);
        }

        @Override
        public String toString() {
            String part = head == ATTENTION ? "attention" : head == MLP ? "mlp" : "heads." + head;
            return "layers." + layer + "." + part;
        }
    }

    public Ablation {
        parts = List.copyOf(new TreeSet<>(parts));
    }

    private static Ablation of(Part... parts) {
        return new Ablation(List.of(parts));
    }

    /**
     * The ablations that a user asks for: {@code twelve} for the paper's table, {@code layers} for attention, MLP and both of
     * every layer, {@code heads.N} for every head of layer N by itself, or a list of parts that are zeroed together, such as
     * {@code layers.0.mlp,layers.1.heads.3}.
     *
     * @throws IllegalArgumentException when it is none of these, or names what the model does not have
     */
    public static List<Ablation> parse(String text, Architecture model) {
        if (text.equals("twelve")) return twelve(model);
        List<Ablation> all = new ArrayList<>();
        if (text.equals("layers")) {
            for (int n = 0; n < model.layers(); n++) all.addAll(byPart(n));
            return all;
        }
        if (text.matches("heads\\.[0-9]{1,4}")) {
            int layer = Integer.parseInt(text.substring("heads.".length()));
            require(layer < model.layers(), text, "layer", model.layers());
            for (int head = 0; head < model.heads(); head++) all.add(of(new Part(layer, head)));
            return all;
        }
        List<Part> parts = new ArrayList<>();
        for (String name : text.split(",", -1)) {
            Matcher matcher = NAME.matcher(name.strip());
            if (!matcher.matches())
                throw new IllegalArgumentException("--ablate " + text + ": '" + name.strip()
                        + "' is not twelve, layers, heads.N, layers.N.attention, layers.N.mlp or layers.N.heads.H");
            int layer = Integer.parseInt(matcher.group(1));
            require(layer < model.layers(), text, "layer", model.layers());
            int head = matcher.group(3) != null
                    ? Integer.parseInt(matcher.group(3))
                    : matcher.group(2).equals("mlp") ? MLP : ATTENTION;
            require(head < model.heads(), text, "head", model.heads());
            parts.add(new Part(layer, head));
        }
        return List.of(new Ablation(parts));
    }

    private static void require(boolean holds, String text, String what, int count) {
        if (!holds)
            throw new IllegalArgumentException(
                    "--ablate " + text + ": the model has the " + what + "s 0 to " + (count - 1));
    }

    /** The rows of the paper's table (arXiv 2410.13835) but for the first, which zeroes nothing. */
    private static List<Ablation> twelve(Architecture model) {
        require(model.layers() >= 3, "twelve", "layer", model.layers());
        Part[][] both = new Part[3][];
        for (int n = 0; n < 3; n++) both[n] = new Part[] {new Part(n, ATTENTION), new Part(n, MLP)};
        List<Ablation> rows = new ArrayList<>(byPart(0));
        rows.addAll(byPart(1));
        rows.add(of(both[0][0], both[0][1], both[1][0], both[1][1]));
        rows.addAll(byPart(2));
        rows.add(of(both[0][0], both[0][1], both[1][0], both[1][1], both[2][0], both[2][1]));
        return rows;
    }

    private static List<Ablation> byPart(int layer) {
        Part attention = new Part(layer, ATTENTION), mlp = new Part(layer, MLP);
        return List.of(of(attention), of(mlp), of(attention, mlp));
    }

    /** The layer from which on something is another; {@code otherwise} where nothing is zeroed. */
    int firstLayer(int otherwise) {
        return parts.isEmpty() ? otherwise : parts.get(0).layer();
    }

    boolean zeroesAttention(int layer) {
        return parts.contains(new Part(layer, ATTENTION));
    }

    boolean zeroesMlp(int layer) {
        return parts.contains(new Part(layer, MLP));
    }

    boolean zeroesHead(int layer, int head) {
        return parts.contains(new Part(layer, head));
    }

    /** The head where it is one head alone, else -1. */
    int head() {
        return parts.size() == 1 ? Math.max(-1, parts.get(0).head()) : -1;
    }

    /** The first layer in which something is zeroed. */
    int layer() {
        return parts.get(0).layer();
    }

    /** The parts as a user names them. */
    @Override
    public String toString() {
        return parts.isEmpty()
                ? "nothing"
                : String.join(",", parts.stream().map(Part::toString).toList());
    }
}
