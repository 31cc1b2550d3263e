// Where those whom an eviction would disturb could be booked again, without booking anything.
#pragma once

#include <expected>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>

#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

class NewWindows {
public:
    // Keeps a reference to the state, which must not change.
    NewWindows(const State& state, Instant now) : state_(state), now_(now) {}

    // Fast, for many: as if this victim alone were disturbed by who gets GPUs for `evicted_for`.
    // Many are alike, so what was found is kept.
    std::optional<Span> estimate(const Reservation& victim, const Span& evicted_for);

    // Beside what `taken` takes: the P0's GPUs, and the new windows of those who come before.
    [[nodiscard]] std::optional<Placement> find(const Reservation& victim, const Span& evicted_for,
                                                std::span<const Placement> taken) const;

private:
    struct Need {
        std::int32_t slots = 1;
        Instant not_before;
    };
    struct Wanted {
        std::optional<std::expected<WishedGpus, Refusal>> gpus;
        std::map<std::pair<std::int32_t, Slot>, std::optional<Slot>> starts;
    };

    [[nodiscard]] Need need_of(const Reservation& victim, const Span& evicted_for) const;
    [[nodiscard]] std::optional<Placement> own_gpus_behind(const Reservation& victim,
                                                           const Span& evicted_for,
                                                           std::int32_t slots) const;
    std::optional<Span> elsewhere(const GpuRequest& asked, const Need& need);

    const State& state_;
    Instant now_;
    std::unordered_map<std::string, Wanted> known_;
};

}  // namespace berth
