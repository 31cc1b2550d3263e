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

#include <map>
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
    // GPUs of which a job's must all be: those of a node, or all with one value of a label.
    struct Group {
        std::vector<GpuIndex> gpus;
        bool known = false;             // the two below are up to date
        std::optional<Instant> first;   // when enough of them are free
        std::size_t free_at_first = 0;  // how many are
    };
    // Jobs that no group can tell apart.
    struct Kind {
        GapJob job;
        std::size_t count = 1;
        std::vector<Group> groups;
        std::vector<std::uint32_t> group_of;  // by GPU; no_group where it does not fit
    };

    Kind& kind_of(const GapJob& job);
    Kind make_kind(const GapJob& job) const;
    void look_at(const Kind& kind, Group& group);
    [[nodiscard]] bool is_free(GpuIndex gpu, const Span& span) const;
    [[nodiscard]] std::vector<GpuIndex> choose(const Kind& kind, const Group& group,
                                               const Span& span) const;

    const Fleet& fleet_;
    std::vector<std::vector<Span>> free_;
    std::vector<Kind> kinds_;
    std::vector<Instant> starts_;  // kept between calls for their memory
    std::vector<Instant> lasts_;
};

}  // namespace berth
