// One update of all weights by an optimizer, whose file comes before this one and defines `Numbers`, `prepare` and
// `update`. Before that stand MOMENTS and the struct Coefficients, made from the rule.

struct Moments {
    float* of[MOMENTS > 0 ? MOMENTS : 1];
};

/** failed: the first step whose losses were not all finite, or -1. From then on the weights stay what they were before it. */
extern "C" __global__ void updateAll(
        float* weights,
        const float* gradients,
        Moments moments,
        Coefficients coefficients,
        const long long* failed,
        long long step,
        long long size) {
    if (*failed >= 0) return;
    __shared__ Numbers numbers;
    if (threadIdx.x == 0) numbers = prepare(coefficients, step);
    __syncthreads();
    long long stride = gridDim.x * (long long) blockDim.x;
    for (long long i = blockIdx.x * (long long) blockDim.x + threadIdx.x; i < size; i += stride) {
        float values[1 + MOMENTS];
        values[0] = weights[i];
        for (int m = 0; m < MOMENTS; m++) values[1 + m] = moments.of[m][i];
        update(values, gradients[i], numbers);
        weights[i] = values[0];
        for (int m = 0; m < MOMENTS; m++) moments.of[m][i] = values[1 + m];
    }
}
