// The twin of Sparsemax for a warp.

__device__ void row(Row scores, int visible, Row pattern) {
    Threshold threshold = thresholdOf(scores, 1, 1, visible);
    for (int j = lane(); j < visible; j += 32) pattern[j] = threshold.excess(scores[j]);
}

/** dS_j = dA_j - mean of dA over the keys that receive something, 0 elsewhere. */
__device__ void derivative(Row, Row pattern, Row dPattern, int visible, Row dScores) {
    float sum = 0, support = 0;
    for (int j = lane(); j < visible; j += 32)
        if (pattern[j] > 0) {
            sum += dPattern[j];
            support++;
        }
    float mean = warpSum(sum) / warpSum(support);
    for (int j = lane(); j < visible; j += 32) dScores[j] = pattern[j] > 0 ? dPattern[j] - mean : 0;
}
