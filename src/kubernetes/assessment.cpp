#include "kubernetes/assessment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "kubernetes/end_words.hpp"
#include "kubernetes/names.hpp"
#include "kubernetes/trouble_words.hpp"

namespace berth {

namespace {

using Pods = std::vector<const PodSight*>;

// Each rank once: of a pod that somebody deleted and the one that came in its place the latter.
Pods by_rank(const AttemptSight& sight) {
    Pods pods = sight.pods;
    std::ranges::stable_sort(pods, {}, [](const PodSight* pod) {
        return std::tuple(rank_in(pod->labels).value_or(0), pod->is_gone, pod->name);
    });
    const auto same = [](const PodSight* a, const PodSight* b) { return a->name == b->name; };
    pods.erase(std::ranges::unique(pods, same).begin(), pods.end());
    return pods;
}

std::size_t expected_pods(const AttemptSight& sight, const Pods& seen) {
    if (sight.job == nullptr) return seen.size();
    return static_cast<std::size_t>(std::max(sight.job->pods, 1));
}

std::string stop_of(const AttemptSight& sight) {
    if (!sight.stop.empty() || sight.job == nullptr) return sight.stop;
    const auto found = sight.job->annotations.find(annotation::stop);
    return found == sight.job->annotations.end() ? std::string() : found->second;
}

bool was_told_to_stop(const AttemptSight& sight) {
    const std::string stop = stop_of(sight);
    return !stop.empty() && stop != stop_words::pod_failed;
}

// Volcano makes no more pods.
bool is_finished(const JobSight& job) {
    return job.deleted_at || job.phase == "Completed" || job.phase == "Failed" ||
           job.phase == "Terminated" || job.phase == "Aborted";
}

bool has_begun(const PodSight& pod) {
    return pod.running_since || pod.end || pod.phase == "Running" || pod.phase == "Succeeded" ||
           pod.phase == "Failed";
}

bool has_failed(const PodSight& pod) {
    return is_over(pod) && !has_succeeded(pod);
}

// What is not known to have a time was taken away from outside, and the others fail of it.
const PodSight* first_failed(const Pods& pods) {
    const PodSight* first = nullptr;
    for (const PodSight* pod : pods) {
        if (!has_failed(*pod)) continue;
        if (first == nullptr || ended_at(*pod) < ended_at(*first)) first = pod;
    }
    return first;
}

const PodSight* first_cut_short(const Pods& pods) {
    const auto found = std::ranges::find_if(
        pods, [](const PodSight* pod) { return was_deleted_while_it_ran(*pod); });
    return found == pods.end() ? nullptr : *found;
}

// 143 and 137 are what SIGTERM and SIGKILL make of a program that has nothing to say to them.
bool is_own_choice(const PodSight& pod) {
    return pod.end && pod.end->exit_code != 137 && pod.end->exit_code != 143;
}

std::optional<int> code_of_stopped(const Pods& pods) {
    const auto own = std::ranges::find_if(
        pods, [](const PodSight* pod) { return is_own_choice(*pod) && !has_succeeded(*pod); });
    if (own != pods.end()) return exit_code_of(**own);
    const PodSight* failed = first_failed(pods);
    return failed == nullptr ? std::nullopt : exit_code_of(*failed);
}

std::optional<Instant> last_end(const Pods& pods) {
    std::optional<Instant> last;
    for (const PodSight* pod : pods) last = std::max(last, ended_at(*pod));
    return last;
}

// Volcano gave up, or somebody else ended it, before it had all its pods.
std::string ended_without_pods(const AttemptSight& sight) {
    const JobSight& job = *sight.job;
    if (job.deleted_at) return "Its Volcano Job was deleted, and not by Berth.";
    std::string words = fmt::format("Volcano ended the Job ({}{}{}).", job.phase,
                                    job.message.empty() ? "" : ": ", in_short(job.message));
    const std::string why = explain_waiting(sight);
    return why.empty() ? words : words + " " + why;
}

// Berth ended it with a pod that was over before the others, and how that one ended was not seen:
// the server was away meanwhile. Of the others, that they are gone says nothing: Berth did that.
bool has_lost_its_cause(const AttemptSight& sight, const Pods& pods, bool some_are_missing) {
    if (stop_of(sight) != stop_words::pod_failed) return false;
    const bool none_says_how = std::ranges::none_of(pods, [](const PodSight* pod) {
        return has_failed(*pod) && (exit_code_of(*pod) || !pod->is_gone);
    });
    const bool none_has_begun =
        std::ranges::none_of(pods, [](const PodSight* pod) { return has_begun(*pod); });
    const bool job_was_taken_away = sight.job != nullptr && sight.job->deleted_at;
    return none_says_how && (some_are_missing || (job_was_taken_away && none_has_begun));
}

// Of those that are all over. Some may never have been seen.
AttemptEnd end_of_pods(const AttemptSight& sight, const Pods& pods, bool some_are_missing) {
    AttemptEnd end{.exit_code = {}, .ended_at = last_end(pods), .detail = {}};
    const PodSight* failed = first_failed(pods);
    if (was_told_to_stop(sight)) {
        end.detail = stop_of(sight);
        end.exit_code = code_of_stopped(pods);
        const bool all_succeeded = failed == nullptr && !some_are_missing && !pods.empty();
        if (all_succeeded) end.exit_code = 0;
        return end;
    }
    if (has_lost_its_cause(sight, pods, some_are_missing)) {
        end.detail = stop_of(sight);
    } else if (failed != nullptr) {
        end.exit_code = exit_code_of(*failed);
        end.detail = why_failed(*failed, sight);
    } else if (pods.empty()) {
        end.detail = ended_without_pods(sight);
    } else if (some_are_missing) {
        end.detail = "Some of its pods were deleted before Berth saw how they ended.";
    } else if (const PodSight* cut_short = first_cut_short(pods)) {
        // A program that ends well when it is told to stop has not done its work for all that.
        end.detail = why_failed(*cut_short, sight);
    } else {
        end.exit_code = 0;
    }
    return end;
}

std::optional<Instant> begin_of(const Pods& pods) {
    std::optional<Instant> last;
    for (const PodSight* pod : pods) last = std::max(last, pod->running_since);
    return last;
}

bool is_running(const AttemptSight& sight, const Pods& pods) {
    const auto begun = static_cast<std::size_t>(
        std::ranges::count_if(pods, [](const PodSight* pod) { return has_begun(*pod); }));
    if (begun == 0) return false;
    if (begun >= expected_pods(sight, pods) || was_told_to_stop(sight)) return true;
    if (std::ranges::any_of(pods, [](const PodSight* pod) { return has_failed(*pod); }))
        return true;
    // It ran before, and some pods are gone unseen.
    return sight.job == nullptr || (!sight.job->phase.empty() && sight.job->phase != "Pending");
}

}  // namespace

std::optional<AttemptEnd> end_of(const AttemptSight& sight) {
    const Pods pods = by_rank(sight);
    if (!std::ranges::all_of(pods, [](const PodSight* pod) { return is_over(*pod); })) {
        return std::nullopt;
    }
    const bool some_are_missing = pods.size() < expected_pods(sight, pods);
    if (some_are_missing && !is_finished(*sight.job)) return std::nullopt;
    return end_of_pods(sight, pods, some_are_missing);
}

bool should_end(const AttemptSight& sight) {
    if (!stop_of(sight).empty()) return false;
    const auto is_lost = [](const PodSight* pod) {
        return has_failed(*pod) || was_deleted_while_it_ran(*pod) ||
               (pod->deleted_at && !has_succeeded(*pod));
    };
    const auto goes_on = [](const PodSight* pod) { return !is_over(*pod) && !pod->deleted_at; };
    const Pods pods = by_rank(sight);
    return std::ranges::any_of(pods, is_lost) && std::ranges::any_of(pods, goes_on);
}

AttemptStatus assess(const AttemptId& id, const AttemptSight& sight) {
    AttemptStatus status{.id = id};
    const Pods pods = by_rank(sight);
    if (auto end = end_of(sight)) {
        status.phase = AttemptStatus::Phase::ended;
        status.started_at = begin_of(pods);
        status.exit_code = end->exit_code;
        status.ended_at = end->ended_at;
        status.detail = std::move(end->detail);
        return status;
    }
    if (is_running(sight, pods)) {
        status.phase = AttemptStatus::Phase::running;
        status.started_at = begin_of(pods);
        return status;
    }
    status.phase = AttemptStatus::Phase::waiting;
    status.waiting_for = explain_waiting(sight);
    return status;
}

}  // namespace berth
