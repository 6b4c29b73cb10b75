// A kind that is a function of each score, `value` with its `slope`, and a division: by nothing (NORMALIZER 0), by sum + 1e-8
// (1), or by max(|sum|, 1) (2), in the order of ElementwiseRule.Normalizer. Sums are in double: those of either sign cancel,
// and those of large scores leave the range of a float.

__device__ inline double divisor(double sum) {
    return NORMALIZER == 1 ? sum + 1e-8 : fabs(sum) > 1 ? fabs(sum) : 1;
}

/** The derivative of divisor. */
__device__ inline double divisorSlope(double sum) {
    return NORMALIZER == 1 ? 1 : fabs(sum) <= 1 ? 0 : sum > 0 ? 1 : -1;
}

__device__ void row(Row scores, int visible, Row pattern) {
    double sum = 0;
    for (int j = lane(); j < visible; j += 32) sum += pattern[j] = value(scores[j], visible);
    if (NORMALIZER == 0) return;
    double by = divisor(warpSum(sum));
    for (int j = lane(); j < visible; j += 32) pattern[j] = (float) (pattern[j] / by);
}

/** With A_j = f_j / Z: dS_j = f'_j (dA_j - Z' sum_k A_k dA_k) / Z. */
__device__ void derivative(Row scores, Row pattern, Row dPattern, int visible, Row dScores) {
    if (NORMALIZER == 0) {
        for (int j = lane(); j < visible; j += 32) dScores[j] = slope(scores[j], visible) * dPattern[j];
        return;
    }
    double sum = 0, mean = 0;
    for (int j = lane(); j < visible; j += 32) {
        sum += value(scores[j], visible);
        mean += (double) pattern[j] * dPattern[j];
    }
    sum = warpSum(sum);
    double by = divisor(sum), shared = divisorSlope(sum) * warpSum(mean);
    for (int j = lane(); j < visible; j += 32)
        dScores[j] = (float) (slope(scores[j], visible) * (dPattern[j] - shared) / by);
}
