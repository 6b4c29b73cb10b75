// The twin of Lion.

struct Numbers {
    float rate, decay, beta1, rest1, beta2, rest2;
};

__device__ Numbers prepare(Coefficients c, long long) {
    return {(float) c.learningRate,
            (float) (c.learningRate * c.weightDecay),
            (float) c.beta1,
            (float) (1 - c.beta1),
            (float) c.beta2,
            (float) (1 - c.beta2)};
}

__device__ void update(float* state, float gradient, Numbers n) {
    float direction = n.beta1 * state[1] + n.rest1 * gradient;
    state[0] -= n.decay * state[0] + n.rate * ((direction > 0) - (direction < 0));
    state[1] = n.beta2 * state[1] + n.rest2 * gradient;
}
