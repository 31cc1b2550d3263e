// GET /api/v1/reservations/{id}/log: the output of one attempt, while it runs and after it; who
// follows it may wait for more.
#include <chrono>
#include <optional>
#include <string>

#include "api/log_reader.hpp"
#include "api/problem.hpp"
#include "api/query.hpp"
#include "api/reservation_lookup.hpp"
#include "api/services.hpp"

namespace berth {

namespace {

constexpr std::uint64_t largest_attempt = 2'147'483'647;
constexpr std::uint64_t largest_offset = 999'999'999'999'999'999;
// Proxies give up on an answer after 30 or 60 seconds.
constexpr std::uint64_t longest_wait = 25;

struct LogWanted {
    AttemptId attempt;
    LogPart part;
    std::chrono::seconds wait{0};
};

Problem no_log(const std::string& why) {
    return {.status = 404, .code = "not_found", .detail = why};
}

std::expected<LogPart, Problem> part_of(const Request& request) {
    const auto offset = query_number(request, "offset", {0, largest_offset});
    if (!offset) return std::unexpected(offset.error());
    const auto tail = query_number(request, "tail", {0, largest_piece});
    if (!tail) return std::unexpected(tail.error());
    if (*offset && *tail) {
        return std::unexpected(bad_query("tail", "send either \"offset\" or \"tail\""));
    }
    return LogPart{offset->value_or(0), *tail};
}

// The attempt that was asked for, or the last one there is now.
std::expected<AttemptId, Problem> attempt_of(const Services& services, const Request& request) {
    const auto number = query_number(request, "attempt");
    if (!number) return std::unexpected(number.error());
    const auto id = reservation_id_of(request);
    if (!id) return std::unexpected(id.error());
    const auto known = find_reservation(services.context, *id);
    if (!known) return std::unexpected(known.error());
    const auto last = static_cast<std::uint64_t>(known->get()->attempt);
    if (last == 0) {
        return std::unexpected(no_log(id->text() + " has not started yet: there is no log"));
    }
    const std::uint64_t wanted = number->value_or(last);
    if (wanted < 1 || wanted > last) {
        return std::unexpected(no_log(id->text() + " has no attempt " + std::to_string(wanted) +
                                      "; its last is " + std::to_string(last)));
    }
    return AttemptId{*id, static_cast<int>(wanted)};
}

std::expected<LogWanted, Problem> wanted_of(const Services& services, const Request& request) {
    auto part = part_of(request);
    if (!part) return std::unexpected(part.error());
    const auto wait = query_number(request, "wait", {0, longest_wait});
    if (!wait) return std::unexpected(wait.error());
    const auto attempt = attempt_of(services, request);
    if (!attempt) return std::unexpected(attempt.error());
    return LogWanted{*attempt, *part, std::chrono::seconds(wait->value_or(0))};
}

// Whether the job may still write.
bool is_open(const ApiContext& context, const AttemptId& attempt) {
    std::shared_ptr<const Reservation> found;
    context.engine.read([&](const View& view) { found = view.share(attempt.reservation); });
    return found && found->attempt == attempt.number && has_begun(found->state);
}

Response log_response(const LogPiece& piece, bool open) {
    auto response = text_response(200, piece.text);
    response.headers["X-Berth-Log-Size"] = std::to_string(piece.size);
    response.headers["X-Berth-Log-Offset"] = std::to_string(piece.offset);
    response.headers["X-Berth-Log-Open"] = open ? "true" : "false";
    return response;
}

// Whether it is open is looked at first: what is written between the two looks is then told with
// "there may be more", and not lost behind "this is the end".
std::optional<Response> look_at(const ApiContext& context, const LogWanted& wanted,
                                LongPolls::Look look) {
    const bool open = is_open(context, wanted.attempt);
    const bool may_wait = open && look == LongPolls::Look::may_wait;
    if (may_wait && growing_log_size(context, wanted.attempt) <= wanted.part.offset) {
        return std::nullopt;
    }
    auto piece = read_log(context, wanted.attempt, wanted.part);
    if (!piece && open) piece = LogPiece{};  // it has written nothing yet
    if (piece) return log_response(*piece, open);
    return to_response(no_log("attempt " + std::to_string(wanted.attempt.number) + " of " +
                              wanted.attempt.reservation.text() + " has written no log"));
}

void answer_log(const Services& services, const Request& request, const Respond& respond) {
    const auto wanted = wanted_of(services, request);
    if (!wanted) return respond(to_response(wanted.error()));
    services.polls.add(
        wanted->wait,
        [&context = services.context, wanted = *wanted](LongPolls::Look look) {
            return look_at(context, wanted, look);
        },
        respond);
}

Operation log_operation() {
    auto answer = text_answer(200, "The log from the offset on; at most 8 MiB of it at once");
    answer.headers = {{"X-Berth-Log-Size", "Bytes of the whole log"},
                      {"X-Berth-Log-Offset", "Where in the log this begins"},
                      {"X-Berth-Log-Open", "true while more may come, else false"}};
    return {.method = "GET",
            .pattern = "/api/v1/reservations/{id}/log",
            .id = "showLog",
            .summary = "The output of its job, while it runs and after it",
            .parameters = {reservation_in_path(),
                           number_query("attempt", "Which start of it; the last without a word", 1,
                                        largest_attempt),
                           number_query("offset", "Leave out so many bytes", 0, largest_offset),
                           number_query("tail",
                                        "Only the lines in so many last bytes; not together with "
                                        "an offset",
                                        0, largest_piece),
                           number_query("wait",
                                        "So many seconds to wait until there is something after "
                                        "the offset, or the job has ended",
                                        0, longest_wait)},
            .answers = {std::move(answer)},
            .problems = {404}};
}

}  // namespace

void add_log_routes(Router& router, const Services& services) {
    router.add(log_operation(),
               Handler([&services](const Request& request, const Respond& respond) {
                   answer_log(services, request, respond);
               }));
}

}  // namespace berth
