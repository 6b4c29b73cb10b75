// The operations that are not matrix products. Rows are worked on by a warp each; sums over rows go through partial sums of
// fixed chunks, which are added in a fixed order: no float is added atomically, so the same device gives the same bits.

__device__ inline long long first() {
    return blockIdx.x * (long long) blockDim.x + threadIdx.x;
}

__device__ inline long long stride() {
    return gridDim.x * (long long) blockDim.x;
}

extern "C" __global__ void addTo(const float* source, float* target, long long size) {
    for (long long i = first(); i < size; i += stride()) target[i] += source[i];
}

extern "C" __global__ void scaleBy(float* target, float factor, long long size) {
    for (long long i = first(); i < size; i += stride()) target[i] *= factor;
}

/** y may be x; what is not a number stays so. */
extern "C" __global__ void relu(const float* x, float* y, long long size) {
    for (long long i = first(); i < size; i += stride()) y[i] = x[i] <= 0 ? 0 : x[i];
}

/** dX may be dY. */
extern "C" __global__ void reluBackward(const float* y, const float* dY, float* dX, long long size) {
    for (long long i = first(); i < size; i += stride()) dX[i] = y[i] > 0 ? dY[i] : 0;
}

/** partials[block]: the sum over the block's 256 threads. */
__device__ inline void partialSum(double sum, double* partials) {
    __shared__ double sums[256];
    sums[threadIdx.x] = sum;
    __syncthreads();
    for (int half = 128; half > 0; half >>= 1) {
        if (threadIdx.x < half) sums[threadIdx.x] += sums[threadIdx.x + half];
        __syncthreads();
    }
    if (threadIdx.x == 0) partials[blockIdx.x] = sums[0];
}

/** The sum of the squares, in double. */
extern "C" __global__ void squares(const float* source, double* partials, long long size) {
    double sum = 0;
    for (long long i = first(); i < size; i += stride()) sum += (double) source[i] * source[i];
    partialSum(sum, partials);
}

/** where: the least index of a number that is not finite; left alone where there is none. */
extern "C" __global__ void nonFinite(const float* source, int* where, long long size) {
    for (long long i = first(); i < size; i += stride())
        if (!isNumber(source[i])) atomicMin(where, (int) i);
}

/** failed: the first step whose losses were not all finite, or -1 so far. */
extern "C" __global__ void noteFailure(const float* losses, long long* failed, long long step, long long size) {
    for (long long i = first(); i < size; i += stride())
        if (!isNumber(losses[i]) && *failed < 0) *failed = step;
}

/** Pieces of so many numbers, each a stride behind the last; size: numbers in all. */
extern "C" __global__ void copyEach(
        const float* source, long long sourceStride, float* target, long long targetStride, int numbers, long long size) {
    for (long long i = first(); i < size; i += stride())
        target[i / numbers * targetStride + i % numbers] = source[i / numbers * sourceStride + i % numbers];
}

/** target[c] += the sum over k of parts[k, c], k a stride behind the last; 32 columns a block. */
extern "C" __global__ void addColumns(
        const float* parts, long long stride, float* target, int count, long long columns) {
    __shared__ float sums[16][33];
    long long column = blockIdx.x * 32LL + lane();
    int group = threadIdx.x >> 5;
    float sum = 0;
    if (column < columns)
        for (int k = group; k < count; k += 16) sum += parts[k * stride + column];
    sums[group][lane()] = sum;
    __syncthreads();
    for (int half = 8; half > 0; half >>= 1) {
        if (group < half) sums[group][lane()] += sums[group + half][lane()];
        __syncthreads();
    }
    if (group == 0 && column < columns) target[column] += sums[0][lane()];
}

/** h[r] = tokenTable[tokens[r]] + positionTable[r % length]. */
extern "C" __global__ void embed(
        const int* tokens, const float* tokenTable, const float* positionTable, float* h, int rows, int length, int width) {
    long long r = warp();
    if (r >= rows) return;
    const float* token = tokenTable + (long long) tokens[r] * width;
    const float* position = positionTable + r % length * width;
    for (int c = lane(); c < width; c += 32) h[r * width + c] = token[c] + position[c];
}

/** parts[chunk, token]: the sum of dH over the chunk's rows of that token. A block is one (token, chunk) of 1024 rows. */
extern "C" __global__ void tokenParts(const int* tokens, const float* dH, float* parts, int rows, int vocabulary, int width) {
    __shared__ int own[1024];
    __shared__ int count;
    int token = blockIdx.x % vocabulary, chunk = blockIdx.x / vocabulary;
    if (threadIdx.x < 32) { // the first warp lists the rows, in order
        int found = 0;
        for (int at = chunk * 1024; at < chunk * 1024 + 1024; at += 32) {
            int r = at + lane();
            bool mine = r < rows && tokens[r] == token;
            unsigned all = __ballot_sync(0xffffffffu, mine);
            if (mine) own[found + __popc(all & ((1u << lane()) - 1))] = r;
            found += __popc(all);
        }
        if (lane() == 0) count = found;
    }
    __syncthreads();
    for (int c = threadIdx.x; c < width; c += blockDim.x) {
        float sum = 0;
        for (int k = 0; k < count; k++) sum += dH[(long long) own[k] * width + c];
        parts[(long long) blockIdx.x * width + c] = sum;
    }
}

