package backcopy.backend.cpu;

import backcopy.backend.AttentionShape;
import java.util.Arrays;

/** What positions do to queries, keys and scores, in plain loops. */
final class Positions {
    private Positions() {}

    /** {@code scores[s, h, i, j] += bias[h, max(i - j, 0)]} behind the kept keys; arguments as the backend's. */
    static void byDistance(CpuBuffer bias, CpuBuffer scores, AttentionShape shape) {
        float[] numbers = bias.array(), pairs = scores.array();
        int length = shape.length(), kept = shape.mask().kept();
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int query = row % length, head = row / length % shape.heads();
            if (query < kept) continue;
            int from = Math.max(shape.first(head, query), kept), end = shape.end(query);
            int of = bias.offset() + head * (length - kept), at = scores.offset() + row * length;
            for (int key = from; key <= query; key++) pairs[at + key] += numbers[of + query - key];
            for (int key = query + 1; key < end; key++) pairs[at + key] += numbers[of];
        }
    }

    /** Sums the gradient of the scores by distance; {@code dBias} is overwritten. */
    static void byDistanceBackward(CpuBuffer dScores, CpuBuffer dBias, AttentionShape shape) {
        float[] dNumbers = dBias.array(), pairs = dScores.array();
        int length = shape.length(), kept = shape.mask().kept();
        Arrays.fill(dNumbers, dBias.offset(), dBias.offset() + shape.heads() * (length - kept), 0);
        for (int row = 0; row < shape.rows() * shape.heads(); row++) {
            int query = row % length, head = row / length % shape.heads();
            if (query < kept) continue;
            int from = Math.max(shape.first(head, query), kept), end = shape.end(query);
            int of = dBias.offset() + head * (length - kept), at = dScores.offset() + row * length;
            for (int key = from; key <= query; key++) dNumbers[of + query - key] += pairs[at + key];
            for (int key = query + 1; key < end; key++) dNumbers[of] += pairs[at + key];
        }
    }

    /** @param sign 1, or -1 for the way back; other arguments as the backend's */
    static void rotate(CpuBuffer cosines, CpuBuffer sines, CpuBuffer x, AttentionShape shape, float sign) {
        float[] cos = cosines.array(), sin = sines.array(), numbers = x.array();
        int half = shape.headWidth() / 2, heads = shape.heads();
        for (int row = 0; row < shape.rows(); row++) {
            int c = cosines.offset() + row % shape.length() * half, s = sines.offset() + row % shape.length() * half;
            for (int h = 0; h < heads; h++) {
                int at = x.offset() + row * shape.width() + h * shape.headWidth();
                for (int i = 0; i < half; i++) {
                    float a = numbers[at + i], b = numbers[at + half + i];
                    float cosine = cos[c + i], sine = sign * sin[s + i];
                    numbers[at + i] = a * cosine - b * sine;
                    numbers[at + half + i] = a * sine + b * cosine;
                }
            }
        }
    }
}
