// The windows that somebody may really have: free on the calendar, and within their team's quota.
// Suggestions and plans search through it, so that neither names what a booking would be refused.
//
//     const OpenWindows open(state, {.team = "vision"}, now);
//     auto placement = open.earliest(wish.gpus, wish.slots, open.first_slot(), last_start);
//
// Not within the quota is what is_within_quota() denies. A search that meets it goes on from window
// to window and gives up after `most_refusals` of them, so that a refusal stays cheap.
#pragma once

#include <optional>
#include <string>

#include "engine/state.hpp"
#include "engine/wish.hpp"

namespace berth {

// Whose wish it is.
struct Asker {
    std::string team;
    std::optional<ReservationId> changing = {};  // what it holds does not count against its quota
};

// Where the start of a window may lie: [first, last].
struct StartRange {
    Slot first;
    Slot last;
};

class OpenWindows {
public:
    static constexpr int most_refusals = 128;

    // Keeps a reference to the state.
    OpenWindows(const State& state, Asker asker, Instant now);

    // The first slot that begins now or later.
    [[nodiscard]] Slot first_slot() const { return first_slot_; }
    // The last start of a window of that many slots.
    [[nodiscard]] Slot last_start(std::int32_t slots) const;

    [[nodiscard]] bool allows(std::size_t gpus, Span span) const;
    [[nodiscard]] std::optional<Placement> at(const WishedGpus& gpus, Span span) const;
    [[nodiscard]] std::optional<Placement> earliest(const WishedGpus& gpus, std::int32_t slots,
                                                    StartRange starts) const;
    [[nodiscard]] std::optional<Placement> latest(const WishedGpus& gpus, std::int32_t slots,
                                                  StartRange starts) const;
    // The longest window of fewer than `slots` slots that begins there.
    [[nodiscard]] std::optional<Placement> longest(const WishedGpus& gpus, Instant start,
                                                   std::int32_t slots) const;
    // As many GPUs as can be had for the span, fewer than were asked for: of named ones, those that
    // are free.
    [[nodiscard]] std::optional<Placement> most(const WishedGpus& gpus, Span span) const;

private:
    [[nodiscard]] std::optional<Placement> most_of(const std::vector<GpuIndex>& ids,
                                                   Span span) const;

    const State& state_;
    Asker asker_;
    Instant now_;
    Slot first_slot_;
};

// How many GPUs the wish asks for.
std::size_t gpu_count(const WishedGpus& gpus);

}  // namespace berth
