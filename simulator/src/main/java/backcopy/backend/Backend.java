package backcopy.backend;

/**
 * The arithmetic of a transformer as coarse operations on opaque buffers. {@code reference} defines every operation in
 * double; the others are compared with it. Operations are single-threaded and may be called from several threads at once on
 * different outputs. They allocate nothing.
 *
 * <p>Shapes are row-major, outermost axis first. {@code rows} is sequences times positions. Sizes that a call names must fit
 * its buffers. "Added to" means the result is added to what the buffer holds; everything else is overwritten.
 */
public interface Backend extends AutoCloseable {
    /** What a user types: {@code reference}, {@code cpu}, ... */
    String name();

    /** One line for people: precision, instruction set, device. */
    String description();

    /** Width of its vectors in bits; with the name, it decides the last digits. */
    int vectorBits();

    /** Bytes of one of its numbers: 4 for float, 8 for double. */
    int bytesPerNumber();

    /**
     * How many rows of a batch of {@code rows} it wants in one slice: enough for its products to be fast, few enough for a
     * slice's activations to stay where they are fastest and for several threads to have slices. Whatever the machine: it
     * decides the order of sums, and so the last digits.
     */
    int rowsPerSlice(int rows);

    /** {@code size} zeros. */
    Buffer allocate(int size);

    /** Host to device; {@code source} has the size of {@code target}. */
    void write(double[] source, Buffer target);

    /** Device to host; {@code target} has the size of {@code source}. */
    void read(Buffer source, double[] target);

    /** Sets every number to {@code value}. */
    void fill(Buffer target, double value);

    /** {@code target = source}. */
    void copy(Buffer source, Buffer target);

    /** {@code target += source}. */
    void add(Buffer source, Buffer target);

    /** {@code target *= factor}. */
    void scale(Buffer target, double factor);

    /**
     * Copies {@code count} pieces of {@code numbers} each, {@code target[k, i] = source[k, i]}.
     *
     * @param sourceStride numbers from one piece to the next; 0 for the same one each time
     * @param targetStride numbers from one piece to the next
     */
    default void copyEach(Buffer source, int sourceStride, Buffer target, int targetStride, int numbers, int count) {
        for (int k = 0; k < count; k++)
            copy(source.view(k * sourceStride, numbers), target.view(k * targetStride, numbers));
    }

    /**
     * Adds {@code count} pieces as long as the target to it, {@code target[i] += source[k, i]}.
     *
     * @param stride numbers from one piece to the next
     */
    default void addEach(Buffer source, int stride, Buffer target, int count) {
        for (int k = 0; k < count; k++) add(source.view(k * stride, target.size()), target);
    }

    /**
     * {@code target[k, i] *= factors[k]}.
     *
     * @param stride numbers from one piece of {@code numbers} to the next
     */
    default void scaleEach(Buffer target, int stride, int numbers, Buffer factors) {
        double[] all = read(factors);
        for (int k = 0; k < all.length; k++) scale(target.view(k * stride, numbers), all[k]);
    }

    /**
     * {@code dots[k] = x[k] . y[k] / divisor}, summed in double.
     *
     * @param xStride numbers from one piece of {@code numbers} to the next, {@code yStride} likewise
     */
    default void dotEach(Buffer x, int xStride, Buffer y, int yStride, int numbers, double divisor, Buffer dots) {
        double[] all = new double[dots.size()];
        for (int k = 0; k < all.length; k++) {
            double[] xs = read(x.view(k * xStride, numbers)), ys = read(y.view(k * yStride, numbers));
            for (int i = 0; i < numbers; i++) all[k] += xs[i] * ys[i];
            all[k] /= divisor;
        }
        write(all, dots);
    }

    /** {@code factors[k] = norm / |x[k]|}, 0 where that is 0; x is {@code [factors, numbers]}, not modified. */
    default void normFactors(Buffer x, double norm, Buffer factors) {
        double[] all = new double[factors.size()];
        int numbers = x.size() / all.length;
        for (int k = 0; k < all.length; k++) {
            double length = Math.sqrt(sumOfSquares(x.view(k * numbers, numbers)));
            all[k] = length > 0 ? norm / length : 0;
        }
        write(all, factors);
    }

    /** A host copy. */
    private double[] read(Buffer buffer) {
        double[] values = new double[buffer.size()];
        read(buffer, values);
        return values;
    }

    /**
     * Rounds each of {@code groups} parts to signed whole numbers of {@code bits} bits in units of its largest number over
     * {@code 2^(bits-1) - 1}.
     *
     * @param x {@code [groups, numbers]}, overwritten
     */
    default void round(Buffer x, int groups, int bits) {
        double[] values = read(x);
        int numbers = values.length / groups;
        for (int from = 0; from < values.length; from += numbers) {
            double largest = 0;
            for (int i = from; i < from + numbers; i++) largest = Math.max(largest, Math.abs(values[i]));
            double unit = largest / ((1 << bits - 1) - 1);
            if (largest > 0) for (int i = from; i < from + numbers; i++) values[i] = unit * Math.rint(values[i] / unit);
        }
        write(values, x);
    }

