#include "kubernetes/pod_notes.hpp"

#include <algorithm>
#include <boost/json.hpp>
#include <chrono>

#include "kubernetes/end_words.hpp"
#include "kubernetes/names.hpp"

namespace berth {

namespace js = boost::json;

namespace {

std::string text_of(const std::map<std::string, std::string>& annotations, const char* name) {
    const auto found = annotations.find(name);
    return found == annotations.end() ? std::string() : found->second;
}

std::optional<WantedNotice> notice_in(const std::string& text) {
    boost::system::error_code error;
    const auto value = js::parse(text, error);
    if (error || !value.is_object()) return std::nullopt;
    const auto* kind = value.get_object().if_contains("kind");
    const auto* deadline = value.get_object().if_contains("deadline");
    if (kind == nullptr || deadline == nullptr || !kind->is_string() || !deadline->is_string()) {
        return std::nullopt;
    }
    const auto when = parse_rfc3339(std::string_view(deadline->get_string()));
    if (!when) return std::nullopt;
    return WantedNotice{.kind = std::string(kind->get_string()), .deadline = *when, .message = {}};
}

}  // namespace

void PodNotes::advance(ClusterAttempt& attempt, const AttemptSight& sight) {
    if (attempt.status.phase == AttemptStatus::Phase::ended) return;
    if (sight.job != nullptr && attempt.stop.empty()) show_end(attempt, *sight.job);
    if (!attempt.wish.knows_notice) return;
    for (const PodSight* pod : sight.pods) {
        if (!is_over(*pod)) show_notice(attempt, *pod);
    }
}

void PodNotes::show_notice(ClusterAttempt& attempt, const PodSight& pod) {
    const std::string shown = text_of(pod.annotations, annotation::notice);
    const auto& wanted = attempt.wish.notice;
    if (!wanted && shown.empty()) return;
    if (wanted && notice_in(shown) == wanted) return;
    const std::string purpose =
        "notice " + pod.name + (wanted ? wanted->kind + to_rfc3339(wanted->deadline) : "");
    const auto text = wanted ? std::optional(notice_text(*wanted)) : std::nullopt;
    annotate(attempt, purpose, tools_.pods_path(attempt) + "/" + pod.name, annotation::notice,
             text);
}

std::string PodNotes::notice_text(const WantedNotice& notice) const {
    const auto left = std::chrono::ceil<std::chrono::seconds>(notice.deadline - tools_.clock.now());
    const js::object text{{"kind", notice.kind},
                          {"deadline", to_rfc3339(notice.deadline)},
                          {"seconds_left", std::max<std::int64_t>(left.count(), 0)},
                          {"message", notice.message}};
    return js::serialize(text);
}

void PodNotes::show_end(ClusterAttempt& attempt, const JobSight& job) {
    if (!attempt.wish.ends_at || job.deleted_at) return;
    const std::string wanted = to_rfc3339(*attempt.wish.ends_at);
    if (text_of(job.annotations, annotation::ends_at) == wanted) return;
    annotate(attempt, "end " + wanted, tools_.job_path(attempt), annotation::ends_at, wanted);
}

void PodNotes::annotate(ClusterAttempt& attempt, const std::string& purpose,
                        const std::string& path, const char* annotation,
                        const std::optional<std::string>& text) {
    const js::value value = text ? js::value(*text) : js::value(nullptr);
    const js::object patch{{"metadata", {{"annotations", {{annotation, value}}}}}};
    tools_.ask(attempt, purpose,
               {.method = "PATCH",
                .path = path,
                .body = js::serialize(patch),
                .content_type = "application/merge-patch+json",
                .reads_answer = false},
               [](ClusterAttempt&, const ApiReply&) {});
}

}  // namespace berth
