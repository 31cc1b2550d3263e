// The job's own side, opened by its token: progress, what it saved, and whether it must leave.
#include <algorithm>
#include <boost/json.hpp>
#include <chrono>
#include <cmath>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "api/body.hpp"
#include "api/expected_ends.hpp"
#include "api/services.hpp"
#include "booking/notice.hpp"
#include "json/schema.hpp"

namespace berth {

struct SavedBody {
    std::string checkpoint;
    int epoch = 0;
    std::int64_t step = 0;
    std::optional<bool> leaving;  // what follows from it is seen when the job is gone
};
BOOST_DESCRIBE_STRUCT(SavedBody, (), (checkpoint, epoch, step, leaving))

struct JobNotice {
    std::string kind;
    Instant deadline;
    std::int64_t seconds_left = 0;
    std::string message;
};
BOOST_DESCRIBE_STRUCT(JobNotice, (), (kind, deadline, seconds_left, message))

struct NoticeAnswer {
    std::optional<JobNotice> notice;
};
BOOST_DESCRIBE_STRUCT(NoticeAnswer, (), (notice))

namespace {

constexpr std::size_t largest_report = 64U * 1024;

std::expected<AttemptId, Problem> attempt_of(const Request& request, const JobTokenPort& tokens) {
    constexpr std::string_view scheme = "Bearer ";
    const std::string_view header = request.header("Authorization");
    const auto attempt = header.starts_with(scheme) ? tokens.verify(header.substr(scheme.size()))
                                                    : std::optional<AttemptId>();
    if (attempt) return *attempt;
    return std::unexpected(
        Problem{.status = 401,
                .code = "token_invalid",
                .detail = "send the job's own token: Authorization: Bearer $BERTH_TOKEN"});
}

// The reservation, as long as this attempt is its latest.
std::expected<Reservation, Problem> reservation_of(const ApiContext& context,
                                                   const AttemptId& attempt) {
    std::shared_ptr<const Reservation> found;
    context.engine.read([&](const View& view) { found = view.share(attempt.reservation); });
    if (found && found->attempt == attempt.number) return std::move(*found);
    return std::unexpected(Problem{.status = 409,
                                   .code = "wrong_state",
                                   .detail = "attempt " + std::to_string(attempt.number) + " of " +
                                             attempt.reservation.text() + " is not under way"});
}

Response unauthorized_or(const Problem& problem) {
    auto response = to_response(problem);
    if (problem.status == 401) response.headers["WWW-Authenticate"] = "Bearer";
    return response;
}

// Beyond this a forecast is no forecast.
constexpr double longest_eta_seconds = 366.0 * 86'400;

// Progress itself is none of the engine's business; when the job will be done, is. Nobody waits for
// its answer.
void tell_expected_end(const Services& services, ExpectedEnds& ends, const AttemptId& attempt,
                       const Reservation& reservation, double eta_seconds) {
    if (!(eta_seconds >= 0 && eta_seconds <= longest_eta_seconds)) return;
    const Instant now = services.context.clock.now();
    const Instant end = now + std::chrono::seconds(std::llround(eta_seconds));
    if (!ends.take(reservation, end, now)) return;
    Submission submission;
    submission.actor = "job:" + attempt.text();
    submission.command = ReportExpectedEnd{attempt.reservation, attempt.number, end};
    services.context.engine.submit(std::move(submission), [](const Answer&) {});
}

Response take_progress(const Services& services, ExpectedEnds& ends, const Request& request) {
    const auto attempt = attempt_of(request, services.context.tokens);
    if (!attempt) return unauthorized_or(attempt.error());
    if (request.body.size() > largest_report) {
        return to_response(Problem{.status = 413,
                                   .code = "body_too_large",
                                   .detail = "a progress report is at most 64 KiB"});
    }
    const auto report = read_body<boost::json::value>(request);
    if (!report) return to_response(report.error());
    if (!report->is_object()) {
        return to_response(problem_of(json::wrong_type("", "an object", *report)));
    }
    const auto reservation = reservation_of(services.context, *attempt);
    if (!reservation) return to_response(reservation.error());
    const Progress progress{attempt->reservation, attempt->number, services.context.clock.now(),
                            boost::json::serialize(*report)};
    const auto seen = services.board.report(progress);
    if (seen) services.hub.publish_progress(progress, *seen);
    if (seen && seen->eta_seconds) {
        tell_expected_end(services, ends, *attempt, *reservation, *seen->eta_seconds);
    }
    return no_content();
}

void take_saved(const Services& services, const Request& request, const Respond& respond) {
    const auto attempt = attempt_of(request, services.context.tokens);
    if (!attempt) return respond(unauthorized_or(attempt.error()));
    auto saved = read_body<SavedBody>(request);
    if (!saved) return respond(to_response(saved.error()));
    Submission submission;
    submission.actor = "job:" + attempt->text();
    submission.command = SaveCheckpoint{attempt->reservation, attempt->number,
                                        std::move(saved->checkpoint), saved->epoch, saved->step};
    submit(services, std::move(submission), respond, [](const Answer& answer) {
        return answer ? no_content() : to_response(problem_of(answer.error()));
    });
}

std::int64_t seconds_until(Instant deadline, Instant now) {
    const auto left = std::max(Duration(0), deadline - now);
    return std::chrono::duration_cast<std::chrono::seconds>(left).count();
}

// Of one that somebody cancelled or released.
JobNotice stop_notice(const Reservation& reservation, Instant deadline, Instant now) {
    const auto left = seconds_until(deadline, now);
    const std::string id = reservation.id.text();
    return {"release", deadline, left,
            id + " was told to stop and is ended in " + std::to_string(left) +
                " s; please save a checkpoint and leave. " + id + " 已被要求停止,将在" +
                std::to_string(left) + "秒后结束,请保存 checkpoint 并退出。"};
}

JobNotice given_notice(const Reservation& reservation, Instant now) {
    const Notice& notice = *reservation.notice;
    return {boost::describe::enum_to_string(notice.kind, ""), notice.deadline,
            seconds_until(notice.deadline, now),
            notice_words(reservation, notice, notice.deadline - now).both()};
}

// When it was told to stop, plus the grace; never later than the end of its hold.
Instant release_deadline(const ApiContext& context, const Reservation& reservation) {
    Instant deadline = reservation.end;
    for (const JournalRow& row : context.journal.rows_of(reservation.id)) {
        if (row.kind != "reservation_releasing") continue;
        deadline = std::min(reservation.end, row.time + context.stop_grace);
    }
    return deadline;
}

std::optional<JobNotice> notice_for(const ApiContext& context, const Reservation& reservation) {
    const Instant now = context.clock.now();
    const bool stops_at_once =
        reservation.state == ReservationState::releasing && !may_stay_until_end(reservation);
    if (stops_at_once) {
        return stop_notice(reservation, release_deadline(context, reservation), now);
    }
    if (!reservation.notice || !has_begun(reservation.state)) return std::nullopt;
    return given_notice(reservation, now);
}

Response show_notice(const Services& services, const Request& request) {
    const auto attempt = attempt_of(request, services.context.tokens);
    if (!attempt) return unauthorized_or(attempt.error());
    const auto reservation = reservation_of(services.context, *attempt);
    if (!reservation) return to_response(reservation.error());
    const NoticeAnswer answer{notice_for(services.context, *reservation)};
    return json_response(200, boost::json::serialize(json::print(answer)));
}

boost::json::value any_object(json::SchemaBook&) {
    return boost::json::object{{"type", "object"}};
}

Operation progress_operation() {
    return {.method = "POST",
            .pattern = "/api/v1/jobs/self/progress",
            .id = "reportProgress",
            .summary =
                "How far the job is: any object; \"epoch\", \"epochs\" and "
                "\"eta_seconds\" are shown as a bar, numbers in \"losses\", in \"metrics\" and "
                "beside them as curves",
            .caller = Caller::job,
            .body = BodyDescription{any_object},
            .answers = {empty_answer(204, "It is kept")},
            .problems = {409}};
}

Operation saved_operation() {
    return {.method = "POST",
            .pattern = "/api/v1/jobs/self/saved",
            .id = "reportSaved",
            .summary = "The job wrote a checkpoint that it can resume from",
            .caller = Caller::job,
            .body = BodyDescription{json::accepted_schema<SavedBody>},
            .answers = {empty_answer(204, "It is in the journal")},
            .problems = {409, 507}};
}

Operation notice_operation() {
    return {
        .method = "GET",
        .pattern = "/api/v1/jobs/self/notice",
        .id = "showNotice",
        .summary = "Whether the job must leave, and when",
        .caller = Caller::job,
        .answers = {json_answer(200, "The notice, or null", json::printed_schema<NoticeAnswer>)},
        .problems = {409}};
}

}  // namespace

void add_job_routes(Router& router, const Services& services) {
    router.add(
        progress_operation(),
        DirectHandler([&services, ends = std::make_shared<ExpectedEnds>()](const Request& request) {
            return take_progress(services, *ends, request);
        }));
    router.add(saved_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   take_saved(services, request, respond);
               }));
    router.add(notice_operation(), DirectHandler([&services](const Request& request) {
                   return show_notice(services, request);
               }));
}

}  // namespace berth
