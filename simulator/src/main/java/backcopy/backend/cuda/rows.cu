// Every row of scores through an attention kind, whose file comes before this one and defines `row` and `derivative`; with
// TRAINED, the kind has a number of each head, is given it first, and defines `trainedDerivative` too.

#ifdef TRAINED
#define NUMBER trained[head],
#else
#define NUMBER
#endif

/** pattern = rule(scores), 0 where a query does not see; [rows, length], rows being [sequences, heads, query]. */
extern "C" __global__ void pattern(
        const float* trained,
        const float* scores,
        float* pattern,
        int rows,
        int heads,
        int length,
        int kind,
        int size,
        int kept) {
    long long r = warp();
    if (r >= rows) return;
    int head = r / length % heads;
    View view(kind, size, kept, heads, length, head, r % length);
    Row to(pattern + r * length, view, kept);
    row(NUMBER Row(scores + r * length, view, kept), view.end - to.gap, to);
    for (int j = lane(); j < length; j += 32)
        if (!view.sees(j, kept)) pattern[r * length + j] = 0;
}

/** dScores may be dPattern. With TRAINED, parts [sequences, query, heads] are the shares in the gradients of the numbers. */
extern "C" __global__ void patternBackward(
        const float* trained,
        const float* scores,
        const float* pattern,
        const float* dPattern,
        float* dScores,
        float* parts,
        int rows,
        int heads,
        int length,
        int kind,
        int size,
        int kept) {
    long long r = warp();
    if (r >= rows) return;
    int head = r / length % heads;
    View view(kind, size, kept, heads, length, head, r % length);
    Row from(scores + r * length, view, kept), own(pattern + r * length, view, kept);
    Row back(dPattern + r * length, view, kept), to(dScores + r * length, view, kept);
    int visible = view.end - to.gap;
#ifdef TRAINED
    float part = trainedDerivative(trained[head], from, own, back, visible);
    if (lane() == 0) parts[(r / length / heads * length + r % length) * heads + head] = part;
#endif
    derivative(NUMBER from, own, back, visible, to);
    for (int j = lane(); j < length; j += 32)
        if (!view.sees(j, kept)) dScores[r * length + j] = 0;
}