    /** The sum of the squares, in double. */
    double sumOfSquares(Buffer source);

    /** The index of the first number that is infinite or not a number, or -1. */
    int firstNonFinite(Buffer source);

    /** A weight {@code [out, in]} to multiply with; shares {@code weight}; packed on return. */
    Matrix matrix(Buffer weight, int out, int in);

    /** Renews the packed form after the weight's buffer changed. */
    void pack(Matrix matrix);

    /** {@code y = x Wᵀ}, or added to {@code y}: x {@code [rows, in]}, y {@code [rows, out]}. */
    void linear(Buffer x, Matrix w, Buffer y, int rows, boolean add);

    /** {@code dX = dY W}, or added to {@code dX}: dY {@code [rows, out]}, dX {@code [rows, in]}. */
    void linearBackwardInput(Buffer dY, Matrix w, Buffer dX, int rows, boolean add);

    /** {@code dW = dYᵀ x}, or added to {@code dW}: dY {@code [rows, out]}, x {@code [rows, in]}, dW {@code [out, in]}. */
    void linearBackwardWeight(Buffer dY, Buffer x, Buffer dW, int rows, int out, int in, boolean add);

    /**
     * {@code h[s, t] = tokenTable[tokens[s, t]] + positionTable[t]}.
     *
     * @param tokens {@code [sequences, length]}, not modified
     */
    void embed(int[] tokens, Buffer tokenTable, Buffer positionTable, Buffer h, int sequences, int length, int width);

    /** The gradients of the two tables, added to. */
    void embedBackward(
            int[] tokens, Buffer dH, Buffer dTokenTable, Buffer dPositionTable, int sequences, int length, int width);

    /**
     * LayerNorm over the last axis with biased variance: {@code y = gain (x - mean) inverse + bias},
     * {@code inverse = 1 / sqrt(variance + epsilon)}.
     *
     * @param mean {@code [rows]} overwritten, for the way back
     * @param inverse {@code [rows]} overwritten, for the way back
     */
    void layerNorm(
            Buffer x,
            Buffer gain,
            Buffer bias,
            double epsilon,
            Buffer y,
            Buffer mean,
            Buffer inverse,
            int rows,
            int width);

    /** Way back of {@link #layerNorm}: {@code dX}, {@code dGain} and {@code dBias} are added to. */
    void layerNormBackward(
            Buffer x,
            Buffer gain,
            Buffer mean,
            Buffer inverse,
            Buffer dY,
            Buffer dX,
            Buffer dGain,
            Buffer dBias,
            int rows,
            int width);

    /**
     * RMSNorm over the last axis: {@code y = gain x inverse}, {@code inverse = 1 / sqrt(mean(x²) + epsilon)}.
     *
     * @param inverse {@code [rows]} overwritten, for the way back
     */
    void rmsNorm(Buffer x, Buffer gain, double epsilon, Buffer y, Buffer inverse, int rows, int width);

    /** Way back of {@link #rmsNorm}: {@code dX} and {@code dGain} are added to. */
    void rmsNormBackward(
            Buffer x, Buffer gain, Buffer inverse, Buffer dY, Buffer dX, Buffer dGain, int rows, int width);

    /**
     * Dynamic tanh in the place of a norm: {@code y = gain tanh(alpha x) + bias}.
     *
     * @param alpha one number
     * @param squashed {@code [rows, width]} overwritten with the tanh, for the way back
     */
    void dynamicTanh(Buffer x, Buffer alpha, Buffer gain, Buffer bias, Buffer squashed, Buffer y, int rows, int width);

    /** Way back of {@link #dynamicTanh}: {@code dX}, {@code dAlpha}, {@code dGain} and {@code dBias} are added to. */
    void dynamicTanhBackward(
            Buffer x,
            Buffer alpha,
            Buffer gain,
            Buffer squashed,
            Buffer dY,
            Buffer dX,
            Buffer dAlpha,
            Buffer dGain,
            Buffer dBias,
            int rows,
            int width);

    /** {@code product = x y}, number by number; {@code product} may be either. */
    void multiply(Buffer x, Buffer y, Buffer product);

    /** {@code y = f(x)}; another buffer. */
    void nonlinear(Nonlinearity f, Buffer x, Buffer y);

    /** {@code dX = f'(x) dY}; {@code dX} may be {@code dY}. */
    void nonlinearBackward(Nonlinearity f, Buffer x, Buffer dY, Buffer dX);

