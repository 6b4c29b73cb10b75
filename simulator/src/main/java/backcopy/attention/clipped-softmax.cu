// The twin of ClippedSoftmax for a warp.

__device__ inline float stretched(float share) {
    return (number::zeta - number::gamma) * share + number::gamma;
}

__device__ void row(Row scores, int visible, Row pattern) {
    exponentialRow(-LARGEST, scores, visible, pattern);
    for (int j = lane(); j < visible; j += 32) pattern[j] = fminf(fmaxf(stretched(pattern[j]), 0), 1);
}

/** The derivative of softmax, of a gradient that is stretched where nothing was clipped and 0 elsewhere. */
__device__ void derivative(Row scores, Row, Row dPattern, int visible, Row dScores) {
    float top = -LARGEST, sum = 0, mean = 0;
    for (int j = lane(); j < visible; j += 32) top = fmaxf(top, scores[j]);
    top = warpMax(top);
    for (int j = lane(); j < visible; j += 32) sum += expf(scores[j] - top);
    sum = warpSum(sum);
    for (int j = lane(); j < visible; j += 32) {
        float share = expf(scores[j] - top) / sum, value = stretched(share);
        if (value >= 0 && value <= 1) mean += share * ((number::zeta - number::gamma) * dPattern[j]);
    }
    mean = warpSum(mean);
    for (int j = lane(); j < visible; j += 32) {
        float share = expf(scores[j] - top) / sum, value = stretched(share);
        dScores[j] = share * ((value >= 0 && value <= 1 ? (number::zeta - number::gamma) * dPattern[j] : 0) - mean);
    }
}
