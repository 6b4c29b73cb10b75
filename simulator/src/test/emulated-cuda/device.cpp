// libcuda.so.1: a device in the memory of the process, and a scheduler for the threads of its kernels.
#include "emulated.h"

#include <dlfcn.h>
#include <setjmp.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <deque>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

enum { OK = 0, INVALID_VALUE = 1, OUT_OF_MEMORY = 2, INVALID_CONTEXT = 201, NOT_FOUND = 500, CAPTURE_UNSUPPORTED = 900, CAPTURE_INVALIDATED = 901 };

using Work = std::function<void()>;

struct Graph {
    std::vector<Work> works;
    bool isSpoiled = false;
};

struct Stream {
    std::deque<Work> queue;
    Graph* capturing = nullptr;
};

struct Event {
    Stream* stream = nullptr;
    bool done = true;
};

struct Module {
    void* library;
    std::map<std::string, void*> functions;
};

static std::recursive_mutex device;
static std::map<unsigned long long, size_t> allocations;
static std::map<char*, size_t> pinned;
static std::set<Stream*> streams;
static size_t used = 0;
static thread_local bool inContext = false;
static thread_local bool isCapturing = false;

#define LOCKED std::lock_guard<std::recursive_mutex> locked(device)
#define IN_CONTEXT \
    LOCKED; \
    if (!inContext) return INVALID_CONTEXT
/** What may not be done between the begin and the end of a capture by the thread that captures. */
#define UNCAPTURED \
    IN_CONTEXT; \
    if (isCapturing) return CAPTURE_UNSUPPORTED

/** What a test asks for by a variable of the environment. */
static size_t asked(const char* name, size_t otherwise) {
    const char* value = std::getenv(name);
    return value ? std::strtoull(value, nullptr, 10) : otherwise;
}

static size_t totalBytes() {
    return asked("EMULATED_CUDA_BYTES", size_t(1) << 30);
}

/** Whether a range lies in one allocation. */
static bool isOnDevice(unsigned long long address, size_t bytes) {
    auto next = allocations.upper_bound(address);
    if (next == allocations.begin()) return false;
    --next;
    return address + bytes <= next->first + next->second;
}

static bool isPinned(const void* address, size_t bytes) {
    char* at = (char*) address;
    auto next = pinned.upper_bound(at);
    if (next == pinned.begin()) return false;
    --next;
    return at + bytes <= next->first + next->second;
}

/** What waits for the whole device spoils the captures that are under way. */
bool emulatedWait() {
    LOCKED;
    bool isFree = true;
    for (Stream* stream : streams)
        if (stream->capturing) {
            stream->capturing->isSpoiled = true;
            isFree = false;
        }
    return isFree;
}

void emulatedQueue(void* stream, Work work) {
    LOCKED;
    Stream* to = static_cast<Stream*>(stream);
    if (to->capturing) to->capturing->works.push_back(std::move(work));
    else to->queue.push_back(std::move(work));
}

/** Does queued work in order until `done` or nothing is left. */
static void drain(Stream* stream, const bool* done = nullptr) {
    while (!stream->queue.empty() && !(done && *done)) {
        Work work = std::move(stream->queue.front());
        stream->queue.pop_front();
        work();
    }
}

// The threads of a block are fibers of one thread of the process. A fiber takes one CUDA thread after the other; where one must
// wait at a barrier, its fiber sleeps and another goes on.

EmulatedIndex emulatedThread, emulatedBlock, emulatedBlockSize, emulatedGridSize;

struct Fiber {
    ucontext_t begin;
    jmp_buf at;
    bool begun = false;
    unsigned thread = 0;
    std::unique_ptr<char[]> stack;
};

static constexpr size_t STACK_BYTES = 64 << 10;
static std::vector<std::unique_ptr<Fiber>> fibers;
static std::vector<Fiber*> idle, atBlockBarrier;
static std::vector<Fiber*> atWarpBarrier[32];
static std::deque<Fiber*> ready;
static Fiber* running;
static jmp_buf scheduler;
static ucontext_t schedulerContext;
static const Work* body;
static unsigned nextThread, doneThreads, lanesAlive[32];
static unsigned exchange[32][2][32], turn[32][32];

