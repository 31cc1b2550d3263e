// A request made exact: which GPUs are meant, and which span of time, checked against the fleet,
// the grid and the clock but not yet against the calendar.
#pragma once

#include <expected>
#include <optional>
#include <vector>

#include "booking/refusal.hpp"
#include "booking/request.hpp"
#include "engine/state.hpp"

namespace berth {

struct WishedGpus {
    std::vector<GpuIndex> ids;  // exactly these, ascending; empty when a wish says what is asked
    GpuWish wish;               // for named ids: as many like them
    bool whole = false;         // fewer GPUs would not do: the work says how many pods it has

    [[nodiscard]] bool named() const { return !ids.empty(); }
};

struct Wish {
    WishedGpus gpus;
    Span span;
    std::int32_t slots = 1;  // the whole slots that the span touches
};

// What is asked for by number, not yet checked against the fleet.
std::expected<GpuWish, Refusal> counted_wish(const GpuRequest& request);

std::expected<WishedGpus, Refusal> choose_gpus(const Fleet& fleet, const GpuRequest& request);
// The same for work that says in how many pods it runs, or how many GPUs each of them has. See
// pods.hpp.
std::expected<WishedGpus, Refusal> choose_gpus_for(const Fleet& fleet, const GpuRequest& request,
                                                   const std::optional<Workload>& workload);

// Precondition: the request has a start. A start within the slot that has already begun means now.
std::expected<Span, Refusal> choose_span(const SlotGrid& grid, Slot horizon,
                                         const ReservationRequest& request, Instant now);

// Another end for what starts at `start`, which may have passed; the request says it in hours from
// the start or as an end.
std::expected<Span, Refusal> choose_end(const SlotGrid& grid, Slot horizon, Instant start,
                                        const ReservationRequest& request, Instant now);

std::expected<Wish, Refusal> make_exact(const State& state, const ReservationRequest& request,
                                        Instant now);

// The request's length in whole slots, rounded up; for questions without a start.
std::expected<std::int32_t, Refusal> slots_asked(const SlotGrid& grid,
                                                 const ReservationRequest& request);

// Concrete GPUs for the wish at this span, if they are free.
// What `ignoring` holds counts as free: a reservation that is to be changed.
std::optional<Placement> try_place(const Calendar& calendar, const WishedGpus& gpus, Span span,
                                   std::optional<Holder> ignoring = {});

}  // namespace berth
