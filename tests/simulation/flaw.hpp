// Deliberate breaks, one for each invariant: the simulation is worth something only if it notices
// every one of them. Each is made around the engine: in what it recovers, what its journal keeps,
// what its launcher does, or what its callers pass on.
#pragma once

#include <array>
#include <string_view>

namespace berth::simulation {

enum class Flaw {
    none,
    forgets_a_holding,           // 1: recovery loses who holds some GPUs
    forgets_a_start,             // 2: recovery loses when somebody is to begin
    keeps_a_jobs_end_to_itself,  // 3: the launcher never tells that a job is gone
    answers_before_commit,       // 4: the journal says "committed" before it writes
    starts_a_job_again,          // 5: a launcher that does not remember what it started
    warns_too_late,              // 6: the engine's notice is shorter than what people were promised
    stores_something_else,       // 7: the stored row is not the one that was applied
    forgets_who_asked,           // 8: a command reaches the engine without its actor or reason
    passes_over_who_waits,       // 9: recovery loses an entry of the waitlist
    mistakes_who_is_safe,        // 10: recovery takes what is not preemptible for preemptible
};

inline constexpr std::array<std::string_view, 11> flaw_names{"none",
                                                             "forgets_a_holding",
                                                             "forgets_a_start",
                                                             "keeps_a_jobs_end_to_itself",
                                                             "answers_before_commit",
                                                             "starts_a_job_again",
                                                             "warns_too_late",
                                                             "stores_something_else",
                                                             "forgets_who_asked",
                                                             "passes_over_who_waits",
                                                             "mistakes_who_is_safe"};

}  // namespace berth::simulation
