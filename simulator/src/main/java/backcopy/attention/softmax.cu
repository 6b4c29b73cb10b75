// The twin of Softmax for a warp.

__device__ void row(Row scores, int visible, Row pattern) {
    exponentialRow(-LARGEST, scores, visible, pattern);
}

__device__ void derivative(Row, Row pattern, Row dPattern, int visible, Row dScores) {
    exponentialDerivative(pattern, dPattern, visible, dScores);
}
