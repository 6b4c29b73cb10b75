// libnvrtc.so.13: g++.
#include <dlfcn.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>

struct Program {
    std::string source, code, log;
};

static std::string contents(const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

extern "C" {
int nvrtcVersion(int* major, int* minor) {
    *major = 13;
    *minor = 0;
    return 0;
}

int nvrtcCreateProgram(Program** program, const char* source, const char*, int, const char* const*, const char* const*) {
    *program = new Program{source, "", ""};
    return 0;
}

int nvrtcDestroyProgram(Program** program) {
    delete *program;
    *program = nullptr;
    return 0;
}

int nvrtcCompileProgram(Program* program, int count, const char* const* options) {
    if (count != 1 || !std::regex_match(options[0], std::regex("--gpu-architecture=sm_[0-9]+"))) return 5;
    Dl_info here;
    dladdr(reinterpret_cast<void*>(nvrtcVersion), &here);
    std::string directory = here.dli_fname;
    directory.resize(directory.rfind('/'));
    char place[] = "/tmp/emulated-cuda-XXXXXX";
    std::string work = mkdtemp(place);
    std::ofstream source(work + "/kernel.cpp");
    source << "#include \"kernel.h\"\n" << program->source;
    std::regex kernel("extern \"C\" __global__ void (\\w+)\\(");
    for (auto k = std::sregex_iterator(program->source.begin(), program->source.end(), kernel); k != std::sregex_iterator();
            ++k)
        source << "EMULATED_KERNEL(" << (*k)[1] << ")\n";
    source.close();
    std::string command = "g++ -std=c++20 -O2 -w -fPIC -fvisibility=hidden -shared -I" + directory + " -o " + work + "/kernel.so " + work
            + "/kernel.cpp " + directory + "/libcuda.so.1 2>" + work + "/log";
    int status = std::system(command.c_str());
    program->log = contents(work + "/log");
    program->code = contents(work + "/kernel.so");
    std::system(("rm -r " + work).c_str());
    return status == 0 ? 0 : 6;
}

/** "Code" is its length and then the library. */
int nvrtcGetCUBINSize(Program* program, size_t* size) {
    *size = sizeof(size_t) + program->code.size();
    return 0;
}

int nvrtcGetCUBIN(Program* program, char* code) {
    size_t size = program->code.size();
    std::memcpy(code, &size, sizeof size);
    std::memcpy(code + sizeof size, program->code.data(), size);
    return 0;
}

int nvrtcGetProgramLogSize(Program* program, size_t* size) {
    *size = program->log.size() + 1;
    return 0;
}

int nvrtcGetProgramLog(Program* program, char* log) {
    std::strcpy(log, program->log.c_str());
    return 0;
}
}
