package backcopy.backend;

import static backcopy.backend.Comparison.garbage;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import backcopy.Tolerances;
import backcopy.attention.AttentionKinds;
import backcopy.attention.Relu;
import backcopy.attention.Softmax;
import backcopy.attention.Sparsemax;
import backcopy.optim.Optimizer;
import backcopy.optim.Optimizers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * What every backend promises: each operation equals the reference's, at sizes that fit no tile. A backend's test extends this
 * class.
 */
public abstract class BackendContract {
    /** Sequences, heads, length, head width. */
    private static final List<AttentionShape> SHAPES = List.of(
            new AttentionShape(1, 1, 1, 1),
            new AttentionShape(1, 1, 2, 3),
            new AttentionShape(2, 3, 5, 7),
            new AttentionShape(3, 2, 13, 1),
            new AttentionShape(1, 2, 17, 33),
            new AttentionShape(2, 1, 31, 64),
            new AttentionShape(1, 3, 64, 16),
            new AttentionShape(1, 1, 67, 100),
            new AttentionShape(2, 2, 100, 5),
            new AttentionShape(1, 1, 300, 66));

    private final Backend backend;
    private final Comparison comparison;

    protected BackendContract(Backend backend) {
        this.backend = backend;
        comparison = new Comparison(backend, 7);
    }

    /** Rows, out, in of a linear map. */
    private record LinearShape(int rows, int out, int in) {}

    private static final List<LinearShape> LINEAR = List.of(
            new LinearShape(1, 1, 1),
            new LinearShape(2, 3, 5),
            new LinearShape(3, 66, 64),
            new LinearShape(5, 17, 2),
            new LinearShape(7, 31, 13),
            new LinearShape(8, 100, 67),
            new LinearShape(9, 128, 33),
            new LinearShape(13, 64, 300),
            new LinearShape(67, 130, 31),
            new LinearShape(260, 66, 17));

    @Test
    void linearAndItsWaysBackEqualTheReference() {
        for (LinearShape s : LINEAR) {
            double[] x = comparison.normal(s.rows * s.in), w = comparison.normal(s.out * s.in);
            double[] y = comparison.normal(s.rows * s.out);
            comparison.assertSame(
                    "linear " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {x, w},
                    new double[][] {garbage(s.rows * s.out), y},
                    (b, in, out) -> {
                        Matrix matrix = b.matrix(in[1], s.out, s.in);
                        b.linear(in[0], matrix, out[0], s.rows, false);
                        b.linear(in[0], matrix, out[1], s.rows, true);
                    });
            comparison.assertSame(
                    "linearBackwardInput " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {y, w},
                    new double[][] {garbage(s.rows * s.in), x},
                    (b, in, out) -> {
                        Matrix matrix = b.matrix(in[1], s.out, s.in);
                        b.linearBackwardInput(in[0], matrix, out[0], s.rows, false);
                        b.linearBackwardInput(in[0], matrix, out[1], s.rows, true);
                    });
            comparison.assertSame(
                    "linearBackwardWeight " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {y, x},
                    new double[][] {garbage(s.out * s.in), w},
                    (b, in, out) -> {
                        b.linearBackwardWeight(in[0], in[1], out[0], s.rows, s.out, s.in, false);
                        b.linearBackwardWeight(in[0], in[1], out[1], s.rows, s.out, s.in, true);
                    });
        }
    }

    @Test
    void packRenewsAMatrixAfterItsWeightChanged() {
        int rows = 5, out = 19, in = 23;
        comparison.assertSame(
                "pack",
                Tolerances.FLOAT_SUM,
                new double[][] {comparison.normal(rows * in), comparison.normal(rows * out)},
                new double[][] {comparison.normal(out * in), garbage(rows * out), garbage(rows * in)},
                (b, inputs, outputs) -> {
                    Matrix matrix = b.matrix(outputs[0], out, in);
                    b.scale(outputs[0], -2.5);
                    b.pack(matrix);
                    b.linear(inputs[0], matrix, outputs[1], rows, false);
                    b.linearBackwardInput(inputs[1], matrix, outputs[2], rows, false);
                });
    }

