#include "faults/world.hpp"

#include <boost/json.hpp>
#include <stdexcept>

namespace berth::faults {

Command Wish::command() const {
    if (kind == Kind::cancel) return Cancel{.id = id, .if_revision = {}};
    if (kind == Kind::release) return Release{.id = id, .if_revision = {}};
    Reserve reserve;
    reserve.request.gpus.count = gpus;
    reserve.request.start = starts_now ? StartTime{} : StartTime{start};
    reserve.request.hours = hours;
    reserve.request.on_conflict = on_conflict;
    if (has_job) reserve.request.workload.emplace().argv = {"train"};
    return reserve;
}

Counts& Counts::operator+=(const Counts& other) {
    lives += other.lives;
    power_losses += other.power_losses;
    kills += other.kills;
    unknown_outcomes += other.unknown_outcomes;
    failed_openings += other.failed_openings;
    clean_ends += other.clean_ends;
    accepted += other.accepted;
    refused += other.refused;
    answered_full += other.answered_full;
    repeated += other.repeated;
    asked_again += other.asked_again;
    found_done += other.found_done;
    job_starts += other.job_starts;
    checkpoints += other.checkpoints;
    starts_from_a_snapshot += other.starts_from_a_snapshot;
    return *this;
}

std::string Counts::text() const {
    const auto number = [](std::uint64_t count, const char* what) {
        return std::to_string(count) + " " + what;
    };
    return number(lives, "lives of berthd: ") + number(power_losses, "power losses, ") +
           number(kills, "kills, ") + number(unknown_outcomes, "unknown outcomes, ") +
           number(failed_openings, "openings failed, ") + number(clean_ends, "clean ends; ") +
           number(accepted, "requests accepted, ") + number(refused, "refused, ") +
           number(answered_full, "answered 507, ") + number(repeated, "repeated, ") +
           number(asked_again, "asked again after a crash (") +
           number(found_done, "had been done); ") + number(job_starts, "jobs started, ") +
           number(checkpoints, "checkpoints by others, ") +
           number(starts_from_a_snapshot, "starts from a snapshot");
}

std::string text_of(const JournalRow& row) {
    return to_rfc3339(row.time) + " " + row.actor + " " + row.command + " " + row.reason + " " +
           row.idempotency_key + " " + row.body_hash + " " + row.reservation + " " + row.kind +
           " " + row.event;
}

std::string text_of(const Reservation& reservation) {
    return boost::json::serialize(json::print(reservation));
}

Reservation reservation_from(const std::string& text) {
    auto parsed = json::parse<Reservation>(boost::json::parse(text));
    if (!parsed) throw std::runtime_error("a reservation cannot be read: " + text);
    return std::move(*parsed);
}

}  // namespace berth::faults
