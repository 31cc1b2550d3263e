// berth-supervisor FOLDER [BOOTED_AT]: runs the job that FOLDER/order.json describes; see
// launch/supervisor.hpp. BOOTED_AT: when this machine booted, by the server's time (RFC 3339).
#include <unistd.h>

#include <cstdio>
#include <optional>

#include "launch/supervisor.hpp"

int main(int argc, char** argv) {
    std::optional<berth::Instant> booted_at;
    if (argc == 3) {
        if (const auto instant = berth::parse_rfc3339(argv[2])) booted_at = *instant;
    }
    if (argc != (booted_at ? 3 : 2)) {
        std::fputs("usage: berth-supervisor ATTEMPT_FOLDER [BOOTED_AT]\n", stderr);
        return static_cast<int>(berth::SupervisorResult::usage);
    }
    // Nothing of the server's may stay open in a process that outlives it.
    ::close_range(STDERR_FILENO + 1, ~0U, 0);
    return static_cast<int>(berth::start_supervisor(argv[1], booted_at));
}