    @Test
    void scoresAndTheirWayBackEqualTheReference() {
        for (AttentionShape s : SHAPES) {
            int states = s.rows() * s.width();
            double[] q = comparison.normal(states), k = comparison.normal(states);
            double[][] scores = comparison.assertSame(
                    "scores " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {q, k},
                    new double[][] {garbage(s.pairs())},
                    (b, in, out) -> b.scores(in[0], in[1], out[0], s));
            assertZeroBehindDiagonal("scores " + s, scores[0], s);
            comparison.assertSame(
                    "scoresBackward " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {comparison.normalBelowDiagonal(s), q, k},
                    new double[][] {garbage(states), garbage(states)},
                    (b, in, out) -> b.scoresBackward(in[0], in[1], in[2], out[0], out[1], s));
        }
    }

    @Test
    void mixAndItsWayBackEqualTheReference() {
        for (AttentionShape s : SHAPES) {
            int states = s.rows() * s.width();
            double[] pattern = comparison.normalBelowDiagonal(s), v = comparison.normal(states);
            comparison.assertSame(
                    "mix " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {pattern, v},
                    new double[][] {garbage(states)},
                    (b, in, out) -> b.mix(in[0], in[1], out[0], s));
            double[][] gradients = comparison.assertSame(
                    "mixBackward " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {comparison.normal(states), pattern, v},
                    new double[][] {garbage(s.pairs()), garbage(states)},
                    (b, in, out) -> b.mixBackward(in[0], in[1], in[2], out[0], out[1], s));
            assertZeroBehindDiagonal("mixBackward " + s, gradients[0], s);
        }
    }

    @Test
    void everyAttentionKindEqualsItsDefinition() {
        List<RowRule> rules = new ArrayList<>(AttentionKinds.ALL);
        rules.add(new SquaredShare());
        for (RowRule rule : rules)
            for (AttentionShape s : SHAPES)
                for (double size : new double[] {1, 20}) assertRule(rule, s, comparison.normalBelowDiagonal(s, size));
    }

    @Test
    void saturatedRowsOfScoresEqualTheDefinition() {
        AttentionShape shape = new AttentionShape(1, 1, 37, 1);
        for (RowRule rule : AttentionKinds.ALL)
            for (double extreme : new double[] {80, -80, 87.5, -87.5, 200, -200, 1e4, -1e4, 3e38}) {
                if (outgrowsFloats(rule, extreme)) continue;
                double[] scores = comparison.normalBelowDiagonal(shape);
                for (int i = 0; i < scores.length; i += 5) scores[i] = (float) extreme;
                assertRule(rule, shape, scores);
            }
    }

    /** A square of 3e38, say, is no float, and then the definition's number is none that a backend could give. */
    private static boolean outgrowsFloats(RowRule rule, double score) {
        return rule instanceof ElementwiseRule each
                && Math.max(Math.abs(each.value(score, 1)), Math.abs(each.slope(score, 1))) > Float.MAX_VALUE;
    }

    @Test
    void rowsWithoutAPositiveScoreEqualTheDefinition() {
        AttentionShape shape = new AttentionShape(1, 2, 35, 1);
        for (RowRule rule : AttentionKinds.ALL) {
            double[] scores = comparison.normalBelowDiagonal(shape);
            for (int i = 0; i < scores.length; i++) scores[i] = -Math.abs(scores[i]);
            assertRule(rule, shape, scores);
        }
    }

    @Test
    void everyTrainedKindEqualsItsDefinition() {
        List<TrainedRule> rules = new ArrayList<>(List.of(new ScaledShare(0)));
        for (RowRule rule : AttentionKinds.ALL) if (rule instanceof TrainedRule trained) rules.add(trained);
        for (TrainedRule rule : rules)
            for (AttentionShape s : SHAPES)
                for (double size : new double[] {1, 20}) {
                    double[] numbers = comparison.normal(s.heads(), 0, size);
                    double[] scores = comparison.normalBelowDiagonal(s, size);
                    double[] pattern = comparison
                            .assertSame(
                                    rule.name() + " " + s,
                                    Tolerances.FLOAT_EXPONENTIAL,
                                    new double[][] {numbers, scores},
                                    new double[][] {garbage(s.pairs())},
                                    (b, in, out) -> b.pattern(rule, in[0], in[1], out[0], s))[0];
                    comparison.assertSame(
                            rule.name() + " backward " + s,
                            Tolerances.FLOAT_EXPONENTIAL,
                            1,
                            new double[][] {numbers, scores, pattern},
                            new double[][] {comparison.normal(s.pairs()), comparison.normal(s.heads())},
                            (b, in, out) -> b.patternBackward(rule, in[0], in[1], in[2], out[0], out[0], out[1], s));
                }
    }

