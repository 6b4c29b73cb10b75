// The twin of Soap's quotient.

struct Numbers {
    float beta2, rest2, rate, correction, epsilon;
};

__device__ Numbers prepare(Coefficients c, long long) {
    return {(float) c.beta2, (float) (1 - c.beta2), (float) c.rate, (float) (1 / c.correction), (float) c.epsilon};
}

__device__ void update(float* state, float gradient, Numbers n) {
    state[1] = n.beta2 * state[1] + n.rest2 * gradient * gradient;
    state[0] *= n.rate / (sqrtf(state[1] * n.correction) + n.epsilon);
}
