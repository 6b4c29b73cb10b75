// CUDA's words for g++, put before every kernel source.
#pragma once
#include "emulated.h"
#include <cmath>
#include <cstring>
#include <tuple>
#include <utility>

#define __global__
#define __device__
#define __shared__ static  // a block runs alone
#define threadIdx emulatedThread
#define blockIdx emulatedBlock
#define blockDim emulatedBlockSize
#define gridDim emulatedGridSize

static inline void __syncthreads() {
    emulatedBlockBarrier();
}

static inline float __shfl_xor_sync(unsigned, float value, int step) {
    unsigned* lanes = emulatedExchange();
    std::memcpy(lanes + (emulatedThread.x & 31), &value, sizeof value);
    emulatedWarpBarrier();
    std::memcpy(&value, lanes + ((emulatedThread.x & 31) ^ step), sizeof value);
    return value;
}

static inline double __shfl_xor_sync(unsigned lanes, double value, int step) {
    float halves[2];
    std::memcpy(halves, &value, sizeof value);
    for (float& half : halves) half = __shfl_xor_sync(lanes, half, step);
    std::memcpy(&value, halves, sizeof value);
    return value;
}

static inline unsigned __ballot_sync(unsigned, bool mine) {
    unsigned* lanes = emulatedExchange();
    lanes[emulatedThread.x & 31] = mine;
    emulatedWarpBarrier();
    unsigned all = 0;
    for (int lane = 0; lane < 32; lane++) all |= lanes[lane] << lane;
    return all;
}

static inline int __popc(unsigned bits) {
    return __builtin_popcount(bits);
}

static inline int atomicMin(int* where, int value) {
    int before = *where;
    if (value < before) *where = value;
    return before;
}

/** The arguments as they are now, in a call of the kernel that can wait. */
template <class... A>
std::function<void()> emulatedBind(void (*kernel)(A...), void** arguments) {
    return [&]<std::size_t... I>(std::index_sequence<I...>) {
        std::tuple<A...> values(*static_cast<A*>(arguments[I])...);
        return [kernel, values] { std::apply(kernel, values); };
    }(std::index_sequence_for<A...>());
}

#define EMULATED_KERNEL(name) \
    extern "C" __attribute__((visibility("default"))) void name##EmulatedBind(void** arguments, std::function<void()>* call) { \
        *call = emulatedBind(name, arguments); \
    }