    @Test
    void everyMaskIsTheReferences() {
        List<AttentionShape> shapes = new ArrayList<>(Masks.SHAPES);
        for (Mask.Kind kind : Mask.Kind.values())
            for (int size : new int[] {1, 7, 32, 40})
                for (int kept : new int[] {0, 2})
                    if (kind != Mask.Kind.CAUSAL)
                        shapes.add(new AttentionShape(2, 3, 67, 5, new Mask(kind, size, kept)));
        for (AttentionShape s : shapes) {
            int states = s.rows() * s.width();
            double[] q = comparison.normal(states), k = comparison.normal(states);
            double[] seen = comparison.normalWhereSeen(s);
            double[][] scores = comparison.assertSame(
                    "scores " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {q, k},
                    new double[][] {garbage(s.pairs())},
                    (b, in, out) -> b.scores(in[0], in[1], out[0], s));
            assertZeroWhereNotSeen("scores " + s, scores[0], s);
            comparison.assertSame(
                    "ways of " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {seen, q, k},
                    new double[][] {garbage(states), garbage(states), garbage(states)},
                    (b, in, out) -> {
                        b.scoresBackward(in[0], in[1], in[2], out[0], out[1], s);
                        b.mix(in[0], in[1], out[2], s);
                    });
            double[][] gradients = comparison.assertSame(
                    "mixBackward " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {q, seen, k},
                    new double[][] {garbage(s.pairs()), garbage(states)},
                    (b, in, out) -> b.mixBackward(in[0], in[1], in[2], out[0], out[1], s));
            assertZeroWhereNotSeen("mixBackward " + s, gradients[0], s);
            for (RowRule rule : List.of(new Softmax(), new Relu(), new Sparsemax())) assertRule(rule, s, seen);
        }
    }

    @Test
    void positionsEqualTheReferences() {
        List<AttentionShape> shapes = new ArrayList<>(Masks.SHAPES);
        shapes.addAll(SHAPES);
        for (AttentionShape s : shapes) {
            int distances = s.heads() * (s.length() - s.mask().kept());
            double[] bias = comparison.normal(distances);
            comparison.assertSame(
                    "scoresByDistance " + s,
                    Tolerances.FLOAT_ROUNDING,
                    new double[][] {bias},
                    new double[][] {comparison.normalWhereSeen(s)},
                    (b, in, out) -> b.scoresByDistance(in[0], out[0], s));
            comparison.assertSame(
                    "scoresByDistanceBackward " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {comparison.normalWhereSeen(s)},
                    new double[][] {garbage(distances)},
                    (b, in, out) -> b.scoresByDistanceBackward(in[0], out[0], s));
            if (s.headWidth() % 2 != 0) continue;
            int angles = s.length() * s.headWidth() / 2;
            double[] x = comparison.normal(s.rows() * s.width());
            comparison.assertSame(
                    "rotate " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {comparison.normal(angles), comparison.normal(angles)},
                    new double[][] {x, x},
                    (b, in, out) -> {
                        b.rotate(in[0], in[1], out[0], s, false);
                        b.rotate(in[0], in[1], out[1], s, true);
                    });
        }
    }

    @Test
    void gatesAndElusEqualTheReferences() {
        for (int[] s : new int[][] {{1, 1, 1}, {2, 3, 1}, {3, 2, 5}, {7, 33, 1}, {5, 3, 17}, {2, 1, 64}}) {
            int gates = s[0] * s[1], numbers = gates * s[2];
            double[] x = comparison.normal(numbers), logits = comparison.normal(gates, 0, 3);
            double[][] forward = comparison.assertSame(
                    "gate",
                    Tolerances.FLOAT_EXPONENTIAL,
                    new double[][] {x},
                    new double[][] {logits, garbage(numbers)},
                    (b, in, out) -> b.gate(in[0], out[0], out[1], s[0], s[1], s[2]));
            comparison.assertSame(
                    "gateBackward",
                    Tolerances.FLOAT_SUM,
                    1,
                    new double[][] {x, forward[0]},
                    new double[][] {comparison.normal(numbers), garbage(gates)},
                    (b, in, out) -> b.gateBackward(in[0], in[1], out[0], out[1], s[0], s[1], s[2]));
            comparison.assertSame(
                    "elu",
                    Tolerances.FLOAT_EXPONENTIAL,
                    new double[][] {x, comparison.normal(numbers)},
                    new double[][] {garbage(numbers), x, garbage(numbers)},
                    (b, in, out) -> {
                        b.elu(in[0], out[0]);
                        b.elu(out[1], out[1]);
                        b.eluBackward(out[0], in[1], out[2]);
                    });
        }
    }

