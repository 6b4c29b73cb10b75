// The twin of SinkScore for a warp.

__device__ void row(float z, Row scores, int visible, Row pattern) {
    exponentialRow(z, scores, visible, pattern);
}

__device__ void derivative(float, Row, Row pattern, Row dPattern, int visible, Row dScores) {
    exponentialDerivative(pattern, dPattern, visible, dScores);
}

/** dz = -A_z sum_k A_k dA_k, with A_z the share of z. */
__device__ float trainedDerivative(float z, Row scores, Row pattern, Row dPattern, int visible) {
    float top = z, sum = 0, mean = 0;
    for (int j = lane(); j < visible; j += 32) top = fmaxf(top, scores[j]);
    top = warpMax(top);
    for (int j = lane(); j < visible; j += 32) {
        sum += expf(scores[j] - top);
        mean += pattern[j] * dPattern[j];
    }
    float own = expf(z - top);
    return -own / (warpSum(sum) + own) * warpSum(mean);
}
