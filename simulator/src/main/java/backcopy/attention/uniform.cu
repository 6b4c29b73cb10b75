// The function of Uniform and its slope.

__device__ inline float value(float score, int visible) {
    return 1.0f / visible;
}

__device__ inline float slope(float score, int visible) {
    return 0;
}
