// berth-supervisor FOLDER: runs the job that FOLDER/order.json describes; see
// launch/supervisor.hpp.
#include <unistd.h>

#include <cstdio>

#include "launch/supervisor.hpp"

int main(int argc, char** argv) {
    if (argc != 2) {
        std::fputs("usage: berth-supervisor ATTEMPT_FOLDER\n", stderr);
        return static_cast<int>(berth::SupervisorResult::usage);
    }
    // Nothing of the server's may stay open in a process that outlives it.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    return static_cast<int>(berth::start_supervisor(argv[1]));
}
