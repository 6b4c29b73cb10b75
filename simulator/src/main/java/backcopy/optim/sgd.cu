// The twin of Sgd.

struct Numbers {
    float rate, momentum, decay;
};

__device__ Numbers prepare(Coefficients c, long long) {
    return {(float) c.learningRate, (float) c.momentum, (float) c.weightDecay};
}

__device__ void update(float* state, float gradient, Numbers n) {
    state[1] = n.momentum * state[1] + gradient + n.decay * state[0];
    state[0] -= n.rate * state[1];
}
