// libcublas.so.13: matrices with columns first, three loops.
#include "emulated.h"

#include <cstring>

struct Handle {
    void* stream = nullptr;
    bool tf32 = false;
};

/** TF32 keeps ten bits of a factor; to nearest, ties away from zero. */
static float factor(float x, bool tf32) {
    if (!tf32) return x;
    unsigned bits;
    std::memcpy(&bits, &x, sizeof bits);
    bits = (bits + 0x1000) & ~0x1fffu;
    std::memcpy(&x, &bits, sizeof bits);
    return x;
}

extern "C" {
size_t cublasGetCudartVersion() {
    return 13000;
}

int cublasCreate_v2(Handle** handle) {
    if (!emulatedWait()) return 14;
    *handle = new Handle;
    return 0;
}

int cublasDestroy_v2(Handle* handle) {
    if (!emulatedWait()) return 14;
    delete handle;
    return 0;
}

int cublasSetStream_v2(Handle* handle, void* stream) {
    handle->stream = stream;
    return 0;
}

int cublasSetWorkspace_v2(Handle*, void* workspace, size_t) {
    return workspace ? 0 : 7;
}

int cublasSetMathMode(Handle* handle, int mode) {
    handle->tf32 = mode == 3;
    return 0;
}

int cublasSgemmStridedBatched(
        Handle* handle, int opA, int opB, int m, int n, int k, const float* alpha, const float* a, int lda,
        long long strideA, const float* b, int ldb, long long strideB, const float* beta, float* c, int ldc,
        long long strideC, int count) {
    if (m < 1 || n < 1 || k < 1 || count < 1 || lda < (opA ? k : m) || ldb < (opB ? n : k) || ldc < m) return 7;
    float scale = *alpha, keep = *beta; // by value, as under capture
    bool tf32 = handle->tf32;
    emulatedQueue(handle->stream, [=] {
        for (int batch = 0; batch < count; batch++)
            for (int j = 0; j < n; j++)
                for (int i = 0; i < m; i++) {
                    const float *as = a + batch * strideA, *bs = b + batch * strideB;
                    float* to = c + batch * strideC + (long long) j * ldc + i;
                    double sum = 0;
                    for (int l = 0; l < k; l++)
                        sum += (double) factor(opA ? as[(long long) i * lda + l] : as[(long long) l * lda + i], tf32)
                                * factor(opB ? bs[(long long) l * ldb + j] : bs[(long long) j * ldb + l], tf32);
                    *to = (float) (scale * sum + (keep == 0 ? 0 : keep * *to));
                }
    });
    return 0;
}

int cublasSgemm_v2(
        Handle* handle, int opA, int opB, int m, int n, int k, const float* alpha, const float* a, int lda, const float* b,
        int ldb, const float* beta, float* c, int ldc) {
    return cublasSgemmStridedBatched(handle, opA, opB, m, n, k, alpha, a, lda, 0, b, ldb, 0, beta, c, ldc, 0, 1);
}
}