    /** Gradients of scores are differences of gradients of the pattern, which are of size 1 here. */
    private void assertRule(RowRule rule, AttentionShape s, double[] scores) {
        String what = rule.name() + " " + s;
        double[] pattern = comparison
                .assertSame(
                        what,
                        Tolerances.FLOAT_EXPONENTIAL,
                        new double[][] {scores},
                        new double[][] {garbage(s.pairs())},
                        (b, in, out) -> b.pattern(rule, in[0], out[0], s))[0];
        assertZeroWhereNotSeen(what, pattern, s);
        double[] dPattern = comparison.normal(s.pairs());
        double[][] gradients = comparison.assertSame(
                what + " backward",
                Tolerances.FLOAT_EXPONENTIAL,
                1,
                new double[][] {scores, pattern, dPattern},
                new double[][] {garbage(s.pairs()), dPattern},
                (b, in, out) -> {
                    b.patternBackward(rule, in[0], in[1], in[2], out[0], s);
                    b.patternBackward(rule, in[0], in[1], out[1], out[1], s);
                });
        assertZeroWhereNotSeen(what + " backward", gradients[0], s);
        assertZeroWhereNotSeen(what + " backward in place", gradients[1], s);
    }

    @Test
    void embeddingAndItsWayBackEqualTheReference() {
        int vocabulary = 11;
        for (int[] s : new int[][] {{1, 1, 1}, {2, 3, 5}, {3, 7, 16}, {1, 13, 33}, {2, 5, 67}}) {
            int rows = s[0] * s[1], width = s[2];
            int[] tokens = comparison.tokens(rows, vocabulary), before = tokens.clone();
            double[] table = comparison.normal(vocabulary * width), positions = comparison.normal(s[1] * width);
            comparison.assertSame(
                    "embed",
                    Tolerances.FLOAT_ROUNDING,
                    new double[][] {table, positions},
                    new double[][] {garbage(rows * width)},
                    (b, in, out) -> b.embed(tokens, in[0], in[1], out[0], s[0], s[1], width));
            comparison.assertSame(
                    "embedBackward",
                    Tolerances.FLOAT_SUM,
                    new double[][] {comparison.normal(rows * width)},
                    new double[][] {table, positions},
                    (b, in, out) -> b.embedBackward(tokens, in[0], out[0], out[1], s[0], s[1], width));
            assertArrayEquals(before, tokens);
        }
    }

    @Test
    void layerNormAndItsWayBackEqualTheReference() {
        for (int[] s : new int[][] {{1, 2}, {2, 3}, {3, 5}, {5, 16}, {7, 17}, {2, 33}, {3, 64}, {13, 67}, {1, 100}}) {
            int rows = s[0], width = s[1];
            double[] x = comparison.normal(rows * width, 3, 2),
                    gain = comparison.normal(width),
                    bias = comparison.normal(width);
            double[][] forward = comparison.assertSame(
                    "layerNorm",
                    Tolerances.FLOAT_NORM,
                    new double[][] {x, gain, bias},
                    new double[][] {garbage(rows * width), garbage(rows), garbage(rows)},
                    (b, in, out) -> b.layerNorm(in[0], in[1], in[2], 1e-5, out[0], out[1], out[2], rows, width));
            comparison.assertSame(
                    "layerNormBackward",
                    Tolerances.FLOAT_NORM,
                    new double[][] {x, gain, forward[1], forward[2], comparison.normal(rows * width)},
                    new double[][] {comparison.normal(rows * width), comparison.normal(width), comparison.normal(width)
                    },
                    (b, in, out) -> b.layerNormBackward(
                            in[0], in[1], in[2], in[3], in[4], out[0], out[1], out[2], rows, width));
        }
    }

