// The twin of Entmax for a warp.

__device__ void row(Row scores, int visible, Row pattern) {
    Threshold threshold = thresholdOf(scores, 0.5f, 2, visible);
    for (int j = lane(); j < visible; j += 32) {
        float excess = threshold.excess(scores[j]);
        pattern[j] = excess * excess;
    }
}

/** With g = sqrt(A): dS_j = g_j (dA_j - sum_k g_k dA_k / sum_k g_k). */
__device__ void derivative(Row, Row pattern, Row dPattern, int visible, Row dScores) {
    float sum = 0, roots = 0;
    for (int j = lane(); j < visible; j += 32) {
        float root = sqrtf(pattern[j]);
        roots += root;
        sum += root * dPattern[j];
    }
    float mean = warpSum(sum) / warpSum(roots);
    for (int j = lane(); j < visible; j += 32) dScores[j] = sqrtf(pattern[j]) * (dPattern[j] - mean);
}
