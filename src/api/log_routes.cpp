// GET /api/v1/reservations/{id}/log: the output of one attempt, while it runs and after it.
#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "api/problem.hpp"
#include "api/query.hpp"
#include "api/reservation_lookup.hpp"
#include "api/services.hpp"

namespace berth {

namespace {

// A reader of a longer log asks again from where this piece ended.
constexpr std::uint64_t largest_piece = 8U * 1024 * 1024;
constexpr std::uint64_t largest_attempt = 2'147'483'647;
constexpr std::uint64_t largest_offset = 999'999'999'999'999'999;

struct LogPiece {
    std::uint64_t size = 0;  // of the whole log
    std::string text;        // from the offset on
};

std::optional<LogPiece> read_file(const std::string& path, std::uint64_t offset) {
    std::ifstream file(path, std::ios::binary | std::ios::ate);
    if (!file) return std::nullopt;
    const auto end = file.tellg();
    if (end < 0) return std::nullopt;
    LogPiece piece;
    piece.size = static_cast<std::uint64_t>(end);
    if (offset >= piece.size) return piece;
    piece.text.resize(std::min(piece.size - offset, largest_piece));
    file.seekg(static_cast<std::streamoff>(offset));
    file.read(piece.text.data(), static_cast<std::streamsize>(piece.text.size()));
    piece.text.resize(static_cast<std::size_t>(file.gcount()));
    return piece;
}

std::optional<LogPiece> read_log(const ApiContext& context, const AttemptId& attempt,
                                 std::uint64_t offset) {
    if (context.launcher != nullptr) {
        if (auto piece = read_file(context.launcher->log_file(attempt), offset)) return piece;
    }
    if (context.archive == nullptr) return std::nullopt;
    const auto whole = context.archive->log(attempt);
    if (!whole) return std::nullopt;
    LogPiece piece{whole->size(), {}};
    if (offset < whole->size()) piece.text = whole->substr(offset, largest_piece);
    return piece;
}

Response no_log(const std::string& why) {
    return to_response(Problem{.status = 404, .code = "not_found", .detail = why});
}

Response log(const Services& services, const Request& request) {
    const auto attempt = query_number(request, "attempt");
    if (!attempt) return to_response(attempt.error());
    const auto offset = query_number(request, "offset");
    if (!offset) return to_response(offset.error());
    const auto id = reservation_id_of(request);
    if (!id) return to_response(id.error());
    const auto known = find_reservation(services.context, *id);
    if (!known) return to_response(known.error());
    const Reservation* found = known->get();
    const auto last = static_cast<std::uint64_t>(found->attempt);
    if (last == 0) return no_log(id->text() + " has not started yet: there is no log");
    const std::uint64_t wanted = attempt->value_or(last);
    if (wanted < 1 || wanted > last) {
        return no_log(id->text() + " has no attempt " + std::to_string(wanted) + "; its last is " +
                      std::to_string(last));
    }
    const auto piece =
        read_log(services.context, {*id, static_cast<int>(wanted)}, offset->value_or(0));
    if (!piece) {
        return no_log("attempt " + std::to_string(wanted) + " of " + id->text() +
                      " has written no log");
    }
    auto response = text_response(200, piece->text);
    response.headers["X-Berth-Log-Size"] = std::to_string(piece->size);
    return response;
}

Operation log_operation() {
    auto answer = text_answer(200, "The log from the offset on; at most 8 MiB of it at once");
    answer.headers.push_back({"X-Berth-Log-Size", "Bytes of the whole log"});
    return {.method = "GET",
            .pattern = "/api/v1/reservations/{id}/log",
            .id = "showLog",
            .summary = "The output of its job, while it runs and after it",
            .parameters = {reservation_in_path(),
                           number_query("attempt", "Which start of it; the last without a word", 1,
                                        largest_attempt),
                           number_query("offset", "Leave out so many bytes", 0, largest_offset)},
            .answers = {std::move(answer)},
            .problems = {404}};
}

}  // namespace

void add_log_routes(Router& router, const Services& services) {
    router.add(log_operation(), DirectHandler([&services](const Request& request) {
                   return log(services, request);
               }));
}

}  // namespace berth