    @Test
    void rmsNormAndDynamicTanhAndTheirWaysBackEqualTheReference() {
        for (int[] s : new int[][] {{1, 2}, {2, 3}, {3, 5}, {5, 16}, {7, 17}, {2, 33}, {3, 64}, {13, 67}, {1, 100}}) {
            int rows = s[0], width = s[1], size = rows * width;
            double[] x = comparison.normal(size, 1, 2), gain = comparison.normal(width), dY = comparison.normal(size);
            double[][] rms = comparison.assertSame(
                    "rmsNorm",
                    Tolerances.FLOAT_NORM,
                    new double[][] {x, gain},
                    new double[][] {garbage(size), garbage(rows)},
                    (b, in, out) -> b.rmsNorm(in[0], in[1], 1e-5, out[0], out[1], rows, width));
            comparison.assertSame(
                    "rmsNormBackward",
                    Tolerances.FLOAT_NORM,
                    new double[][] {x, gain, rms[1], dY},
                    new double[][] {comparison.normal(size), comparison.normal(width)},
                    (b, in, out) -> b.rmsNormBackward(in[0], in[1], in[2], in[3], out[0], out[1], rows, width));
            double[] alpha = {0.75}, bias = comparison.normal(width);
            double[][] tanh = comparison.assertSame(
                    "dynamicTanh",
                    Tolerances.FLOAT_EXPONENTIAL,
                    new double[][] {x, alpha, gain, bias},
                    new double[][] {garbage(size), garbage(size)},
                    (b, in, out) -> b.dynamicTanh(in[0], in[1], in[2], in[3], out[0], out[1], rows, width));
            comparison.assertSame(
                    "dynamicTanhBackward",
                    Tolerances.FLOAT_NORM,
                    1,
                    new double[][] {x, alpha, gain, tanh[0], dY},
                    new double[][] {
                        comparison.normal(size),
                        comparison.normal(1),
                        comparison.normal(width),
                        comparison.normal(width)
                    },
                    (b, in, out) -> b.dynamicTanhBackward(
                            in[0], in[1], in[2], in[3], in[4], out[0], out[1], out[2], out[3], rows, width));
        }
    }

    @Test
    void nonlinearitiesAndProductsEqualTheReferenceAlsoInPlace() {
        for (int size : new int[] {1, 2, 3, 5, 7, 16, 17, 33, 67, 1000})
            for (double deviation : new double[] {0.1, 1, 10, 1000}) {
                double[] x = comparison.normal(size, 0, deviation), y = comparison.normal(size);
                for (Nonlinearity f : Nonlinearity.values())
                    comparison.assertSame(
                            f + " of " + size,
                            Tolerances.FLOAT_EXPONENTIAL,
                            new double[][] {x, y},
                            new double[][] {garbage(size), garbage(size), y},
                            (b, in, out) -> {
                                b.nonlinear(f, in[0], out[0]);
                                b.nonlinearBackward(f, in[0], in[1], out[1]);
                                b.nonlinearBackward(f, in[0], out[2], out[2]);
                            });
                comparison.assertSame(
                        "multiply",
                        Tolerances.FLOAT_ROUNDING,
                        new double[][] {x, y},
                        new double[][] {garbage(size), x, y},
                        (b, in, out) -> {
                            b.multiply(in[0], in[1], out[0]);
                            b.multiply(out[1], in[1], out[1]);
                            b.multiply(in[0], out[2], out[2]);
                        });
            }
    }

    @Test
    void crossEntropyEqualsTheReferenceAlsoInPlace() {
        for (int[] s : new int[][] {{1, 1}, {2, 2}, {3, 7}, {5, 16}, {7, 31}, {13, 66}, {2, 67}, {3, 128}})
            for (double size : new double[] {1, 10}) {
                int rows = s[0], vocabulary = s[1];
                double[] logits = comparison.normal(rows * vocabulary, 0, size);
                int[] targets = comparison.tokens(rows, vocabulary);
                if (rows > 2) targets[1] = -1; // not counted
                comparison.assertSame(
                        "crossEntropy of " + vocabulary,
                        Tolerances.FLOAT_EXPONENTIAL,
                        1,
                        new double[][] {logits},
                        new double[][] {garbage(rows), garbage(rows * vocabulary), garbage(rows), logits},
                        (b, in, out) -> {
                            b.crossEntropy(in[0], targets, out[0], out[1], 1.5, rows, vocabulary);
                            b.crossEntropy(out[3], targets, out[2], out[3], 1.5, rows, vocabulary);
                        });
            }
    }

