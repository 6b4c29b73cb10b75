// The function of Sigmoid with the bias -log n and its slope.

__device__ inline float value(float score, int visible) {
    return 1 / (1 + expf(logf(visible) - score));
}

__device__ inline float slope(float score, int visible) {
    return value(score, visible) * (1 - value(score, visible));
}
