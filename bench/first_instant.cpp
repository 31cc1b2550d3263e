// A job that writes its own first instant (microseconds since 1970) to a file, and then keeps its
// GPU to the very end: it leaves neither by itself nor when it is asked to (SIGTERM).
// usage: bench_first_instant FOLDER NAME
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <fstream>

int main(int argc, char** argv) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    std::signal(SIGTERM, SIG_IGN);
    if (argc != 3) {
        std::fputs("usage: bench_first_instant FOLDER NAME\n", stderr);
        return 2;
    }
    const std::filesystem::path file = std::filesystem::path(argv[1]) / argv[2];
    std::ofstream(file) << std::chrono::floor<std::chrono::microseconds>(now).count() << '\n';
    for (;;) ::pause();
}
