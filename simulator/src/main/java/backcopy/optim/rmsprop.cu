// The twin of RmsProp.

struct Numbers {
    float rate, smoothing, rest, epsilon, decay;
};

__device__ Numbers prepare(Coefficients c, long long) {
    return {(float) c.learningRate,
            (float) c.smoothing,
            (float) (1 - c.smoothing),
            (float) c.epsilon,
            (float) c.weightDecay};
}

__device__ void update(float* state, float gradient, Numbers n) {
    float coupled = gradient + n.decay * state[0];
    state[1] = n.smoothing * state[1] + n.rest * coupled * coupled;
    state[0] -= n.rate * coupled / (sqrtf(state[1]) + n.epsilon);
}
