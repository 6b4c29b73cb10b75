// The twin of Product.

struct Numbers {};

__device__ Numbers prepare(Coefficients, long long) {
    return {};
}

__device__ void update(float* state, float gradient, Numbers) {
    state[0] *= gradient;
}
