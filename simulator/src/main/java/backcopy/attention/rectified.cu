// The function of NormalizedRelu and its slope.

__device__ inline float value(float score, int visible) {
    return score <= 0 ? 0 : score;
}

__device__ inline float slope(float score, int visible) {
    return score > 0 ? 1 : 0;
}
