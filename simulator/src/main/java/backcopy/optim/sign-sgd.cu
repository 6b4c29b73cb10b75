// The twin of SignSgd.

struct Numbers {
    float rate, momentum, rest, decay;
};

__device__ Numbers prepare(Coefficients c, long long) {
    return {(float) c.learningRate,
            (float) c.momentum,
            (float) (1 - c.momentum),
            (float) (c.learningRate * c.weightDecay)};
}

__device__ void update(float* state, float gradient, Numbers n) {
    state[1] = n.momentum * state[1] + n.rest * gradient;
    state[0] -= n.decay * state[0] + n.rate * ((state[1] > 0) - (state[1] < 0));
}
