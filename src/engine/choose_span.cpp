#include <algorithm>
#include <cmath>

#include "engine/refuse.hpp"
#include "engine/wish.hpp"

namespace berth {

namespace {

constexpr double longest_hours = 24.0 * 366 * 10;  // keeps the arithmetic far from overflow

std::expected<void, Refusal> check_length(const ReservationRequest& request) {
    if (request.hours && request.end) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "end", "give hours or end, not both"));
    }
    if (!request.hours && !request.end) {
        return std::unexpected(refusal(RefusalCode::bad_request, "hours",
                                       "say how long: \"hours\": 4, or an \"end\""));
    }
    if (!request.hours) return {};
    if (!std::isfinite(*request.hours) || *request.hours <= 0) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "hours", "hours must be more than 0"));
    }
    if (*request.hours > longest_hours) {
        return std::unexpected(refusal(RefusalCode::beyond_horizon, "hours",
                                       "nothing can be booked for that many hours"));
    }
    return {};
}

Duration hours_to_duration(double hours) {
    return Duration(std::llround(hours * 3'600'000.0));
}

// The whole slots in the length, when it is a whole number of them.
std::optional<std::int32_t> whole_slots(const SlotGrid& grid, double hours) {
    const Duration length = hours_to_duration(hours);
    const Duration slot = grid.slot_length();
    if (length % slot != Duration::zero()) return std::nullopt;
    return static_cast<std::int32_t>(length / slot);
}

// The nearest windows on the grid, as suggestions without GPUs: the calendar adds those it can.
Refusal off_grid(const SlotGrid& grid, Instant start, Instant end) {
    const auto minutes = grid.slot_length().count();
    std::string every = minutes % 60 == 0 ? std::to_string(minutes / 60) + " hours"
                                          : std::to_string(minutes) + " minutes";
    Refusal refused =
        refusal(RefusalCode::off_grid, "start",
                "times here lie on a grid of " + every + " from midnight (" + grid.zone_name() +
                    "); take one of the nearest windows, or let \"align\": true widen yours");
    const auto suggest = [&](Instant from, Instant to) {
        if (to <= from) to = grid.start_of(grid.slot_at(from) + 1);
        Suggestion window;
        window.kind = SuggestionKind::on_grid;
        window.start = from;
        window.end = to;
        window.why = "the nearest window on the grid";
        if (refused.suggestions.empty() || refused.suggestions.back() != window) {
            refused.suggestions.push_back(std::move(window));
        }
    };
    suggest(grid.edge_at_or_before(start), grid.edge_at_or_before(end));
    suggest(grid.edge_at_or_after(start), grid.edge_at_or_after(end));
    return refused;
}

std::expected<Span, Refusal> span_from_now(const SlotGrid& grid, const ReservationRequest& request,
                                           Instant asked_start, Instant now) {
    Instant end{};
    if (request.end) {
        end = *request.end;
        if (!grid.is_edge(end)) {
            if (!request.align) return std::unexpected(off_grid(grid, asked_start, end));
            end = grid.edge_at_or_after(end);
        }
    } else if (const auto slots = whole_slots(grid, *request.hours);
               slots && grid.is_edge(asked_start)) {
        end = grid.start_of(grid.slot_at(asked_start) + *slots);
    } else {
        end = grid.edge_at_or_after(asked_start + hours_to_duration(*request.hours));
    }
    if (end <= now) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "end", "the end must be later than the start"));
    }
    return Span{now, end};
}

std::expected<Span, Refusal> span_ahead(const SlotGrid& grid, const ReservationRequest& request,
                                        Instant start) {
    const auto slots = request.hours ? whole_slots(grid, *request.hours) : std::nullopt;
    const bool on_edge = grid.is_edge(start);
    Instant end{};
    if (request.end) {
        end = *request.end;
    } else {
        end = slots && on_edge ? grid.start_of(grid.slot_at(start) + *slots)
                               : start + hours_to_duration(*request.hours);
    }
    if (end <= start) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "end", "the end must be later than the start"));
    }
    if (on_edge && grid.is_edge(end)) return Span{start, end};
    if (!request.align) return std::unexpected(off_grid(grid, start, end));
    return Span{grid.edge_at_or_before(start), grid.edge_at_or_after(end)};
}

