// A number of GPUs that changes over time, and how much of it falls into each hour of a period.
// Adding costs next to nothing; folding sorts what was added once.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "report/hours.hpp"

namespace berth {

class Load {
public:
    void add(const Span& span, int gpus);
    // GPU-milliseconds in each of the hours.
    [[nodiscard]] std::vector<std::int64_t> fold(const std::vector<Hour>& hours) const;
    // The most GPUs at one moment.
    [[nodiscard]] int most_at_once() const;

private:
    [[nodiscard]] std::vector<std::pair<Instant, int>> sorted() const;

    std::vector<std::pair<Instant, int>> changes_;
};

}  // namespace berth
