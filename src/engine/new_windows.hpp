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

    // Beside what `taken` takes: the P0's GPUs, and the new windows of those who come before. Of
    // very many victims the last are looked for on their own GPUs alone.
    std::optional<Placement> find(const Reservation& victim, const Span& evicted_for,
                                  std::span<const Placement> taken);

private:
    struct Need {
        std::int32_t slots = 1;
        Instant not_before;
    };
    struct Wanted {
        std::optional<std::expected<WishedGpus, Refusal>> gpus;
        std::map<std::pair<std::int32_t, Slot>, std::optional<Slot>> starts;

        [[nodiscard]] const WishedGpus* gpus_or_null() const {
            return gpus && gpus->has_value() ? &**gpus : nullptr;
        }
    };

    [[nodiscard]] Need need_of(const Reservation& victim, const Span& evicted_for) const;
    std::optional<Placement> own_gpus_behind(const Reservation& victim, const Span& evicted_for,
                                             std::int32_t slots);
    // A zone's rules are slow to ask.
    Slot first_slot_from(Instant instant);
    Instant start_of(Slot slot);
    Span span_of(Slot first, std::int32_t slots);
    Wanted& wanted_by(const GpuRequest& asked);
    std::optional<Span> elsewhere(const GpuRequest& asked, const Need& need);

    const State& state_;
    Instant now_;
    int passes_left_ = 64;  // so many windows find() looks at, of all victims
    std::unordered_map<std::string, Wanted> known_;
    std::map<Instant, Slot> slots_from_;
    std::map<Slot, Instant> starts_of_;
};

}  // namespace berth
