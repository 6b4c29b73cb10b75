// What stands around attention: gates and kernels, positions, the difference of two patterns, and the cosines of rows.

/** y = x + 1 above 0 and exp(x) elsewhere; y may be x. */
extern "C" __global__ void elu(const float* x, float* y, long long size) {
    for (long long i = first(); i < size; i += stride()) y[i] = x[i] > 0 ? x[i] + 1 : expf(x[i]);
}

/** dX may be dY. */
extern "C" __global__ void eluBackward(const float* y, const float* dY, float* dX, long long size) {
    for (long long i = first(); i < size; i += stride()) dX[i] = fminf(y[i], 1) * dY[i];
}

/** gates = sigmoid(gates), and y = gates x, one gate for groupWidth numbers; a thread has a gate. */
extern "C" __global__ void gateGroups(const float* x, float* gates, float* y, int groupWidth, long long groups) {
    for (long long g = first(); g < groups; g += stride()) {
        float own = gates[g] = 1 / (1 + expf(-gates[g]));
        for (long long i = g * groupWidth; i < (g + 1) * groupWidth; i++) y[i] = own * x[i];
    }
}

/** dX: of y on entry, of x on return. */
extern "C" __global__ void gateGroupsBackward(
        const float* x, const float* gates, float* dX, float* dLogits, int groupWidth, long long groups) {
    for (long long g = first(); g < groups; g += stride()) {
        float own = gates[g], sum = 0;
        for (long long i = g * groupWidth; i < (g + 1) * groupWidth; i++) {
            sum += x[i] * dX[i];
            dX[i] *= own;
        }
        dLogits[g] = own * (1 - own) * sum;
    }
}

/** Pairs (x[c], x[c + half]) of each head, turned by the angle of the position; size: pairs in all. */
extern "C" __global__ void rotate(
        const float* cosines, const float* sines, float* x, float sign, int length, int heads, int half, long long size) {
    for (long long i = first(); i < size; i += stride()) {
        long long head = i / half, angle = head / heads % length * half + i % half;
        float* pair = x + head * 2 * half + i % half;
        float a = pair[0], b = pair[half], cosine = cosines[angle], sine = sign * sines[angle];
        pair[0] = a * cosine - b * sine;
        pair[half] = a * sine + b * cosine;
    }
}

/** scores[r, j] += bias[head, max(i - j, 0)] behind the kept keys. */
extern "C" __global__ void byDistance(
        const float* bias, float* scores, int rows, int heads, int length, int kind, int size, int kept) {
    long long r = warp();
    int query = r % length, head = r / length % heads;
    if (r >= rows || query < kept) return;
    View view(kind, size, kept, heads, length, head, query);
    for (int j = kept + lane(); j < length; j += 32)
        if (view.sees(j, kept)) scores[r * length + j] += bias[head * (length - kept) + (query > j ? query - j : 0)];
}

/** parts[sequence, head, distance]: the sum over queries of the gradient of scores; a thread has a distance. */
extern "C" __global__ void byDistanceParts(
        const float* dScores, float* parts, long long count, int heads, int length, int kind, int size, int kept) {
    int distances = length - kept;
    for (long long p = first(); p < count; p += stride()) {
        int distance = p % distances, head = p / distances % heads;
        const float* square = dScores + p / distances * length * length;
        float sum = 0;
        for (int i = kept + distance; i < length; i++) {
            View view(kind, size, kept, heads, length, head, i);
            int last = distance == 0 ? view.end : i - distance + 1; // what lies ahead counts as no distance
            for (int j = i - distance; j < last; j++)
                if (view.sees(j, kept)) sum += square[(long long) i * length + j];
        }
        parts[p] = sum;
    }
}

/** results: lambda = exp(v_0 . v_1) - exp(v_2 . v_3) + start, and the two powers; of one warp. */
extern "C" __global__ void lambdaOf(const float* vectors, double start, int numbers, double* results) {
    double dots[2] = {0, 0};
    for (int pair = 0; pair < 2; pair++) {
        const float* query = vectors + 2 * pair * numbers;
        for (int c = lane(); c < numbers; c += 32) dots[pair] += (double) query[c] * query[c + numbers];
        dots[pair] = exp(warpSum(dots[pair]));
    }
    if (lane() > 0) return;
    results[0] = dots[0] - dots[1] + start;
    results[1] = dots[0];
    results[2] = dots[1];
}