std::expected<Span, Refusal> within_horizon(const SlotGrid& grid, Slot horizon,
                                            const ReservationRequest& request, Span span) {
    if (span.to <= grid.start_of(horizon)) return span;
    return std::unexpected(refusal(
        RefusalCode::beyond_horizon, request.end ? "end" : "hours",
        "bookings end before " + grid.local_text(grid.start_of(horizon)) + " at the latest"));
}

}  // namespace

std::expected<std::int32_t, Refusal> slots_asked(const SlotGrid& grid,
                                                 const ReservationRequest& request) {
    if (auto checked = check_length(request); !checked) return std::unexpected(checked.error());
    if (!request.hours) {
        return std::unexpected(
            refusal(RefusalCode::bad_request, "hours", "without a start, say how long in hours"));
    }
    const double slot_hours = static_cast<double>(grid.slot_length().count()) / 60.0;
    return static_cast<std::int32_t>(std::ceil(*request.hours / slot_hours - 1e-9));
}

std::expected<Span, Refusal> choose_end(const SlotGrid& grid, Slot horizon, Instant start,
                                        const ReservationRequest& request, Instant now) {
    if (auto checked = check_length(request); !checked) return std::unexpected(checked.error());
    // Off the grid is only the start of what was booked for "now".
    const auto span = grid.is_edge(start) ? span_ahead(grid, request, start)
                                          : span_from_now(grid, request, start, start);
    if (!span) return span;
    if (span->to <= now) {
        return std::unexpected(refusal(
            RefusalCode::in_the_past, request.end ? "end" : "hours",
            "that end, " + grid.local_text(span->to) + ", has passed; to end it now, release it"));
    }
    return within_horizon(grid, horizon, request, *span);
}

std::expected<Span, Refusal> choose_span(const SlotGrid& grid, Slot horizon,
                                         const ReservationRequest& request, Instant now) {
    if (auto checked = check_length(request); !checked) return std::unexpected(checked.error());
    const Instant start = request.start->at.value_or(now);
    const Instant slot_began = grid.start_of(grid.slot_at(now));
    if (start < slot_began) {
        return std::unexpected(refusal(RefusalCode::in_the_past, "start",
                                       "the start, " + grid.local_text(start) +
                                           ", has passed: here it is " + grid.local_text(now) +
                                           " (" + grid.zone_name() + ")"));
    }
    auto span =
        start <= now ? span_from_now(grid, request, start, now) : span_ahead(grid, request, start);
    if (!span) return span;
    // Widened to the grid, a start within the current slot means now as well.
    span->from = std::max(span->from, now);
    return within_horizon(grid, horizon, request, *span);
}

std::expected<Wish, Refusal> make_exact(const State& state, const ReservationRequest& request,
                                        Instant now) {
    auto gpus = choose_gpus_for(*state.fleet, request.gpus, request.workload);
    if (!gpus) return std::unexpected(std::move(gpus.error()));
    if (!request.start) {
        return std::unexpected(refusal(RefusalCode::bad_request, "start",
                                       "say when it starts: \"now\", or a time such as "
                                       "2026-11-30T20:00:00Z"));
    }
    const SlotGrid& grid = state.calendar.grid();
    auto span = choose_span(grid, state.calendar.horizon(), request, now);
    if (!span) return std::unexpected(std::move(span.error()));
    return Wish{std::move(*gpus), *span, grid.covering(*span).slots()};
}

std::optional<Placement> try_place(const Calendar& calendar, const WishedGpus& gpus, Span span,
                                   std::optional<Holder> ignoring) {
    if (!gpus.named()) return calendar.place(gpus.wish, span, ignoring);
    if (calendar.first_clash(gpus.ids, span, ignoring)) return std::nullopt;
    return Placement{span, gpus.ids};
}

}  // namespace berth