extern "C" __global__ void layerNorm(
        const float* x,
        const float* gain,
        const float* bias,
        float epsilon,
        float* y,
        float* means,
        float* inverses,
        int rows,
        int width) {
    long long r = warp();
    if (r >= rows) return;
    const float* from = x + r * width;
    float sum = 0, squares = 0;
    for (int c = lane(); c < width; c += 32) sum += from[c];
    float mean = warpSum(sum) / width;
    for (int c = lane(); c < width; c += 32) squares += (from[c] - mean) * (from[c] - mean);
    float inverse = 1 / sqrtf(warpSum(squares) / width + epsilon);
    for (int c = lane(); c < width; c += 32) y[r * width + c] = gain[c] * ((from[c] - mean) * inverse) + bias[c];
    if (lane() == 0) {
        means[r] = mean;
        inverses[r] = inverse;
    }
}

/** With n = (x - mean) inverse and u = gain dY: dX += inverse (u - mean(u) - n mean(n u)). */
extern "C" __global__ void layerNormBackward(
        const float* x,
        const float* gain,
        const float* means,
        const float* inverses,
        const float* dY,
        float* dX,
        int rows,
        int width) {
    long long r = warp();
    if (r >= rows) return;
    const float *from = x + r * width, *back = dY + r * width;
    float mean = means[r], inverse = inverses[r], meanU = 0, meanNU = 0;
    for (int c = lane(); c < width; c += 32) {
        float u = gain[c] * back[c];
        meanU += u;
        meanNU += (from[c] - mean) * inverse * u;
    }
    meanU = warpSum(meanU) / width;
    meanNU = warpSum(meanNU) / width;
    for (int c = lane(); c < width; c += 32)
        dX[r * width + c] += inverse * (gain[c] * back[c] - meanU - (from[c] - mean) * inverse * meanNU);
}

extern "C" __global__ void rmsNorm(
        const float* x, const float* gain, float epsilon, float* y, float* inverses, int rows, int width) {
    long long r = warp();
    if (r >= rows) return;
    const float* from = x + r * width;
    float squares = 0;
    for (int c = lane(); c < width; c += 32) squares += from[c] * from[c];
    float inverse = 1 / sqrtf(warpSum(squares) / width + epsilon);
    for (int c = lane(); c < width; c += 32) y[r * width + c] = gain[c] * (from[c] * inverse);
    if (lane() == 0) inverses[r] = inverse;
}

/** With n = x inverse and u = gain dY: dX += inverse (u - n mean(n u)). */
extern "C" __global__ void rmsNormBackward(
        const float* x, const float* gain, const float* inverses, const float* dY, float* dX, int rows, int width) {
    long long r = warp();
    if (r >= rows) return;
    const float *from = x + r * width, *back = dY + r * width;
    float inverse = inverses[r], meanNU = 0;
    for (int c = lane(); c < width; c += 32) meanNU += from[c] * inverse * (gain[c] * back[c]);
    meanNU = warpSum(meanNU) / width;
    for (int c = lane(); c < width; c += 32)
        dX[r * width + c] += inverse * (gain[c] * back[c] - from[c] * inverse * meanNU);
}

/** squashed = tanh(alpha x), y = gain squashed + bias. */
extern "C" __global__ void dynamicTanh(
        const float* x,
        const float* alpha,
        const float* gain,
        const float* bias,
        float* squashed,
        float* y,
        int width,
        long long size) {
    for (long long i = first(); i < size; i += stride()) {
        squashed[i] = tanhf(*alpha * x[i]);
        y[i] = gain[i % width] * squashed[i] + bias[i % width];
    }
}

/** With t the tanh and u = gain dY (1 - t^2): dX += alpha u, alphaParts[row] = sum of x u. */
extern "C" __global__ void dynamicTanhBackward(
        const float* x,
        const float* alpha,
        const float* gain,
        const float* squashed,
        const float* dY,
        float* dX,
        float* alphaParts,
        int rows,
        int width) {
    long long r = warp();
    if (r >= rows) return;
    float part = 0;
    for (int c = lane(); c < width; c += 32) {
        float t = squashed[r * width + c], u = gain[c] * dY[r * width + c] * (1 - t * t);
        dX[r * width + c] += *alpha * u;
        part += x[r * width + c] * u;
    }
    part = warpSum(part);
    if (lane() == 0) alphaParts[r] = part;
}

/** product may be x or y. */
extern "C" __global__ void multiply(const float* x, const float* y, float* product, long long size) {
    for (long long i = first(); i < size; i += stride()) product[i] = x[i] * y[i];
}

/** sigmoid(p(x)), p = linear x + cubic x^3. */
__device__ inline float gate(float x, float linear, float cubic) {
    return 1 / (1 + expf(-(linear + cubic * x * x) * x));
}

