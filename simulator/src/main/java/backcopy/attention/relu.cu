// The twin of Relu for a warp.

__device__ void row(Row scores, int visible, Row pattern) {
    for (int j = lane(); j < visible; j += 32) pattern[j] = scores[j] <= 0 ? 0 : scores[j] / visible;
}

__device__ void derivative(Row scores, Row, Row dPattern, int visible, Row dScores) {
    for (int j = lane(); j < visible; j += 32) dScores[j] = scores[j] > 0 ? dPattern[j] / visible : 0;
}
