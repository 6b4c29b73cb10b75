// The twin of AdamW. What all weights share is worked out in double, the rest in float.

struct Numbers {
    float beta1, rest1, beta2, rest2, decay, rate, correction, epsilon;
};

__device__ Numbers prepare(Coefficients c, long long step) {
    return {(float) c.beta1,
            (float) (1 - c.beta1),
            (float) c.beta2,
            (float) (1 - c.beta2),
            (float) (c.learningRate * c.weightDecay),
            (float) (c.learningRate / (1 - pow(c.beta1, (double) (step + 1)))),
            (float) (1 / (1 - pow(c.beta2, (double) (step + 1)))),
            (float) c.epsilon};
}

/** Decay and step are added before they are subtracted: w * (1 - 3e-8) would round to w or to twice the decay. */
__device__ void update(float* state, float gradient, Numbers n) {
    state[1] = n.beta1 * state[1] + n.rest1 * gradient;
    state[2] = n.beta2 * state[2] + n.rest2 * gradient * gradient;
    state[0] -= n.decay * state[0] + n.rate * state[1] / (sqrtf(state[2] * n.correction) + n.epsilon);
}
