// What all kernels share. A warp works on a row together: lane l holds the numbers l, l + 32, l + 64, ...
// Every lane of a warp calls warpSum and warpMax together; the order of a sum is fixed, so its bits are.

/** The largest float; as a literal, since a kernel compiled at start has no headers. */
__device__ const float LARGEST = 3.402823466e38f;

__device__ inline bool isNumber(float x) {
    return fabsf(x) <= LARGEST;
}

__device__ inline int lane() {
    return threadIdx.x & 31;
}

/** The number of this warp in the grid. */
__device__ inline long long warp() {
    return (blockIdx.x * (long long) blockDim.x + threadIdx.x) >> 5;
}

__device__ inline float warpSum(float x) {
    for (int step = 16; step > 0; step >>= 1) x += __shfl_xor_sync(0xffffffffu, x, step);
    return x;
}

__device__ inline double warpSum(double x) {
    for (int step = 16; step > 0; step >>= 1) x += __shfl_xor_sync(0xffffffffu, x, step);
    return x;
}

__device__ inline float warpMax(float x) {
    for (int step = 16; step > 0; step >>= 1) x = fmaxf(x, __shfl_xor_sync(0xffffffffu, x, step));
    return x;
}