static void toScheduler() {
    if (_setjmp(running->at) == 0) _longjmp(scheduler, 1);
}

static void workOff() {
    for (;;) {
        while (nextThread < emulatedBlockSize.x) {
            running->thread = nextThread++;
            emulatedThread = {running->thread, 0, 0};
            (*body)();
            doneThreads++;
            lanesAlive[running->thread / 32]--;
        }
        idle.push_back(running);
        toScheduler();
    }
}

static void resume(Fiber* fiber) {
    if (_setjmp(scheduler)) return;
    running = fiber;
    emulatedThread = {fiber->thread, 0, 0};
    if (fiber->begun) _longjmp(fiber->at, 1);
    fiber->begun = true;
    setcontext(&fiber->begin);
}

static Fiber* idleFiber() {
    if (idle.empty()) {
        fibers.push_back(std::make_unique<Fiber>());
        Fiber* fresh = fibers.back().get();
        fresh->stack = std::make_unique<char[]>(STACK_BYTES);
        getcontext(&fresh->begin);
        fresh->begin.uc_stack = {fresh->stack.get(), 0, STACK_BYTES};
        fresh->begin.uc_link = &schedulerContext;
        makecontext(&fresh->begin, workOff, 0);
        return fresh;
    }
    Fiber* fiber = idle.back();
    idle.pop_back();
    return fiber;
}

static void runBlock() {
    nextThread = doneThreads = 0;
    for (unsigned t = 0; t < 32; t++) lanesAlive[t] = 0;
    for (unsigned t = 0; t < emulatedBlockSize.x; t++) lanesAlive[t / 32]++;
    while (doneThreads < emulatedBlockSize.x) {
        if (!ready.empty()) {
            Fiber* fiber = ready.front();
            ready.pop_front();
            resume(fiber);
        } else if (nextThread < emulatedBlockSize.x) resume(idleFiber());
        else if (!atBlockBarrier.empty() && atBlockBarrier.size() == emulatedBlockSize.x - doneThreads) {
            ready.assign(atBlockBarrier.begin(), atBlockBarrier.end());
            atBlockBarrier.clear();
        } else {
            std::fprintf(stderr, "emulated device: the threads of a block wait for one another\n");
            std::abort();
        }
    }
}

void emulatedRun(unsigned blocks, unsigned threads, const Work& thread) {
    body = &thread;
    emulatedGridSize = {blocks, 1, 1};
    emulatedBlockSize = {threads, 1, 1};
    for (unsigned b = 0; b < blocks; b++) {
        emulatedBlock = {b, 0, 0};
        runBlock();
    }
}

void emulatedBlockBarrier() {
    atBlockBarrier.push_back(running);
    toScheduler();
}

/** The last lane to come wakes the others and goes on. */
void emulatedWarpBarrier() {
    unsigned warp = running->thread / 32;
    std::vector<Fiber*>& waiting = atWarpBarrier[warp];
    if (waiting.size() + 1 == lanesAlive[warp]) {
        ready.insert(ready.end(), waiting.begin(), waiting.end());
        waiting.clear();
        return;
    }
    waiting.push_back(running);
    toScheduler();
}

/** Two places in turn: a lane may be one shuffle ahead of the others, not two. */
unsigned* emulatedExchange() {
    unsigned warp = running->thread / 32, lane = running->thread % 32;
    return exchange[warp][turn[warp][lane]++ & 1];
}