/** y = x sigmoid(p(x)). */
extern "C" __global__ void nonlinear(const float* x, float* y, float linear, float cubic, long long size) {
    for (long long i = first(); i < size; i += stride()) y[i] = x[i] * gate(x[i], linear, cubic);
}

/** dX, which may be dY: (s + x s (1 - s) p') dY. */
extern "C" __global__ void nonlinearBackward(
        const float* x, const float* dY, float* dX, float linear, float cubic, long long size) {
    for (long long i = first(); i < size; i += stride()) {
        float s = gate(x[i], linear, cubic);
        dX[i] = (s + x[i] * s * (1 - s) * (linear + 3 * cubic * x[i] * x[i])) * dY[i];
    }
}

/**
 * gainParts[chunk, c] = sum of n dY, biasParts[chunk, c] = sum of dY over a chunk of rows; a block is 32 columns of it. n is
 * (x - mean) inverse; without means it is x inverse, without inverses x.
 */
extern "C" __global__ void normParts(
        const float* x,
        const float* means,
        const float* inverses,
        const float* dY,
        float* gainParts,
        float* biasParts,
        int rows,
        int width,
        int rowsPerChunk) {
    __shared__ float gains[8][33], biases[8][33];
    int blocks = (width + 31) / 32, chunk = blockIdx.x / blocks, group = threadIdx.x >> 5;
    int column = blockIdx.x % blocks * 32 + lane();
    long long end = (chunk + 1LL) * rowsPerChunk < rows ? (chunk + 1LL) * rowsPerChunk : rows;
    float gain = 0, bias = 0;
    if (column < width)
        for (long long r = (long long) chunk * rowsPerChunk + group; r < end; r += 8) {
            float dy = dY[r * width + column];
            gain += (x[r * width + column] - (means ? means[r] : 0)) * (inverses ? inverses[r] : 1) * dy;
            bias += dy;
        }
    gains[group][lane()] = gain;
    biases[group][lane()] = bias;
    __syncthreads();
    for (int half = 4; half > 0; half >>= 1) {
        if (group < half) {
            gains[group][lane()] += gains[group + half][lane()];
            biases[group][lane()] += biases[group + half][lane()];
        }
        __syncthreads();
    }
    if (group == 0 && column < width) {
        gainParts[(long long) chunk * width + column] = gains[0][lane()];
        biasParts[(long long) chunk * width + column] = biases[0][lane()];
    }
}

/** Zeros for the keys that a query does not see, in [rows, length], rows being [sequences, heads, query]. */
extern "C" __global__ void clearUnseen(float* pairs, int rows, int heads, int length, int kind, int size, int kept) {
    long long r = warp();
    if (r >= rows) return;
    View view(kind, size, kept, heads, length, r / length % heads, r % length);
    for (int j = lane(); j < length; j += 32)
        if (!view.sees(j, kept)) pairs[r * length + j] = 0;
}

/** With dLogits = scale (p - onehot) and z = log sum exp: dLogits (1 + 2 weight z), and 2 weight scale z at the target. */
extern "C" __global__ void zLoss(
        const float* logits,
        const int* targets,
        const float* losses,
        float* dLogits,
        float scale,
        float weight,
        int rows,
        int vocabulary) {
    long long r = warp();
    if (r >= rows || targets[r] < 0) return;
    float z = losses[r] + logits[r * vocabulary + targets[r]], factor = 1 + 2 * weight * z;
    for (int v = lane(); v < vocabulary; v += 32) {
        float* to = dLogits + r * vocabulary + v;
        *to = *to * factor + (v == targets[r] ? 2 * weight * scale * z : 0);
    }
}

/** losses[r] = log sum exp(logits) - logits[target]; dLogits, which may be logits: scale (softmax - one-hot). */
extern "C" __global__ void crossEntropy(
        const float* logits, const int* targets, float* losses, float* dLogits, float scale, int rows, int vocabulary) {
    long long r = warp();
    if (r >= rows) return;
    const float* from = logits + r * vocabulary;
    float* to = dLogits + r * vocabulary;
    int target = targets[r];
    if (target < 0) { // not counted
        for (int v = lane(); v < vocabulary; v += 32) to[v] = 0;
        if (lane() == 0) losses[r] = 0;
        return;
    }
    float top = -LARGEST, sum = 0, own = 0;
    for (int v = lane(); v < vocabulary; v += 32) {
        top = fmaxf(top, from[v]);
        if (v == target) own = from[v];
    }
    top = warpMax(top);
    own = warpSum(own); // of the one lane that has it, before any lane writes
    for (int v = lane(); v < vocabulary; v += 32) sum += expf(from[v] - top);
    sum = warpSum(sum);
    for (int v = lane(); v < vocabulary; v += 32)
        to[v] = scale * (expf(from[v] - top) / sum - (v == target ? 1.0f : 0.0f));
    if (lane() == 0) losses[r] = top + logf(sum) - own;
}
