// The twin of BackendContract's trained rule for a warp.

__device__ float sumOf(float z, Row scores, int visible) {
    float sum = 0;
    for (int j = lane(); j < visible; j += 32) sum += z * scores[j] * (z * scores[j]);
    return 1 + warpSum(sum);
}

__device__ float meanOf(Row pattern, Row dPattern, int visible) {
    float mean = 0;
    for (int j = lane(); j < visible; j += 32) mean += pattern[j] * dPattern[j];
    return warpSum(mean);
}

__device__ void row(float z, Row scores, int visible, Row pattern) {
    float sum = sumOf(z, scores, visible);
    for (int j = lane(); j < visible; j += 32) pattern[j] = z * scores[j] * (z * scores[j]) / sum;
}

__device__ void derivative(float z, Row scores, Row pattern, Row dPattern, int visible, Row dScores) {
    float sum = sumOf(z, scores, visible), mean = meanOf(pattern, dPattern, visible);
    for (int j = lane(); j < visible; j += 32) dScores[j] = z * (2 * z * scores[j] / sum * (dPattern[j] - mean));
}

__device__ float trainedDerivative(float z, Row scores, Row pattern, Row dPattern, int visible) {
    float sum = sumOf(z, scores, visible), mean = meanOf(pattern, dPattern, visible), share = 0;
    for (int j = lane(); j < visible; j += 32) share += scores[j] * (2 * z * scores[j] / sum * (dPattern[j] - mean));
    return warpSum(share);
}
