// What interventions do to values, scores, patterns and the residual stream.

/** target[k, i] *= factors[k], k a gap behind the last; size: numbers in all. */
extern "C" __global__ void scaleEach(
        float* target, long long gap, int numbers, const float* factors, long long size) {
    for (long long i = first(); i < size; i += stride()) target[i / numbers * gap + i % numbers] *= factors[i / numbers];
}

/** dots[k] = x[k] . y[k] / divisor. */
extern "C" __global__ void dotEach(
        const float* x,
        long long xStride,
        const float* y,
        long long yStride,
        int numbers,
        double divisor,
        float* dots,
        int rows) {
    long long r = warp();
    if (r >= rows) return;
    double sum = 0;
    for (int c = lane(); c < numbers; c += 32) sum += (double) x[r * xStride + c] * y[r * yStride + c];
    sum = warpSum(sum);
    if (lane() == 0) dots[r] = (float) (sum / divisor);
}

/** factors[k] = norm / |x[k]|, or 0. */
extern "C" __global__ void normFactors(const float* x, double norm, float* factors, int rows, int numbers) {
    long long r = warp();
    if (r >= rows) return;
    double sum = 0;
    for (int c = lane(); c < numbers; c += 32) sum += (double) x[r * numbers + c] * x[r * numbers + c];
    sum = warpSum(sum);
    if (lane() == 0) factors[r] = sum > 0 ? (float) (norm / sqrt(sum)) : 0;
}

/** In double, so that what lies halfway is rounded as everywhere; a block is a group. */
extern "C" __global__ void roundGroups(float* x, int numbers, int levels) {
    __shared__ float largest[256];
    float* own = x + (long long) blockIdx.x * numbers;
    float top = 0;
    for (int i = threadIdx.x; i < numbers; i += 256) top = fmaxf(top, fabsf(own[i]));
    largest[threadIdx.x] = top;
    __syncthreads();
    for (int half = 128; half > 0; half >>= 1) {
        if (threadIdx.x < half) largest[threadIdx.x] = fmaxf(largest[threadIdx.x], largest[threadIdx.x + half]);
        __syncthreads();
    }
    double unit = (double) largest[0] / levels;
    if (unit == 0) return;
    for (int i = threadIdx.x; i < numbers; i += 256) own[i] = (float) (unit * rint(own[i] / unit));
}

/** Rows of [sequences, heads, query] by patterns [vocabulary, query, key]; head -1: every head. */
extern "C" __global__ void force(
        const int* tokens, const float* patterns, int head, float* pattern, int rows, int heads, int length) {
    long long r = warp();
    if (r >= rows || (head >= 0 && r / length % heads != head)) return;
    long long query = r % length, position = r / length / heads * length + query;
    const float* from = patterns + ((long long) tokens[position] * length + query) * length;
    for (int j = lane(); j < length; j += 32) pattern[r * length + j] = from[j];
}

/** Key 0 of the rows of [sequences, heads, query] by levels [vocabulary, query]; one that is not a number leaves it. */
extern "C" __global__ void clampScores(
        const int* tokens, const float* levels, int head, float* scores, int back, long long rows, int heads, int length) {
    for (long long r = first(); r < rows; r += stride()) {
        if (head >= 0 && r / length % heads != head) continue;
        long long query = r % length, position = r / length / heads * length + query;
        float level = levels[(long long) tokens[position] * length + query];
        if (level == level) scores[r * length] = back ? 0 : level;
    }
}
