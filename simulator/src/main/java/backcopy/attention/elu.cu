// The function of Elu and its slope.

__device__ inline float value(float score, int visible) {
    return score > 0 ? score + 1 : expf(score);
}

__device__ inline float slope(float score, int visible) {
    return score > 0 ? 1 : expf(score);
}