    /** {@code y = x + 1} above 0 and {@code exp(x)} elsewhere, which is elu + 1; {@code y} may be {@code x}. */
    void elu(Buffer x, Buffer y);

    /** {@code dX = min(y, 1) dY} with y the output of {@link #elu}; {@code dX} may be {@code dY}. */
    void eluBackward(Buffer y, Buffer dY, Buffer dX);

    /**
     * Gates: {@code gates = sigmoid(gates)}, then {@code y[r, g, c] = gates[r, g] x[r, g, c]}.
     *
     * @param x {@code [rows, groups, groupWidth]}, not modified
     * @param gates {@code [rows, groups]}, logits on entry
     * @param y overwritten
     */
    void gate(Buffer x, Buffer gates, Buffer y, int rows, int groups, int groupWidth);

    /**
     * Way back of {@link #gate}.
     *
     * @param gates as {@link #gate} left them, not modified
     * @param dX of y on entry, of x on return
     * @param dLogits overwritten
     */
    void gateBackward(Buffer x, Buffer gates, Buffer dX, Buffer dLogits, int rows, int groups, int groupWidth);

    /** {@code y = max(x, 0)}; {@code y} may be {@code x}. */
    void relu(Buffer x, Buffer y);

    /** {@code dX = y > 0 ? dY : 0} with y the output of {@link #relu}; {@code dX} may be {@code dY}. */
    void reluBackward(Buffer y, Buffer dY, Buffer dX);

    /**
     * {@code scores[s, h, i, j] = q[s, i, h] . k[s, j, h] / sqrt(headWidth)} where query i sees key j
     * ({@link AttentionShape#sees}), and 0 elsewhere.
     */
    void scores(Buffer q, Buffer k, Buffer scores, AttentionShape shape);

    /** Way back of {@link #scores}: {@code dQ} and {@code dK} are overwritten. */
    void scoresBackward(Buffer dScores, Buffer q, Buffer k, Buffer dQ, Buffer dK, AttentionShape shape);

    /**
     * Adds a number by distance to the scores between keys behind the mask's kept ones:
     * {@code scores[s, h, i, j] += bias[h, max(i - j, 0)]} where query i sees key j.
     *
     * @param bias {@code [heads, length - kept]}, not modified
     */
    void scoresByDistance(Buffer bias, Buffer scores, AttentionShape shape);

    /** Way back of {@link #scoresByDistance}: {@code dBias} is overwritten; the scores' gradient stays as it is. */
    void scoresByDistanceBackward(Buffer dScores, Buffer dBias, AttentionShape shape);

    /**
     * Turns pairs of each head's numbers in place: {@code (x_c, x_{c + half})} by the angle whose cosine and sine stand at
     * {@code [position, c]}, half the head's width.
     *
     * @param cosines {@code [length, half]}, not modified
     * @param sines {@code [length, half]}, not modified
     * @param x {@code [sequences, length, heads * headWidth]}, overwritten
     * @param back by the negative angle, which is the way back
     */
    void rotate(Buffer cosines, Buffer sines, Buffer x, AttentionShape shape, boolean back);

    /** Each row of scores through the rule; 0 for keys a query cannot see. */
    void pattern(RowRule rule, Buffer scores, Buffer pattern, AttentionShape shape);

    /** Way back of {@link #pattern}; {@code dScores} is overwritten and may be {@code dPattern}; 0 where masked. */
    void patternBackward(
            RowRule rule, Buffer scores, Buffer pattern, Buffer dPattern, Buffer dScores, AttentionShape shape);

    /**
     * As {@link #pattern(RowRule, Buffer, Buffer, AttentionShape)}, each head with its own number of a trained rule.
     *
     * @param trained {@code [heads]}, not modified
     */
    void pattern(TrainedRule rule, Buffer trained, Buffer scores, Buffer pattern, AttentionShape shape);

    /**
     * Way back of the above; {@code dScores} as there.
     *
     * @param dTrained {@code [heads]}, added to
     */
    void patternBackward(
            TrainedRule rule,
            Buffer trained,
            Buffer scores,
            Buffer pattern,
            Buffer dPattern,
            Buffer dScores,
            Buffer dTrained,
            AttentionShape shape);

    /**
     * Replaces the rows of a head's pattern by what the queries' tokens and positions say.
     *
     * @param tokens {@code [sequences, length]}, not modified
     * @param vocabulary tokens are below it
     * @param head -1 for every head
     * @param pattern {@code [sequences, heads, query, key]}, overwritten for these heads
     */
    default void force(
            int[] tokens, TokenPattern forced, int vocabulary, int head, Buffer pattern, AttentionShape shape) {
        int length = shape.length(), square = length * length;
        double[] own = new double[square];
        for (int s = 0; s < shape.sequences(); s++) {
            for (int i = 0; i < square; i++)
                own[i] = forced.of(tokens[s * length + i / length], i / length, i % length);
            for (int h = 0; h < shape.heads(); h++)
                if (head == -1 || head == h) write(own, pattern.view((s * shape.heads() + h) * square, square));
        }
    }

