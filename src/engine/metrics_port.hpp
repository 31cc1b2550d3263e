// What is counted and measured, for whoever watches the server from outside.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace berth {

// One answered HTTP request. `route` is a pattern ("/api/v1/reservations/{id}"), never a path.
struct RequestFacts {
    std::string_view route;
    std::string_view method;
    int status = 0;
    std::chrono::duration<double> took{0};
};

// One commit: the commands that shared it, and what became of each.
struct BatchFacts {
    struct Decided {
        std::string command;  // command_name()
        std::string outcome;  // "ok", or the refusal's code
    };
    std::vector<Decided> commands;
    std::size_t rows = 0;
    std::string outcome;  // of the commit: "committed", "disk_full", …; "nothing" without rows
    std::chrono::duration<double> took{0};  // of the commit
};

// How the site stands at one moment.
struct SiteFacts {
    std::map<std::string, std::uint64_t> reservations;  // by state
    std::map<std::string, std::uint64_t> gpus;          // free, held, down, gone
    std::uint64_t listeners = 0;                        // of the live stream
    std::uint64_t sequence = 0;                         // of the last committed row
};

// Any thread may call.
class MetricsPort {
public:
    virtual ~MetricsPort() = default;
    virtual void count(const RequestFacts& request) = 0;
    virtual void count(const BatchFacts& batch) = 0;
    // All of it in the text format of Prometheus.
    [[nodiscard]] virtual std::string text(const SiteFacts& site) = 0;
};

}  // namespace berth
