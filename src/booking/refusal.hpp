// Why a command was not carried out: a stable code, a sentence for a person, and what would work.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "json/described.hpp"
#include "time/instant.hpp"

namespace berth {

enum class RefusalCode {
    bad_request,    // malformed, or a value that makes no sense
    unknown_gpu,    // the named GPU, model or label is not in the fleet
    too_many_gpus,  // more than the fleet could ever give
    off_grid,       // start or length is not on the slot grid
    in_the_past,
    beyond_horizon,
    conflict,  // somebody holds it
    not_found,
    not_allowed,           // someone else's reservation, or a thing for leads and operators
    priority_not_allowed,  // this person may not use that priority
    must_be_preemptible,   // this person may not make P2 or P3 work safe from eviction
    quota_exceeded,        // of the team; the sentence says what is left and when it frees
    plan_required,         // an eviction goes by a plan that its author has seen
    plan_stale,            // what the plan was made from has changed, or it is too old
    nothing_to_evict,      // even with all that may be evicted there is no room
    too_long_for_queue,    // one slot or more: book it
    still_booked,          // maintenance would take what cannot be moved
    reason_missing,        // the site wants to know why
    wrong_state,           // for example: cancelling what has ended
    idempotency_mismatch,
    journal_full,  // the disk took no more; nothing was changed
    internal,
};
BOOST_DESCRIBE_ENUM(RefusalCode, bad_request, unknown_gpu, too_many_gpus, off_grid, in_the_past,
                    beyond_horizon, conflict, not_found, not_allowed, priority_not_allowed,
                    must_be_preemptible, quota_exceeded, plan_required, plan_stale,
                    nothing_to_evict, too_long_for_queue, still_booked, reason_missing, wrong_state,
                    idempotency_mismatch, journal_full, internal)

enum class SuggestionKind {
    on_grid,  // the wish, moved to the slot grid
    same_gpus_later,
    same_gpus_earlier,
    other_gpus,  // the same time
    later,       // other GPUs, later
    earlier,
    fewer_gpus,
    shorter,
    evict,  // by a P0, from others: goes by its plan
};
BOOST_DESCRIBE_ENUM(SuggestionKind, on_grid, same_gpus_later, same_gpus_earlier, other_gpus, later,
                    earlier, fewer_gpus, shorter, evict)

// A window that can be had now: the same request with these ids, start and end would be confirmed.
// (One that evicts is had by its plan's token.)
struct Suggestion {
    SuggestionKind kind = SuggestionKind::later;
    std::vector<std::string> gpus;
    Instant start;
    Instant end;
    std::string why;

    bool operator==(const Suggestion&) const = default;
};
BOOST_DESCRIBE_STRUCT(Suggestion, (), (kind, gpus, start, end, why))

struct Refusal {
    RefusalCode code = RefusalCode::internal;
    std::string message;
    std::string field;  // "gpus.ids.1", or empty
    std::vector<Suggestion> suggestions;
    // For a conflict: what is in the way. The seed contract words its answer from it.
    struct Obstacle {
        std::string gpu;
        Span held;
    };
    std::optional<Obstacle> obstacle;
};

}  // namespace berth
