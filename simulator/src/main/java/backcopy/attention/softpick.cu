// The twin of Softpick for a warp: everything is in units of exp(top), top the largest of 0 and the scores.

__device__ inline float topOf(Row scores, int visible) {
    float top = 0;
    for (int j = lane(); j < visible; j += 32) top = fmaxf(top, scores[j]);
    return warpMax(top);
}

/** (exp(score) - 1) / exp(top), without cancellation near 0. */
__device__ inline float excess(float score, float top) {
    return top < 1 ? expm1f(score) * expf(-top) : expf(score - top) - expf(-top);
}

__device__ void row(Row scores, int visible, Row pattern) {
    float top = topOf(scores, visible), sum = 0;
    for (int j = lane(); j < visible; j += 32) {
        float e = excess(scores[j], top);
        sum += fabsf(e);
        pattern[j] = e <= 0 ? 0 : e;
    }
    sum = warpSum(sum) + 1e-8f * expf(-top);
    for (int j = lane(); j < visible; j += 32) pattern[j] /= sum;
}

__device__ void derivative(Row scores, Row pattern, Row dPattern, int visible, Row dScores) {
    float top = topOf(scores, visible), sum = 0, mean = 0;
    for (int j = lane(); j < visible; j += 32) {
        sum += fabsf(excess(scores[j], top));
        mean += pattern[j] * dPattern[j];
    }
    sum = warpSum(sum) + 1e-8f * expf(-top);
    mean = warpSum(mean);
    for (int j = lane(); j < visible; j += 32)
        dScores[j] = expf(scores[j] - top) / sum * (scores[j] > 0 ? dPattern[j] - mean : mean);
}
