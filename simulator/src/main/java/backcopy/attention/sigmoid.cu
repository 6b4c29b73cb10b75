// The function of Sigmoid and its slope.

__device__ inline float value(float score, int visible) {
    return 1 / (1 + expf(-score));
}

__device__ inline float slope(float score, int visible) {
    return value(score, visible) * (1 - value(score, visible));
}