extern "C" {
int cuInit(unsigned) {
    return OK;
}

int cuDriverGetVersion(int* version) {
    *version = (int) asked("EMULATED_CUDA_DRIVER", 13000);
    return OK;
}

int cuGetErrorName(int error, const char** name) {
    static const std::map<int, const char*> NAMES = {
            {INVALID_VALUE, "CUDA_ERROR_INVALID_VALUE"},
            {OUT_OF_MEMORY, "CUDA_ERROR_OUT_OF_MEMORY"},
            {INVALID_CONTEXT, "CUDA_ERROR_INVALID_CONTEXT"},
            {NOT_FOUND, "CUDA_ERROR_NOT_FOUND"},
            {CAPTURE_UNSUPPORTED, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED"}};
    auto found = NAMES.find(error);
    if (found == NAMES.end()) return INVALID_VALUE;
    *name = found->second;
    return OK;
}

int cuGetErrorString(int error, const char** text) {
    int status = cuGetErrorName(error, text);
    if (status == OK) *text = "on the emulated device";
    return status;
}

/** NVIDIA's NVRTC asks for it where it finds a driver. */
int cuGetExportTable(const void**, const void*) {
    return NOT_FOUND;
}

int cuDeviceGetCount(int* count) {
    *count = (int) asked("EMULATED_CUDA_DEVICES", 1);
    return OK;
}

int cuDeviceGet(int* handle, int ordinal) {
    *handle = 0;
    return ordinal == 0 ? OK : INVALID_VALUE;
}

int cuDeviceGetName(char* name, int length, int) {
    std::snprintf(name, length, "emulated device");
    return OK;
}

/** Compute capability 1.0, which no compiler of CUDA 13 knows: nothing made for this is taken for a device's. */
int cuDeviceGetAttribute(int* value, int which, int) {
    *value = which == 75 ? 1 : 0;
    return OK;
}

int cuDeviceTotalMem_v2(size_t* bytes, int) {
    *bytes = totalBytes();
    return OK;
}

int cuDevicePrimaryCtxRetain(void** context, int) {
    *context = &device;
    return OK;
}

int cuDevicePrimaryCtxRelease_v2(int) {
    return OK;
}

int cuCtxSetCurrent(void* context) {
    inContext = context == &device;
    return OK;
}

int cuMemGetInfo_v2(size_t* free, size_t* total) {
    IN_CONTEXT;
    *total = totalBytes();
    *free = *total - used;
    return OK;
}

int cuMemAlloc_v2(unsigned long long* address, size_t bytes) {
    UNCAPTURED;
    if (bytes == 0) return INVALID_VALUE;
    if (used + bytes > totalBytes()) return OUT_OF_MEMORY;
    void* memory = std::malloc(bytes);
    std::memset(memory, 0xff, bytes); // not a number
    *address = reinterpret_cast<unsigned long long>(memory);
    allocations[*address] = bytes;
    used += bytes;
    return OK;
}

int cuMemFree_v2(unsigned long long address) {
    UNCAPTURED;
    auto found = allocations.find(address);
    if (found == allocations.end()) return INVALID_VALUE;
    for (Stream* stream : streams) drain(stream);
    used -= found->second;
    allocations.erase(found);
    std::free(reinterpret_cast<void*>(address));
    return OK;
}

int cuMemHostAlloc(void** address, size_t bytes, unsigned) {
    UNCAPTURED;
    *address = std::malloc(bytes);
    pinned[(char*) *address] = bytes;
    return OK;
}

int cuMemFreeHost(void* address) {
    UNCAPTURED;
    for (Stream* stream : streams) drain(stream);
    if (!pinned.erase((char*) address)) return INVALID_VALUE;
    std::free(address);
    return OK;
}

int cuMemcpyHtoDAsync_v2(unsigned long long to, const void* from, size_t bytes, Stream* stream) {
    IN_CONTEXT;
    if (!isOnDevice(to, bytes) || !isPinned(from, bytes)) return INVALID_VALUE;
    emulatedQueue(stream, [=] { std::memcpy(reinterpret_cast<void*>(to), from, bytes); });
    return OK;
}

int cuMemcpyDtoHAsync_v2(void* to, unsigned long long from, size_t bytes, Stream* stream) {
    IN_CONTEXT;
    if (!isOnDevice(from, bytes) || !isPinned(to, bytes)) return INVALID_VALUE;
    emulatedQueue(stream, [=] { std::memcpy(to, reinterpret_cast<void*>(from), bytes); });
    return OK;
}

int cuMemcpyDtoDAsync_v2(unsigned long long to, unsigned long long from, size_t bytes, Stream* stream) {
    IN_CONTEXT;
    if (!isOnDevice(to, bytes) || !isOnDevice(from, bytes)) return INVALID_VALUE;
    emulatedQueue(stream, [=] { std::memmove(reinterpret_cast<void*>(to), reinterpret_cast<void*>(from), bytes); });
    return OK;
}

int cuMemsetD32Async(unsigned long long to, unsigned word, size_t words, Stream* stream) {
    IN_CONTEXT;
    if (!isOnDevice(to, 4 * words)) return INVALID_VALUE;
    emulatedQueue(stream, [=] {
        for (size_t i = 0; i < words; i++) reinterpret_cast<unsigned*>(to)[i] = word;
    });
    return OK;
}

int cuStreamCreate(Stream** stream, unsigned) {
    IN_CONTEXT;
    *stream = new Stream;
    streams.insert(*stream);
    return OK;
}

int cuStreamDestroy_v2(Stream* stream) {
    UNCAPTURED;
    drain(stream);
    streams.erase(stream);
    delete stream;
    return OK;
}

int cuStreamSynchronize(Stream* stream) {
    UNCAPTURED;
    drain(stream);
    return OK;
}

int cuEventCreate(Event** event, unsigned) {
    IN_CONTEXT;
    *event = new Event;
    return OK;
}

int cuEventDestroy_v2(Event* event) {
    UNCAPTURED;
    if (!event->done) drain(event->stream);
    delete event;
    return OK;
}

int cuEventRecord(Event* event, Stream* stream) {
    UNCAPTURED;
    if (!event->done) drain(event->stream, &event->done);
    event->stream = stream;
    event->done = false;
    emulatedQueue(stream, [event] { event->done = true; });
    return OK;
}

int cuEventSynchronize(Event* event) {
    UNCAPTURED;
    if (!event->done) drain(event->stream, &event->done);
    return OK;
}

int cuStreamBeginCapture_v2(Stream* stream, int) {
    UNCAPTURED;
    isCapturing = true;
    stream->capturing = new Graph;
    return OK;
}

int cuStreamEndCapture(Stream* stream, Graph** graph) {
    IN_CONTEXT;
    isCapturing = false;
    *graph = stream->capturing;
    stream->capturing = nullptr;
    if (!(*graph)->isSpoiled) return OK;
    delete *graph;
    *graph = nullptr;
    return CAPTURE_INVALIDATED;
}

int cuGraphInstantiateWithFlags(Graph** executable, Graph* graph, unsigned long long) {
    IN_CONTEXT;
    *executable = new Graph(*graph);
    return OK;
}

int cuGraphDestroy(Graph* graph) {
    IN_CONTEXT;
    delete graph;
    return OK;
}

int cuGraphExecDestroy(Graph* graph) {
    UNCAPTURED;
    for (Stream* stream : streams) drain(stream);
    delete graph;
    return OK;
}

int cuGraphLaunch(Graph* graph, Stream* stream) {
    UNCAPTURED;
    emulatedQueue(stream, [graph] {
        for (Work& work : graph->works) work();
    });
    return OK;
}

/** What the emulated compiler made: a length and a library. */
int cuModuleLoadData(Module** module, const char* code) {
    UNCAPTURED;
    size_t size;
    std::memcpy(&size, code, sizeof size);
    char place[] = "/tmp/emulated-cuda-XXXXXX";
    close(mkstemp(place));
    std::ofstream(place, std::ios::binary).write(code + sizeof size, size);
    void* library = dlopen(place, RTLD_NOW | RTLD_LOCAL);
    unlink(place);
    if (!library) {
        std::fprintf(stderr, "emulated device: %s\n", dlerror());
        return INVALID_VALUE;
    }
    *module = new Module{library, {}};
    return OK;
}

int cuModuleUnload(Module* module) {
    UNCAPTURED;
    for (Stream* stream : streams) drain(stream);
    dlclose(module->library);
    delete module;
    return OK;
}

int cuModuleGetFunction(void** function, Module* module, const char* name) {
    UNCAPTURED;
    *function = dlsym(module->library, (std::string(name) + "EmulatedBind").c_str());
    return *function ? OK : NOT_FOUND;
}

int cuLaunchKernel(
        void* function, unsigned gridX, unsigned, unsigned, unsigned blockX, unsigned, unsigned, unsigned, Stream* stream,
        void** arguments, void**) {
    IN_CONTEXT;
    if (gridX < 1 || blockX < 1 || blockX > 1024 || blockX % 32) return INVALID_VALUE;
    Work call;
    reinterpret_cast<void (*)(void**, Work*)>(function)(arguments, &call);
    emulatedQueue(stream, [=] { emulatedRun(gridX, blockX, call); });
    return OK;
}
}
