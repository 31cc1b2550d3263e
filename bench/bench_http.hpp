// What the benchmarks of the HTTP server share: a real engine on a journal that keeps nothing or on
// SQLite, a fleet of any size, and result lines for the runner.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "bench/system_clock.hpp"
#include "engine/engine.hpp"
#include "engine/job_token_port.hpp"

namespace berth::bench {

class NoTokens : public JobTokenPort {
public:
    [[nodiscard]] std::string issue(const AttemptId& attempt) const override {
        return attempt.text();
    }
    [[nodiscard]] std::optional<AttemptId> verify(std::string_view) const override {
        return std::nullopt;
    }
};

class NoProgress : public ProgressPort {
public:
    void save(const Progress&) override {}
    [[nodiscard]] std::vector<Progress> of(ReservationId) override { return {}; }
};

class NoHistory : public HistoryPort, public AuditPort {
public:
    [[nodiscard]] std::optional<Reservation> reservation(ReservationId) override {
        return std::nullopt;
    }
    [[nodiscard]] std::vector<Reservation> reservations(const ReservationQuery&) override {
        return {};
    }
    void each_within(const Span&, const std::function<void(const Reservation&)>&) override {}
    [[nodiscard]] std::vector<JournalRow> audit(const AuditQuery&) override { return {}; }
};

inline DeclareFleet fleet_of(int gpus) {
    constexpr int on_a_node = 8;
    DeclareFleet fleet;
    for (int i = 0; i < gpus; ++i) {
        fleet.gpus.push_back({"node" + std::to_string(i / on_a_node),
                              i % on_a_node,
                              "A100",
                              80,
                              {},
                              Health::healthy});
    }
    return fleet;
}

inline std::string gpu_name(int gpu) {
    return "node" + std::to_string(gpu / 8) + "/" + std::to_string(gpu % 8);
}

inline Submission by_bench(Command command) {
    return {.actor = "bench",
            .reason = {},
            .idempotency_key = {},
            .body_hash = {},
            .command = std::move(command)};
}

inline int connected(std::uint16_t port) {
    const int socket = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        std::perror("cannot connect");
        std::exit(1);
    }
    const int yes = 1;
    ::setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    return socket;
}

inline double seconds_of(clockid_t clock) {
    timespec now{};
    ::clock_gettime(clock, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

// Another program's figure for the same, of the same run.
struct Peer {
    const char* name;
    double value;
};

// One JSON object a line on stdout for the runner, a line for people on stderr. `target`: what the
// value should not exceed.
inline void result(const char* name, double value, const char* unit, double target = 0,
                   const Peer* peer = nullptr) {
    std::printf(R"({"name": "%s", "value": %.4f, "unit": "%s", "better": "%s")", name, value, unit,
                std::string_view(unit) == "1/s" ? "higher" : "lower");
    if (target > 0) std::printf(R"(, "target": %g)", target);
    if (peer != nullptr) {
        std::printf(R"(, "peer": "%s", "peer_value": %.4f)", peer->name, peer->value);
    }
    std::printf("}\n");
    std::fprintf(stderr, "%-44s %12.3f %s\n", name, value, unit);
}

inline double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

}  // namespace berth::bench
