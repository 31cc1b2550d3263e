#include "journal/projection_writer.hpp"

#include <algorithm>

#include "json/described.hpp"

namespace berth {

namespace {

long long to_ms(Instant instant) {
    return instant.time_since_epoch().count();
}

Instant from_ms(long long ms) {
    return Instant(Duration(ms));
}

template <class Enum>
std::string name_of(Enum value) {
    return boost::describe::enum_to_string(value, "unknown");
}

}  // namespace

ProjectionWriter::ProjectionWriter(soci::session& sql)
    : upsert_reservation_((
          sql.prepare
              << "INSERT INTO reservations (id, number, state, owner, team, title, start_ms, "
                 "end_ms,"
                 " booked_end_ms, priority, preemptible, revision, body)"
                 " VALUES (:id, :number, :state, :owner, :team, :title, :start, :end, :booked_end,"
                 " :priority, :preemptible, :revision, :body)"
                 " ON CONFLICT (id) DO UPDATE SET state = excluded.state, owner = excluded.owner,"
                 " team = excluded.team, title = excluded.title, start_ms = excluded.start_ms,"
                 " end_ms = excluded.end_ms, booked_end_ms = excluded.booked_end_ms,"
                 " priority = excluded.priority, preemptible = excluded.preemptible,"
                 " revision = excluded.revision, body = excluded.body",
          soci::use(reservation_.id), soci::use(reservation_.number), soci::use(reservation_.state),
          soci::use(reservation_.owner), soci::use(reservation_.team),
          soci::use(reservation_.title), soci::use(reservation_.start_ms),
          soci::use(reservation_.end_ms), soci::use(reservation_.booked_end_ms),
          soci::use(reservation_.priority), soci::use(reservation_.preemptible),
          soci::use(reservation_.revision), soci::use(reservation_.body))),
      select_claims_(
          (sql.prepare << "SELECT gpu, from_ms, to_ms FROM claims WHERE holder = :holder",
           soci::use(claim_.holder), soci::into(claim_.gpu), soci::into(claim_.from_ms),
           soci::into(claim_.to_ms))),
      insert_claim_((sql.prepare << "INSERT INTO claims (gpu, holder, from_ms, to_ms)"
                                    " VALUES (:gpu, :holder, :from, :to)",
                     soci::use(claim_.gpu), soci::use(claim_.holder), soci::use(claim_.from_ms),
                     soci::use(claim_.to_ms))),
      update_claim_((sql.prepare << "UPDATE claims SET from_ms = :from, to_ms = :to"
                                    " WHERE gpu = :gpu AND holder = :holder",
                     soci::use(claim_.from_ms), soci::use(claim_.to_ms), soci::use(claim_.gpu),
                     soci::use(claim_.holder))),
      delete_claim_((sql.prepare << "DELETE FROM claims WHERE gpu = :gpu AND holder = :holder",
                     soci::use(claim_.gpu), soci::use(claim_.holder))) {}

void ProjectionWriter::write(const Reservation& reservation) {
    write_reservation(reservation);
    const auto holder = reservation.id.text();
    const auto held = claims_held(holder);
    change_claims(holder, held, claims_wanted(reservation, held));
}

void ProjectionWriter::write_reservation(const Reservation& reservation) {
    reservation_ = {.id = reservation.id.text(),
                    .number = static_cast<long long>(reservation.id.number),
                    .state = name_of(reservation.state),
                    .owner = reservation.owner,
                    .team = reservation.team,
                    .title = reservation.title,
                    .start_ms = to_ms(reservation.start),
                    .end_ms = to_ms(reservation.end),
                    .booked_end_ms = to_ms(reservation.booked_end),
                    .priority = name_of(reservation.priority),
                    .preemptible = reservation.preemptible ? 1 : 0,
                    .revision = static_cast<long long>(reservation.revision),
                    .body = boost::json::serialize(json::print(reservation))};
    upsert_reservation_.execute(true);
}

ProjectionWriter::Claims ProjectionWriter::claims_held(const std::string& holder) {
    Claims held;
    claim_.holder = holder;
    // Read to the end: SQLite keeps a statement's read open until then.
    for (bool found = select_claims_.execute(true); found; found = select_claims_.fetch()) {
        held[claim_.gpu] = {from_ms(claim_.from_ms), from_ms(claim_.to_ms)};
    }
    return held;
}

// One that lives claims its whole window; one that has ended keeps what it used of its claims.
ProjectionWriter::Claims ProjectionWriter::claims_wanted(const Reservation& reservation,
                                                         const Claims& held) {
    Claims wanted;
    if (!is_ended(reservation.state)) {
        const Span window{reservation.start, reservation.end};
        if (window.empty()) return wanted;
        for (const auto& gpu : reservation.gpus) wanted[gpu] = window;
        return wanted;
    }
    const Instant ended = reservation.ended_at.value_or(reservation.end);
    for (const auto& [gpu, span] : held) {
        const Span used{span.from, std::min(span.to, ended)};
        if (!used.empty()) wanted[gpu] = used;
    }
    return wanted;
}

void ProjectionWriter::change_claims(const std::string& holder, const Claims& held,
                                     const Claims& wanted) {
    claim_.holder = holder;
    for (const auto& [gpu, span] : held) {
        if (wanted.contains(gpu)) continue;
        claim_.gpu = gpu;
        delete_claim_.execute(true);
    }
    for (const auto& [gpu, span] : wanted) {
        const auto before = held.find(gpu);
        if (before != held.end() && before->second == span) continue;
        claim_.gpu = gpu;
        claim_.from_ms = to_ms(span.from);
        claim_.to_ms = to_ms(span.to);
        (before == held.end() ? insert_claim_ : update_claim_).execute(true);
    }
}

}  // namespace berth
