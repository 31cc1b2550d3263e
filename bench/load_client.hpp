// A lean HTTP/1.1 load client on one thread: so many keep-alive connections to 127.0.0.1, each of
// which sends its next request when the answer to the last one is there. Raw epoll, because it
// shares a small machine with the server it measures.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace berth::bench {

struct LoadResult {
    double seconds = 0;                // from the first request to the last answer
    std::vector<double> milliseconds;  // of each answer
    std::map<int, int> statuses;       // how many answers had which
    std::string first_refusal;         // the first answer that was not 2xx, for a person
};

// Sends each request (its whole text, head and body) once, in order. Throws std::runtime_error when
// the server goes away or answers what is not HTTP.
LoadResult run_load(std::uint16_t port, int connections, const std::vector<std::string>& requests);

}  // namespace berth::bench