    /**
     * Replaces scores on key 0 of a head by what a table has for the query's token and position.
     *
     * @param tokens {@code [sequences, length]}, not modified
     * @param vocabulary tokens are below it
     * @param head -1 for every head
     * @param scores {@code [sequences, heads, query, key]}, or their gradient, which becomes 0 there, on the way {@code back}
     */
    default void clampScores(
            int[] tokens,
            TokenTable levels,
            int vocabulary,
            int head,
            Buffer scores,
            AttentionShape shape,
            boolean back) {
        int length = shape.length();
        for (int s = 0; s < shape.sequences(); s++)
            for (int h = 0; h < shape.heads(); h++) {
                if (head != -1 && head != h) continue;
                for (int i = 0; i < length; i++) {
                    double level = levels.of(tokens[s * length + i], i);
                    int at = ((s * shape.heads() + h) * length + i) * length;
                    if (!Double.isNaN(level)) fill(scores.view(at, 1), back ? 0 : level);
                }
            }
    }

    /**
     * One pattern of two: {@code pattern = A_1 - lambda A_2} for each head, with
     * {@code lambda = exp(v_0 . v_1) - exp(v_2 . v_3) + start}.
     *
     * @param vectors {@code [4, numbers]}, not modified
     * @param patterns {@code [sequences, 2 * heads, query, key]}, not modified
     * @param pattern {@code [sequences, heads, query, key]}, overwritten
     * @param maps the shape of {@code patterns}
     */
    void difference(Buffer vectors, double start, Buffer patterns, Buffer pattern, AttentionShape maps);

    /**
     * Way back of {@link #difference}: {@code dPatterns} is overwritten, {@code dVectors} added to.
     *
     * @param patterns not modified
     * @param dPattern not modified
     */
    void differenceBackward(
            Buffer vectors,
            double start,
            Buffer patterns,
            Buffer dPattern,
            Buffer dPatterns,
            Buffer dVectors,
            AttentionShape maps);

    /** {@code mixed[s, i, h] = sum over the keys j that i sees of pattern[s, h, i, j] v[s, j, h]}. */
    void mix(Buffer pattern, Buffer v, Buffer mixed, AttentionShape shape);

    /** Way back of {@link #mix}: {@code dPattern} (0 where masked) and {@code dV} are overwritten. */
    void mixBackward(Buffer dMixed, Buffer pattern, Buffer v, Buffer dPattern, Buffer dV, AttentionShape shape);

    /**
     * Cross-entropy against one target a row, in nats, and its gradient in one pass:
     * {@code losses[r] = log sum_v exp(logits[r, v]) - logits[r, target]} and
     * {@code dLogits = scale (softmax(logits) - onehot(target))}. A row whose target is -1 is not counted: both are 0.
     *
     * @param targets {@code [rows]}, ids or -1, not modified
     * @param dLogits overwritten; may be {@code logits}
     */
    void crossEntropy(
            Buffer logits, int[] targets, Buffer losses, Buffer dLogits, double scale, int rows, int vocabulary);

    /**
     * Adds the gradient of {@code weight scale (log sum_v exp(logits[r, v]))²} of every counted row to what
     * {@link #crossEntropy} left, from whose results it takes log-sum-exp and softmax.
     *
     * @param logits as they were, not modified
     * @param losses not modified
     * @param dLogits added to
     */
    void zLoss(
            Buffer logits,
            int[] targets,
            Buffer losses,
            Buffer dLogits,
            double scale,
            double weight,
            int rows,
            int vocabulary);

    /**
     * The way back of {@code weight} times the sum over {@code t > 0} of {@code cos(h_t, h_0)^2} in each sequence: with
     * {@code c} the cosine, the gradient by {@code h_t} is {@code 2 c (h_0 / (|h_t| |h_0|) - c h_t / |h_t|^2)}, and by {@code h_0}
     * with the two exchanged. A cosine with nothing is 0 and has no gradient.
     *
     * @param h {@code [sequences, skipped + length, width]}, not modified; {@code h_0} is behind the skipped rows
     * @param dH added to
     */
    void decorrelate(Buffer h, Buffer dH, double weight, int sequences, int skipped, int length, int width);

    /**
     * One update of all weights.
     *
     * @param weights overwritten
     * @param gradients not modified
     * @param moments one buffer for each of the rule's moments, overwritten
     * @param step updates done before this one, from 0
     */
    void update(UpdateRule rule, Buffer weights, Buffer gradients, Buffer[] moments, long step);

    @Override
    void close();
}