    @Test
    void zLossEqualsTheReference() {
        for (int[] s : new int[][] {{1, 2}, {2, 3}, {3, 7}, {5, 16}, {7, 31}, {13, 66}}) {
            int rows = s[0], vocabulary = s[1];
            double[] logits = comparison.normal(rows * vocabulary, 1, 2);
            int[] targets = comparison.tokens(rows, vocabulary);
            if (rows > 2) targets[1] = -1; // not counted
            comparison.assertSame(
                    "zLoss of " + vocabulary,
                    Tolerances.FLOAT_EXPONENTIAL,
                    1,
                    new double[][] {logits},
                    new double[][] {garbage(rows), garbage(rows * vocabulary)},
                    (b, in, out) -> {
                        b.crossEntropy(in[0], targets, out[0], out[1], 1.5, rows, vocabulary);
                        b.zLoss(in[0], targets, out[0], out[1], 1.5, 0.1, rows, vocabulary);
                    });
        }
    }

    @Test
    void operationsOnSpansEqualTheReferenceAlsoInPlace() {
        for (int size : new int[] {1, 2, 3, 5, 7, 13, 16, 17, 31, 33, 64, 67, 100, 1000}) {
            double[] x = comparison.normal(size), y = comparison.normal(size);
            comparison.assertSame(
                    "spans of " + size,
                    Tolerances.FLOAT_ROUNDING,
                    new double[][] {x, y},
                    new double[][] {garbage(size), x, x, garbage(size), x, garbage(size), y, garbage(size)},
                    (b, in, out) -> {
                        b.copy(in[0], out[0]);
                        b.add(in[1], out[1]);
                        b.scale(out[2], -0.3f);
                        b.relu(in[0], out[3]);
                        b.relu(out[4], out[4]);
                        b.reluBackward(in[0], in[1], out[5]);
                        b.reluBackward(in[0], out[6], out[6]);
                        b.fill(out[7], 0.25);
                    });
        }
    }

    @Test
    void piecesEqualTheReferences() {
        for (int count : new int[] {1, 3, 70})
            for (int numbers : new int[] {1, 5, 67}) {
                int gap = 4, source = count * (numbers + gap), target = count * (numbers + 2 * gap);
                comparison.assertSame(
                        "pieces " + count + " x " + numbers,
                        Tolerances.FLOAT_SUM,
                        new double[][] {comparison.normal(source)},
                        new double[][] {comparison.normal(target), comparison.normal(target), comparison.normal(numbers)
                        },
                        (b, in, out) -> {
                            b.copyEach(in[0], numbers + gap, out[0], numbers + 2 * gap, numbers, count);
                            b.copyEach(in[0], 0, out[1], numbers + gap, numbers, count);
                            b.addEach(in[0], numbers + gap, out[2], count);
                        });
            }
    }

    @Test
    void scaledAndNormedPiecesAndTheirProductsEqualTheReferences() {
        for (int count : new int[] {1, 3, 70})
            for (int numbers : new int[] {1, 5, 67}) {
                int gap = 4, size = count * (numbers + gap);
                double[] x = comparison.normal(count * numbers), y = comparison.normal(size);
                if (count > 1) Arrays.fill(x, numbers, 2 * numbers, 0); // no norm
                comparison.assertSame(
                        "pieces " + count + " x " + numbers,
                        Tolerances.FLOAT_SUM,
                        new double[][] {x, y, comparison.normal(count)},
                        new double[][] {y, garbage(count), garbage(count)},
                        (b, in, out) -> {
                            b.scaleEach(out[0], numbers + gap, numbers, in[2]);
                            b.dotEach(in[0], numbers, in[1], numbers + gap, numbers, -1.7, out[1]);
                            b.normFactors(in[0], 2.5, out[2]);
                        });
                comparison.assertSame(
                        "round " + count + " x " + numbers,
                        Tolerances.FLOAT_ROUNDING,
                        new double[][] {},
                        new double[][] {x},
                        (b, in, out) -> b.round(out[0], count, 5));
            }
    }

    @Test
    void forcedPatternsAndClampedScoresEqualTheReference() {
        int vocabulary = 7;
        TokenPattern forced = (token, query, key) -> key > query ? 0 : 0.5 * token - 0.25 * query + key;
        TokenTable levels = (token, position) -> token == position ? Double.NaN : 0.5 * token - 0.25 * position;
        for (AttentionShape s : SHAPES)
            for (int head = -1; head < s.heads(); head++) {
                int own = head;
                int[] tokens = comparison.tokens(s.rows(), vocabulary);
                double[] pairs = comparison.normal(s.pairs());
                comparison.assertSame(
                        "force and clamp head " + head + " of " + s,
                        Tolerances.FLOAT_ROUNDING,
                        new double[][] {},
                        new double[][] {pairs, pairs, pairs},
                        (b, in, out) -> {
                            b.force(tokens, forced, vocabulary, own, out[0], s);
                            b.clampScores(tokens, levels, vocabulary, own, out[1], s, false);
                            b.clampScores(tokens, levels, vocabulary, own, out[2], s, true);
                        });
            }
    }

