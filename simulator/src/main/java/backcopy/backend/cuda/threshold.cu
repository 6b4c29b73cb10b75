// Where the sparse kinds cut off, as Threshold finds it: x_j - t with x = scale s and t the root of sum_j max(x_j - t, 0)^power
// = 1. Newton's method from the left; it ends where it no longer climbs.

struct Threshold {
    float scale, top, below;

    /** max(x - t, 0) of a score. */
    __device__ float excess(float score) const {
        float x = scale * score - top + below;
        return x <= 0 ? 0 : x;
    }
};

__device__ inline Threshold thresholdOf(Row scores, float scale, int power, int visible) {
    float top = -LARGEST;
    for (int j = lane(); j < visible; j += 32) top = fmaxf(top, scale * scores[j]);
    Threshold threshold = {scale, warpMax(top), 1};
    for (;;) {
        float sum = 0, slope = 0;
        for (int j = lane(); j < visible; j += 32) {
            float excess = threshold.excess(scores[j]);
            sum += power == 1 ? excess : excess * excess;
            slope += power == 1 ? (excess > 0 ? 1 : 0) : 2 * excess;
        }
        float next = threshold.below - (warpSum(sum) - 1) / warpSum(slope);
        if (!(next < threshold.below)) return threshold;
        threshold.below = next;
    }
}
