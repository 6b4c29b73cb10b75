// Between the libraries of the emulated device.
#pragma once
#include <functional>

/** Queues work on a stream, or adds it to the graph that the stream is capturing. */
void emulatedQueue(void* stream, std::function<void()> work);

/** Waits for the whole device; false where a stream was capturing. */
bool emulatedWait();

/** Runs a kernel on a grid of blocks, thread by thread. */
void emulatedRun(unsigned blocks, unsigned threads, const std::function<void()>& thread);

/** Waits for the other threads of the block, or of the warp. */
void emulatedBlockBarrier();
void emulatedWarpBarrier();

/** What the lanes of the running thread's warp give each other at a shuffle. */
unsigned* emulatedExchange();

struct EmulatedIndex {
    unsigned x, y, z;
};
extern EmulatedIndex emulatedThread, emulatedBlock, emulatedBlockSize, emulatedGridSize;