    @Test
    void differencesOfPatternsAndTheirWayBackEqualTheReference() {
        for (AttentionShape s : SHAPES) {
            AttentionShape maps = new AttentionShape(s.sequences(), 2 * s.heads(), s.length(), s.headWidth());
            double[] vectors = comparison.normal(4 * s.headWidth(), 0, 1 / Math.sqrt(s.headWidth()));
            double[] patterns = comparison.normal(maps.pairs());
            comparison.assertSame(
                    "difference " + s,
                    Tolerances.FLOAT_SUM,
                    new double[][] {vectors, patterns},
                    new double[][] {garbage(s.pairs())},
                    (b, in, out) -> b.difference(in[0], 0.3, in[1], out[0], maps));
            comparison.assertSame(
                    "differenceBackward " + s,
                    Tolerances.FLOAT_LONG_SUM,
                    new double[][] {vectors, patterns, comparison.normal(s.pairs())},
                    new double[][] {garbage(maps.pairs()), comparison.normal(vectors.length)},
                    (b, in, out) -> b.differenceBackward(in[0], 0.3, in[1], in[2], out[0], out[1], maps));
        }
    }

    /** Also of a row that is zero, whose cosine has no gradient. */
    @Test
    void decorrelationEqualsTheReference() {
        for (int length : new int[] {1, 2, 41})
            for (int width : new int[] {1, 30, 67})
                for (int skipped : new int[] {0, 2}) {
                    int size = 3 * (skipped + length) * width;
                    double[] h = comparison.normal(size);
                    if (length > 2) Arrays.fill(h, (skipped + 2) * width, (skipped + 3) * width, 0);
                    comparison.assertSame(
                            "decorrelate " + length + " x " + width + " behind " + skipped,
                            Tolerances.FLOAT_NORM,
                            new double[][] {h},
                            new double[][] {comparison.normal(size)},
                            (b, in, out) -> b.decorrelate(in[0], out[0], 0.7, 3, skipped, length, width));
                }
    }

    @Test
    void sumOfSquaresIsSummedInDouble() {
        for (int size : new int[] {1, 3, 17, 1001}) {
            double[] x = comparison.normal(size);
            double expected = 0;
            for (double value : x) expected += value * value;
            assertEquals(expected, backend.sumOfSquares(filled(x)), 1e-13 * expected);
        }
    }

    @Test
    void firstNonFiniteNamesTheFirst() {
        double[] x = comparison.normal(53);
        assertEquals(-1, backend.firstNonFinite(filled(x)));
        x[52] = Double.NaN;
        assertEquals(52, backend.firstNonFinite(filled(x)));
        x[31] = Double.NEGATIVE_INFINITY;
        assertEquals(31, backend.firstNonFinite(filled(x)));
    }

    @Test
    void everyOptimizerEqualsItsDefinition() {
        List<UpdateRule> rules = new ArrayList<>();
        for (Optimizer optimizer : Optimizers.ALL) if (optimizer instanceof UpdateRule rule) rules.add(rule);
        rules.add(new SignStep());
        for (UpdateRule rule : rules)
            for (int size : new int[] {1, 2, 3, 5, 7, 13, 16, 17, 31, 33, 64, 67, 100})
                for (long first : new long[] {0, 5000}) {
                    int moments = rule.moments().size(), steps = 5;
                    double[][] gradients = new double[steps][], state = new double[1 + moments][];
                    for (int step = 0; step < steps; step++) gradients[step] = comparison.normal(size);
                    state[0] = comparison.normal(size);
                    for (int m = 1; m <= moments; m++) state[m] = new double[size];
                    double[] before = state[0].clone();
                    double[][] after = comparison.assertSame(
                            rule.name() + " of " + size, Tolerances.FLOAT_SUM, gradients, state, (b, in, out) -> {
                                Buffer[] momentBuffers =
                                        List.of(out).subList(1, 1 + moments).toArray(new Buffer[0]);
                                for (int step = 0; step < steps; step++)
                                    b.update(rule, out[0], in[step], momentBuffers, first + step);
                            });
                    assertTrue(Tolerances.relativeError(before, after[0]) > 1e-6, rule.name() + " moved nothing");
                }
    }