/** Of each head the first pattern and, a square behind it, the second; size: numbers of the difference. */
extern "C" __global__ void difference(
        const double* lambda, const float* patterns, float* pattern, long long square, long long size) {
    float share = (float) *lambda;
    for (long long i = first(); i < size; i += stride()) {
        long long pair = i + i / square * square;
        pattern[i] = patterns[pair] - share * patterns[pair + square];
    }
}

/** partials: of the gradient of lambda. */
extern "C" __global__ void differenceBackward(
        const double* lambda,
        const float* patterns,
        const float* dPattern,
        float* dPatterns,
        double* partials,
        long long square,
        long long size) {
    float share = (float) *lambda;
    double sum = 0;
    for (long long i = first(); i < size; i += stride()) {
        long long pair = i + i / square * square;
        dPatterns[pair] = dPattern[i];
        dPatterns[pair + square] = -share * dPattern[i];
        sum -= (double) dPattern[i] * patterns[pair + square];
    }
    partialSum(sum, partials);
}

/** From the partial sums of the gradient of lambda to the four vectors'; of one warp. */
extern "C" __global__ void lambdaBackward(
        const float* vectors, const double* results, const double* partials, int count, int numbers, float* dVectors) {
    double dLambda = 0;
    for (int k = lane(); k < count; k += 32) dLambda += partials[k];
    dLambda = warpSum(dLambda);
    for (int pair = 0; pair < 2; pair++) {
        double dDot = (pair == 0 ? dLambda : -dLambda) * results[1 + pair];
        for (int query = 2 * pair * numbers + lane(); query < (2 * pair + 1) * numbers; query += 32) {
            dVectors[query] += (float) (dDot * vectors[query + numbers]);
            dVectors[query + numbers] += (float) (dDot * vectors[query]);
        }
    }
}

/**
 * The gradient of cos(h_t, h_0)^2 by h_t, of the rows behind the first of each sequence; shares [rows, 2] are the factors of
 * h_t and -h_0 in that by h_0.
 */
extern "C" __global__ void decorrelate(
        const float* h, float* dH, float weight, float* shares, long long rows, int skipped, int length, int width) {
    long long r = warp();
    if (r >= rows) return;
    long long sink = (r / (length - 1) * (skipped + length) + skipped) * width;
    long long own = sink + (r % (length - 1) + 1) * width;
    float product = 0, ownSquares = 0, sinkSquares = 0;
    for (int c = lane(); c < width; c += 32) {
        product += h[own + c] * h[sink + c];
        ownSquares += h[own + c] * h[own + c];
        sinkSquares += h[sink + c] * h[sink + c];
    }
    product = warpSum(product);
    ownSquares = warpSum(ownSquares);
    sinkSquares = warpSum(sinkSquares);
    bool isNone = ownSquares == 0 || sinkSquares == 0;
    float norms = isNone ? 1 : sqrtf(ownSquares) * sqrtf(sinkSquares), cosine = product / norms;
    float factor = isNone ? 0 : 2 * weight * cosine;
    if (lane() == 0) {
        shares[2 * r] = factor / norms;
        shares[2 * r + 1] = isNone ? 0 : factor * cosine / sinkSquares;
    }
    if (isNone) return;
    for (int c = lane(); c < width; c += 32)
        dH[own + c] += factor * (h[sink + c] / norms - cosine * h[own + c] / ownSquares);
}

/** That by h_0; a block is a sequence. */
extern "C" __global__ void decorrelateFirst(
        const float* h, float* dH, const float* shares, int skipped, int length, int width) {
    long long sink = ((long long) blockIdx.x * (skipped + length) + skipped) * width;
    shares += (long long) blockIdx.x * (length - 1) * 2;
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float sum = 0;
        for (int t = 1; t < length; t++)
            sum += shares[2 * t - 2] * h[sink + (long long) t * width + c] - shares[2 * t - 1] * h[sink + c];
        dH[sink + c] += sum;
    }
}
