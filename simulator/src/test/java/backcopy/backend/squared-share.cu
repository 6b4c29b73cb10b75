// The twin of BackendContract's rule for a warp: lane l works on the keys l, l + 32, ...

__device__ float sumOf(Row scores, int visible) {
    float sum = 0;
    for (int j = lane(); j < visible; j += 32) sum += scores[j] * scores[j];
    return 1 + warpSum(sum);
}

__device__ void row(Row scores, int visible, Row pattern) {
    float sum = sumOf(scores, visible);
    for (int j = lane(); j < visible; j += 32) pattern[j] = scores[j] * scores[j] / sum;
}

__device__ void derivative(
        Row scores, Row pattern, Row dPattern, int visible, Row dScores) {
    float sum = sumOf(scores, visible), mean = 0;
    for (int j = lane(); j < visible; j += 32) mean += pattern[j] * dPattern[j];
    mean = warpSum(mean);
    for (int j = lane(); j < visible; j += 32) dScores[j] = 2 * scores[j] / sum * (dPattern[j] - mean);
}