    @Test
    void viewsShareTheirNumbers() {
        Buffer whole = backend.allocate(20);
        backend.fill(whole.view(5, 10).view(2, 3), 4);
        double[] values = new double[20];
        backend.read(whole, values);
        for (int i = 0; i < 20; i++) assertEquals(i >= 7 && i < 10 ? 4 : 0, values[i]);
    }

    private Buffer filled(double[] values) {
        Buffer buffer = backend.allocate(values.length);
        backend.write(values, buffer);
        return buffer;
    }

    private static void assertZeroBehindDiagonal(String what, double[] pairs, AttentionShape shape) {
        int length = shape.length();
        for (int i = 0; i < pairs.length; i++)
            if (i % length > i / length % length) assertEquals(0.0, pairs[i], what + ": not 0 behind the diagonal");
    }

    private static void assertZeroWhereNotSeen(String what, double[] pairs, AttentionShape shape) {
        int length = shape.length();
        for (int i = 0; i < pairs.length; i++)
            if (!shape.sees(i / length / length % shape.heads(), i / length % length, i % length))
                assertEquals(0.0, pairs[i], what + ": not 0 where a query does not see");
    }

    /** A trained rule that no backend has a twin of: {@code A_j = z^2 s_j^2 / (1 + z^2 sum_k s_k^2)}. */
    private record ScaledShare(double trained) implements TrainedRule {
        @Override
        public String name() {
            return "scaled-share";
        }

        @Override
        public String about() {
            return "for this test";
        }

        @Override
        public String trainedName() {
            return "scale";
        }

        @Override
        public TrainedRule at(double number) {
            return new ScaledShare(number);
        }

        @Override
        public void row(double[] scores, int from, int visible, double[] pattern) {
            new SquaredShare().row(scaled(scores), from, visible, pattern);
        }

        @Override
        public void derivative(
                double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
            new SquaredShare().derivative(scaled(scores), pattern, dPattern, from, visible, dScores);
            for (int j = from; j < from + visible; j++) dScores[j] *= trained;
        }

        @Override
        public double trainedDerivative(double[] scores, double[] pattern, double[] dPattern, int from, int visible) {
            double[] dScaled = new double[from + visible];
            new SquaredShare().derivative(scaled(scores), pattern, dPattern, from, visible, dScaled);
            double sum = 0;
            for (int j = from; j < from + visible; j++) sum += scores[j] * dScaled[j];
            return sum;
        }

        private double[] scaled(double[] scores) {
            return Arrays.stream(scores).map(score -> trained * score).toArray();
        }
    }

    /** A rule that no backend has a twin of: {@code A_j = s_j² / (1 + sum_k s_k²)}. */
    private record SquaredShare() implements RowRule {
        @Override
        public String name() {
            return "squared-share";
        }

        @Override
        public String about() {
            return "for this test";
        }

        @Override
        public void row(double[] scores, int from, int visible, double[] pattern) {
            double sum = 1;
            for (int j = from; j < from + visible; j++) sum += scores[j] * scores[j];
            for (int j = from; j < from + visible; j++) pattern[j] = scores[j] * scores[j] / sum;
        }

        @Override
        public void derivative(
                double[] scores, double[] pattern, double[] dPattern, int from, int visible, double[] dScores) {
            double sum = 1, mean = 0;
            for (int j = from; j < from + visible; j++) {
                sum += scores[j] * scores[j];
                mean += pattern[j] * dPattern[j];
            }
            for (int j = from; j < from + visible; j++) dScores[j] = 2 * scores[j] / sum * (dPattern[j] - mean);
        }
    }

    /** An optimizer that no backend has a twin of, with two moments of which one counts updates. */
    private record SignStep() implements UpdateRule {
        @Override
        public String name() {
            return "sign-step";
        }

        @Override
        public List<String> moments() {
            return List.of("last", "count");
        }

        @Override
        public Map<String, Double> coefficients() {
            return Map.of();
        }

        @Override
        public void update(double[] state, double gradient, long step) {
            state[0] -= 0.01 * Math.signum(gradient + 0.5 * state[1]) / (1 + step % 3);
            state[1] = gradient;
            state[2] += 1;
        }
    }
}
