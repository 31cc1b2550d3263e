// Who holds which GPU when. A leaf library without I/O: exact intervals per GPU are the only truth,
// and the window-count index that answers "earliest window" is derived from them.
//
//     Calendar calendar(fleet, grid, now, limits);
//     auto placement = calendar.earliest(wish, 16, grid.slot_at(now) + 1, last_start);
//     if (placement) calendar.claim(Holder{17}, placement->gpus, placement->span);
//
// Deterministic: the same calls give the same GPUs. Copyable (a copy shares nothing that changes).
// Not thread-safe; const functions may run side by side.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "fleet/fleet.hpp"
#include "time/instant.hpp"
#include "time/slot_grid.hpp"

namespace berth {

struct Holder {
    std::uint64_t number = 0;
    auto operator<=>(const Holder&) const = default;
};

// One holder's claim of one GPU.
struct Holding {
    GpuIndex gpu;
    Holder holder;
    Span span;
    bool operator==(const Holding&) const = default;
};

struct Placement {
    Span span;
    std::vector<GpuIndex> gpus;  // ascending
    bool operator==(const Placement&) const = default;
};

struct Claim {
    Holder holder;
    Placement placement;
};

struct CalendarLimits {
    std::int32_t horizon_slots = 4'380;  // how far ahead windows are searched: a year of 2 h slots
    std::int32_t indexed_slots = 48;     // the longest window with an index row of its own
};

class Calendar {
public:
    Calendar(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now, CalendarLimits limits);
    Calendar(const Calendar& other);
    Calendar& operator=(const Calendar& other);
    Calendar(Calendar&&) noexcept;
    Calendar& operator=(Calendar&&) noexcept;
    ~Calendar();

    // -- changes
    // All GPUs or none. `span` need not lie on the grid. Error: the first holding in the way.
    // Precondition: the holder holds nothing, `gpus` is not empty and names each GPU once.
    std::expected<void, Holding> claim(Holder holder, std::span<const GpuIndex> gpus, Span span);
    // Many claims at once, in a fraction of the time: for a start from a snapshot. Error: of the
    // first claim that clashes with one before it, the holding in the way; then nothing is held.
    // Precondition: nothing is held yet, and that of claim() for each.
    std::expected<void, Holding> load(std::span<const Claim> claims);
    // Ends the holder's claim at `end` (later than its start, not later than its end).
    void shorten(Holder holder, Instant end);
    // Takes away all that the holder holds; nothing happens when it holds nothing.
    void release(Holder holder);
    // The holder's claim becomes this one, or stays as it was and the obstacle is returned.
    std::expected<void, Holding> move(Holder holder, std::span<const GpuIndex> gpus, Span span);
    // Of each pair, who holds the one holds the other instead, for all time: their rows trade
    // places, so nobody's window changes. No GPU is in two pairs.
    void exchange(std::span<const std::pair<GpuIndex, GpuIndex>> pairs);
    // Time goes on: what ended at or before `now` is forgotten, the horizon rolls forward.
    void advance(Instant now);
    // A changed inventory; GPUs that are known keep their index.
    void set_fleet(std::shared_ptr<const Fleet> fleet);

    // -- questions
    // The earliest holding that overlaps the span on any of the GPUs, `ignoring` aside.
    [[nodiscard]] std::optional<Holding> first_clash(std::span<const GpuIndex> gpus, Span span,
                                                     std::optional<Holder> ignoring = {}) const;
    // Concrete GPUs for the wish at exactly this span. Keeps whole nodes free: the fullest node
    // that fits comes first.
    // What `ignoring` holds counts as free, and nothing is placed on `avoiding`.
    [[nodiscard]] std::optional<Placement> place(const GpuWish& wish, Span span,
                                                 std::optional<Holder> ignoring = {},
                                                 std::span<const GpuIndex> avoiding = {}) const;
    // The first window of `slots` whole slots that starts at `not_before` or later and at
    // `latest_start` or earlier.
    [[nodiscard]] std::optional<Placement> earliest(const GpuWish& wish, std::int32_t slots,
                                                    Slot not_before, Slot latest_start) const;
    // Where it starts, without choosing GPUs: at most a microsecond for windows that are indexed
    // and selectors without labels, whatever is booked.
    [[nodiscard]] std::optional<Slot> earliest_start(const GpuWish& wish, std::int32_t slots,
                                                     Slot not_before, Slot latest_start) const;
    // The last such window.
    [[nodiscard]] std::optional<Placement> latest(const GpuWish& wish, std::int32_t slots,
                                                  Slot not_before, Slot latest_start) const;
    // The same two questions for exactly these GPUs.
    [[nodiscard]] std::optional<Placement> earliest_of(std::span<const GpuIndex> gpus,
                                                       std::int32_t slots, Slot not_before,
                                                       Slot latest_start) const;
    [[nodiscard]] std::optional<Placement> latest_of(std::span<const GpuIndex> gpus,
                                                     std::int32_t slots, Slot not_before,
                                                     Slot latest_start) const;
    // How many GPUs of the selector are free for the whole span.
    [[nodiscard]] int free_count(const GpuSelector& selector, Span span) const;
    // What is held on this GPU and overlaps the span, by time.
    [[nodiscard]] std::vector<Holding> holdings(GpuIndex gpu, Span span) const;
    [[nodiscard]] std::optional<Placement> held_by(Holder holder) const;

    [[nodiscard]] const Fleet& fleet() const;
    [[nodiscard]] const SlotGrid& grid() const;
    [[nodiscard]] Slot horizon() const;  // the first slot beyond it

    // For the tests: rebuilds the index from the intervals and says whether it was equal.
    [[nodiscard]] bool index_equals_rebuild() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
