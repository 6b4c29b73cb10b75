package backcopy.pretrained;

import backcopy.backend.StoredProducts;
import backcopy.backend.Workers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * All inputs and all ablations through one model. Texts and ablations go together through as many passes as their numbers need,
 * which depends on the model and on the request, not on the machine.
 */
public final class Probing {
    /** Numbers of activations that a pass holds, each of 8 bytes. */
    private static final long NUMBERS = 80_000_000;

    private static final int MOST_ROWS = 8192;

    private final Checkpoint checkpoint;
    private final List<TokenInput> inputs;
    private final List<Ablation> ablations;
    private final List<Signatures> signatures = new ArrayList<>();

    private Probing(Checkpoint checkpoint, List<TokenInput> inputs, List<Ablation> ablations) {
        this.checkpoint = checkpoint;
        this.inputs = List.copyOf(inputs);
        this.ablations = List.copyOf(ablations);
        for (TokenInput input : inputs)
            signatures.add(new Signatures(
                    checkpoint.architecture(), input.texts().length, input.length(), ablations.size() + 1));
    }

    /**
     * Runs the passes.
     *
     * @param inputs each of a length of its own, and not more than the model has positions
     * @param ablations besides the model as it is
     * @param export what looks on too, or null
     * @throws Stop when {@code pace} says so
     */
    public static Findings run(
            Checkpoint checkpoint,
            List<TokenInput> inputs,
            List<Ablation> ablations,
            ExportFile export,
            StoredProducts products,
            Workers workers,
            Pace pace) {
        Architecture model = checkpoint.architecture();
        for (TokenInput input : inputs) {
            if (input.length() > model.positions())
                throw new IllegalArgumentException(input.name() + " has sequences of " + input.length()
                        + " tokens, more than the " + model.positions() + " positions of " + checkpoint.folder());
            long widest = Math.max(Math.max(model.width(), model.mlpWidth()), model.heads() * (long) model.headWidth());
            if (input.length() * Math.max(2 * widest, input.length()) > Integer.MAX_VALUE)
                throw new IllegalArgumentException(input.name() + " has sequences of " + input.length()
                        + " tokens, more than an array holds; --length takes fewer");
            for (int[] text : input.texts())
                for (int token : text)
                    if (token < 0 || token >= checkpoint.vocabulary())
                        throw new IllegalArgumentException(input.name() + ": token " + token
                                + " is not between 0 and " + (checkpoint.vocabulary() - 1) + ", the vocabulary of "
                                + checkpoint.folder());
        }
        Probing probing = new Probing(checkpoint, inputs, ablations);
        List<Turn> turns = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) probing.turns(i, turns);
        pace.expect(turns.size() * (model.layers() + 1));
        Forward forward = new Forward(checkpoint, products, workers, pace);
        for (Turn turn : turns) probing.run(turn, forward, export);
        return new Findings(checkpoint, products.arithmetic(), inputs, ablations, probing.signatures);
    }

    /** One pass: some texts of an input, with some ablations. */
    private record Turn(int input, int firstText, int texts, int firstAblation, int ablations) {}

    private void turns(int number, List<Turn> turns) {
        TokenInput input = inputs.get(number);
        long rows = Math.min(MOST_ROWS, NUMBERS / Forward.numbersPerRow(checkpoint.architecture()));
        int most = (int) Math.max(1, rows / input.length());
        int together = Math.min(ablations.size(), Math.max(1, most - 1)), texts = Math.max(1, most / (together + 1));
        for (int text = 0; text < input.texts().length; text += texts)
            for (int ablation = 0; ablation == 0 || ablation < ablations.size(); ablation += Math.max(1, together))
                turns.add(new Turn(
                        number,
                        text,
                        Math.min(texts, input.texts().length - text),
                        ablation,
                        Math.min(together, ablations.size() - ablation)));
    }

    private void run(Turn turn, Forward forward, ExportFile export) {
        List<Forward.Numbered> numbered = new ArrayList<>();
        for (int i = 0; i < turn.ablations; i++)
            numbered.add(new Forward.Numbered(turn.firstAblation + i + 1, ablations.get(turn.firstAblation + i)));
        Signatures signature = signatures.get(turn.input);
        int[][] texts = Arrays.copyOfRange(inputs.get(turn.input).texts(), turn.firstText, turn.firstText + turn.texts);
        Observer observer = export == null ? signature : new Both(signature, export);
        forward.pass(texts, turn.firstText, numbered, turn.firstAblation == 0, observer);
    }

    /** Two that look on. */
    private record Both(Observer one, Observer other) implements Observer {
        @Override
        public boolean wantsAllScores() {
            return one.wantsAllScores() || other.wantsAllScores();
        }

        @Override
        public boolean wantsValueStates() {
            return one.wantsValueStates() || other.wantsValueStates();
        }

        @Override
        public void head(
                int layer,
                int head,
                int text,
                double[] scores,
                double[] pattern,
                double[] outputs,
                int at,
                int stride) {
            one.head(layer, head, text, scores, pattern, outputs, at, stride);
            other.head(layer, head, text, scores, pattern, outputs, at, stride);
        }

        @Override
        public void values(int layer, int text, double[] values, int at) {
            one.values(layer, text, values, at);
            other.values(layer, text, values, at);
        }

        @Override
        public void valueStates(int layer, int head, int text, double[] states, int at) {
            one.valueStates(layer, head, text, states, at);
            other.valueStates(layer, head, text, states, at);
        }

        @Override
        public void residual(int layer, int ablation, int text, double[] states, int at) {
            one.residual(layer, ablation, text, states, at);
            other.residual(layer, ablation, text, states, at);
        }

        @Override
        public void logits(int text, int first, int count, double[] logits, int at) {
            one.logits(text, first, count, logits, at);
            other.logits(text, first, count, logits, at);
        }

        @Override
        public void loss(int ablation, int text, double loss) {
            one.loss(ablation, text, loss);
            other.loss(ablation, text, loss);
        }
    }
}
