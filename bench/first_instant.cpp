// A job that writes its own first instant (microseconds since 1970) to a file. Then it leaves, or
// keeps its GPU to the very end: it leaves neither by itself nor when it is asked to (SIGTERM).
// usage: bench_first_instant FOLDER NAME leave|stay
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string_view>

int main(int argc, char** argv) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    std::signal(SIGTERM, SIG_IGN);
    if (argc != 4) {
        std::fputs("usage: bench_first_instant FOLDER NAME leave|stay\n", stderr);
        return 2;
    }
    const std::filesystem::path file = std::filesystem::path(argv[1]) / argv[2];
    std::ofstream(file) << std::chrono::floor<std::chrono::microseconds>(now).count() << '\n';
    while (argv[3] == std::string_view("stay")) ::pause();
    return 0;
}
