// Conservative backfill: jobs, in their order, each get the earliest gap between reservations and
// the jobs before them. So a later job runs first where there is room for it, and never delays an
// earlier one or a reservation. (Mu'alem and Feitelson, IEEE TPDS 12(6), 2001.)
//
//     GapPlan plan(fleet, free_spans_of_each_gpu);
//     if (auto placement = plan.earliest(job)) plan.take(*placement);
//
// Complexity: the first question of a kind looks at every gap; those after it only at groups of
// GPUs (nodes, say) of which something was taken since. Deterministic. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "calendar/calendar.hpp"
#include "fleet/fleet.hpp"
#include "time/instant.hpp"

namespace berth {

// Exactly `ids` (ascending), or where that is empty, what the wish says.
struct GapJob {
    std::vector<GpuIndex> ids;
    GpuWish wish;
    Duration length{};
};

class GapPlan {
public:
    // The free spans of each GPU, in inventory order; ascending and apart.
    GapPlan(const Fleet& fleet, std::vector<std::vector<Span>> free);

    // Where the job fits first. Among nodes that do so at the same time the fullest is chosen.
    [[nodiscard]] std::optional<Placement> earliest(const GapJob& job);
    // The GPUs are not free then any more.
    void take(const Placement& placement);

private:
    // Sets of GPUs of which a job's must all be in one: those of a node, or with one value of a
    // label.
    struct Grouping {
        GpuSelector selector;
        Spread spread;
        std::vector<GpuIndex> ids;  // for jobs that name theirs
        std::vector<std::vector<GpuIndex>> groups;
        std::vector<std::uint32_t> group_of;  // by GPU; no_group where it does not fit
    };
    // When a group has room for a kind of job first; since gaps only shrink, never earlier later.
    struct Room {
        bool is_known = false;
        std::optional<Instant> first;
        std::size_t free_then = 0;  // GPUs, of which the job takes some
    };
    // Jobs that cannot be told apart.
    struct Kind {
        GapJob job;
        std::size_t count = 1;
        const Grouping* grouping = nullptr;
        std::vector<Room> rooms;  // by group
    };

    Kind& kind_of(const GapJob& job);
    const Grouping& grouping_of(const GapJob& job);
    [[nodiscard]] Grouping make_grouping(const GapJob& job) const;
    [[nodiscard]] Room look_at(const Kind& kind, const std::vector<GpuIndex>& group);
    [[nodiscard]] Room look_at_pieces(const Kind& kind, const std::vector<GpuIndex>& group) const;
    [[nodiscard]] bool is_free(GpuIndex gpu, const Span& span) const;
    [[nodiscard]] std::vector<GpuIndex> choose(const std::vector<GpuIndex>& group, const Kind& kind,
                                               const Span& span) const;

    const Fleet& fleet_;
    std::vector<std::vector<Span>> free_;
    std::deque<Grouping> groupings_;  // kinds refer to them
    std::vector<Kind> kinds_;
    std::vector<Instant> starts_;  // kept between calls for their memory
    std::vector<Instant> lasts_;
};

}  // namespace berth
