#include "journal/projection_writer.hpp"

#include <algorithm>

#include "journal/sqlite_schema.hpp"
#include "json/text.hpp"

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

long long highest_number(soci::session& sql) {
    long long number = 0;
    sql << "SELECT coalesce(max(number), 0) FROM reservations", soci::into(number);
    return number;
}

}  // namespace

long long table_number(ReservationId id) {
    const auto number = static_cast<long long>(id.number);
    return id.is_queue_job() ? -number : number;
}

ReservationId id_of_table_number(long long number) {
    if (number >= 0) return {static_cast<std::uint64_t>(number)};
    return {static_cast<std::uint64_t>(-number), IdKind::queue_job};
}

ReservationColumns columns_of(const Reservation& reservation) {
    return {.id = reservation.id.text(),
            .number = table_number(reservation.id),
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
            .body = {}};
}

ProjectionWriter::ProjectionWriter(soci::session& sql)
    : highest_(highest_number(sql)),
      insert_reservation_((
          sql.prepare
              << "INSERT INTO reservations (id, number, state, owner, team, title, start_ms,"
                 " end_ms, booked_end_ms, priority, preemptible, revision, body)"
                 " VALUES (:id, :number, :state, :owner, :team, :title, :start, :end,"
                 " :booked_end, :priority, :preemptible, :revision, :body)",
          soci::use(reservation_.id), soci::use(reservation_.number), soci::use(reservation_.state),
          soci::use(reservation_.owner), soci::use(reservation_.team),
          soci::use(reservation_.title), soci::use(reservation_.start_ms),
          soci::use(reservation_.end_ms), soci::use(reservation_.booked_end_ms),
          soci::use(reservation_.priority), soci::use(reservation_.preemptible),
          soci::use(reservation_.revision), soci::use(reservation_.body))),
      update_reservation_((sql.prepare
                               << "UPDATE reservations SET state = :state, title = :title,"
                                  " start_ms = :start, end_ms = :end, booked_end_ms = :booked_end,"
                                  " priority = :priority, preemptible = :preemptible,"
                                  " revision = :revision, body = :body WHERE number = :number",
                           soci::use(reservation_.state), soci::use(reservation_.title),
                           soci::use(reservation_.start_ms), soci::use(reservation_.end_ms),
                           soci::use(reservation_.booked_end_ms), soci::use(reservation_.priority),
                           soci::use(reservation_.preemptible), soci::use(reservation_.revision),
                           soci::use(reservation_.body), soci::use(reservation_.number))),
      update_owner_((sql.prepare << "UPDATE reservations SET owner = :owner, team = :team"
                                    " WHERE number = :number"
                                    " AND (owner <> :owner OR team <> :team)",
                     soci::use(reservation_.owner, "owner"), soci::use(reservation_.team, "team"),
                     soci::use(reservation_.number, "number"))),
      widen_span_((sql.prepare << "INSERT INTO spans (block, first_from_ms, last_to_ms)"
                                  " VALUES (:block, :from, :to) ON CONFLICT (block) DO UPDATE"
                                  " SET first_from_ms = min(first_from_ms, excluded.first_from_ms),"
                                  " last_to_ms = max(last_to_ms, excluded.last_to_ms)"
                                  " WHERE excluded.first_from_ms < first_from_ms"
                                  " OR excluded.last_to_ms > last_to_ms",
                   soci::use(span_.block), soci::use(span_.from_ms), soci::use(span_.to_ms))),
      insert_row_team_((sql.prepare << "INSERT OR IGNORE INTO row_teams (team, sequence)"
                                       " VALUES (:team, :sequence)",
                        soci::use(row_team_.team), soci::use(row_team_.sequence))),
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
                     soci::use(claim_.gpu), soci::use(claim_.holder))),
      insert_given_back_((sql.prepare << "INSERT OR IGNORE INTO given_back (gpu, number)"
                                         " VALUES (:gpu, :number)",
                          soci::use(claim_.gpu), soci::use(reservation_.number))) {}

void ProjectionWriter::write(const Projection& projection) {
    const auto& reservation = *projection.reservation;
    const auto held = write_reservation(reservation);
    widen_spans();
    note_team(projection);
    change_claims(reservation, held, claims_wanted(reservation, held));
}

ProjectionWriter::Claims ProjectionWriter::write_reservation(const Reservation& reservation) {
    reservation_ = columns_of(reservation);
    reservation_.body = json::text_of(reservation);
    if (reservation_.number <= highest_) {
        update_reservation_.execute(true);
        if (update_reservation_.get_affected_rows() > 0) {
            // Apart, since they hardly ever change and each has an index.
            update_owner_.execute(true);
            return claims_held(reservation_.id);
        }
    }
    insert_reservation_.execute(true);
    highest_ = std::max(highest_, reservation_.number);
    return {};
}

void ProjectionWriter::widen_spans() {
    span_ = {.block = reservation_.number / span_block,
             .from_ms = reservation_.start_ms,
             .to_ms = reservation_.end_ms};
    const bool newest = span_.block >= widest_.block;
    if (span_.block == widest_.block) {
        if (span_.from_ms >= widest_.from_ms && span_.to_ms <= widest_.to_ms) return;
        span_.from_ms = std::min(span_.from_ms, widest_.from_ms);
        span_.to_ms = std::max(span_.to_ms, widest_.to_ms);
    }
    widen_span_.execute(true);
    if (newest) widest_ = span_;
}

void ProjectionWriter::note_team(const Projection& projection) {
    row_team_ = {.team = projection.reservation->team,
                 .sequence = static_cast<long long>(projection.sequence)};
    insert_row_team_.execute(true);
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

// It got other GPUs within its window: what it had until then is kept as it was.
ProjectionWriter::Claims ProjectionWriter::claims_since(Instant since,
                                                        const Reservation& reservation,
                                                        const Claims& held) {
    Claims wanted;
    for (const auto& [gpu, span] : held) {
        const Span past{span.from, std::min(span.to, since)};
        if (!past.empty()) wanted[gpu] = past;
    }
    for (const auto& gpu : reservation.gpus) {
        const auto before = held.find(gpu);
        const bool had_it_before = before != held.end() && (before->second.to > since ||
                                                            before->second.to >= reservation.end);
        const Span now{had_it_before ? before->second.from : since, reservation.end};
        if (!now.empty()) wanted[gpu] = now;
    }
    return wanted;
}

// One that lives claims its whole window; one that has ended keeps what it used of its claims.
ProjectionWriter::Claims ProjectionWriter::claims_wanted(const Reservation& reservation,
                                                         const Claims& held) {
    Claims wanted;
    if (!is_ended(reservation.state)) {
        const Span window{reservation.start, reservation.end};
        if (window.empty()) return wanted;
        if (reservation.gpus_since && *reservation.gpus_since > window.from) {
            return claims_since(*reservation.gpus_since, reservation, held);
        }
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

void ProjectionWriter::change_claims(const Reservation& reservation, const Claims& held,
                                     const Claims& wanted) {
    claim_.holder = reservation_.id;
    for (const auto& [gpu, span] : held) {
        if (wanted.contains(gpu)) continue;
        claim_.gpu = gpu;
        delete_claim_.execute(true);
        if (is_ended(reservation.state)) insert_given_back_.execute(true);
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
