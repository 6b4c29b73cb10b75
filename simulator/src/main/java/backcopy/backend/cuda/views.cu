// What a query sees, as Mask and AttentionShape say it, and rows of scores and patterns as attention kinds read them.

/** Kinds in the order of Mask.Kind. */
enum { CAUSAL, WINDOW, PREFIX, SHIFTED_GROUPS };

struct View {
    int first, end;

    __device__ View(int kind, int size, int kept, int heads, int length, int head, int query) {
        int position = query - kept;
        first = 0;
        end = query + 1;
        if (position < 0) return;
        if (kind == WINDOW && position >= size) first = query - size + 1;
        if (kind == SHIFTED_GROUPS) {
            int shift = head >= heads / 2 ? size / 2 : 0;
            int start = position < shift ? 0 : (position - shift) / size * size + shift;
            first = start == 0 ? 0 : kept + start;
        }
        if (kind == PREFIX) {
            if (end < kept + size) end = kept + size;
            if (end > length) end = length;
        }
    }

    __device__ bool sees(int key, int kept) const {
        return key < end && (key >= first || key < kept);
    }
};

/** The keys that a query sees, numbered from 0 on: some first ones that are kept, and those from a later one on. */
struct Row {
    float* of;
    int lead, gap;

    __device__ Row(const float* of, View view, int kept) {
        this->of = (float*) of;
        lead = kept < view.first ? kept : view.first;
        gap = view.first - lead;
    }

    __device__ float& operator[](int j) const {
        return of[j < lead ? j : j + gap];
    }
};

/** A_j = exp(s_j) / (exp(beside) + sum_k exp(s_k)). */
__device__ inline void exponentialRow(float beside, Row scores, int visible, Row pattern) {
    float top = beside;
    for (int j = lane(); j < visible; j += 32) top = fmaxf(top, scores[j]);
    top = warpMax(top);
    float sum = 0;
    for (int j = lane(); j < visible; j += 32) sum += pattern[j] = expf(scores[j] - top);
    sum = warpSum(sum) + expf(beside - top);
    for (int j = lane(); j < visible; j += 32) pattern[j] /= sum;
}

/** dS_j = A_j (dA_j - sum_k A_k dA_k), whatever stands beside the sum. */
__device__ inline void exponentialDerivative(Row pattern, Row dPattern, int visible, Row dScores) {
    float mean = 0;
    for (int j = lane(); j < visible; j += 32) mean += pattern[j] * dPattern[j];
    mean = warpSum(mean);
    for (int j = lane(); j < visible; j += 32) dScores[j] = pattern[j] * (dPattern[j] - mean);
}
