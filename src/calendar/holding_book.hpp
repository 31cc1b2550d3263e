// The truth of the calendar: for each GPU the exact intervals that are held, by time, and for each
// holder its placement. Knows nothing of windows; Held::slots only saves looking them up again.
#pragma once

#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include "calendar/calendar.hpp"

namespace berth {

struct Held {
    Span span;
    Holder holder;
    // The slots in which it is in the way: rounded outward, and of the current slot only if some of
    // it was still to come. Empty when all of it had passed.
    Window slots;
};

class HoldingBook {
public:
    explicit HoldingBook(std::size_t gpus) : by_gpu_(gpus) {}
    // Takes more GPUs in; those that are there stay.
    void grow(std::size_t gpus);

    [[nodiscard]] std::span<const Held> held(GpuIndex gpu) const { return by_gpu_[gpu.value]; }
    // Without those whose slots end at this one or before.
    [[nodiscard]] std::span<const Held> held_from(GpuIndex gpu, Slot slot) const;
    // The first one that overlaps the span; nullptr when none does.
    [[nodiscard]] const Held* first_in(GpuIndex gpu, Span span) const;
    [[nodiscard]] const Held* last_in(GpuIndex gpu, Span span) const;
    [[nodiscard]] bool is_free(GpuIndex gpu, Span span) const {
        return first_in(gpu, span) == nullptr;
    }
    [[nodiscard]] std::optional<Holding> first_clash(std::span<const GpuIndex> gpus, Span span,
                                                     std::optional<Holder> ignoring) const;
    [[nodiscard]] const Placement* held_by(Holder holder) const;
    // The slots of the holder's claim. Precondition: it holds something.
    [[nodiscard]] Window slots_of(Holder holder) const;

    // Precondition for all: nothing is in the way.
    void add(Holder holder, Placement placement, Window slots);
    void shorten(Holder holder, Instant end, Window slots);
    void remove(Holder holder);
    // Some holder whose claim ended at or before `now`.
    [[nodiscard]] std::optional<Holder> next_ended(Instant now);

private:
    using Row = std::vector<Held>;

    Held& entry(GpuIndex gpu, Instant from);
    void expect_end(Instant end, Holder holder);

    std::vector<Row> by_gpu_;
    std::unordered_map<std::uint64_t, Placement> by_holder_;
    // A min-heap of ends. Those of claims that were shortened or removed since are skipped when
    // they come up.
    std::vector<std::pair<Instant, Holder>> ends_;
};

}  // namespace berth
