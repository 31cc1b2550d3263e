#include "journal/projection_check.hpp"

#include "journal/projection_writer.hpp"
#include "json/described.hpp"

namespace berth {

namespace {

// The body as Berth would read it, in columns; nothing when it cannot be read.
std::optional<ReservationColumns> columns_in(const std::string& body) {
    const auto value = json::read(body);
    if (!value) return std::nullopt;
    const auto reservation = json::parse<Reservation>(*value);
    if (!reservation) return std::nullopt;
    return columns_of(*reservation);
}

bool agrees(ReservationColumns columns) {
    const auto body = std::move(columns.body);
    columns.body.clear();
    return columns_in(body) == columns;
}

}  // namespace

ProjectionCheck::ProjectionCheck(soci::session& sql) {
    // One look at both: a server may be appending.
    soci::transaction look(sql);
    sql << "SELECT coalesce(max(sequence), 0) FROM journal", soci::into(last_row_);
    read_table(sql);
    look.commit();
}

void ProjectionCheck::read_table(soci::session& sql) {
    ReservationColumns row;
    soci::statement select =
        (sql.prepare << "SELECT id, number, state, owner, team, title, start_ms, end_ms,"
                        " booked_end_ms, priority, preemptible, revision, body FROM reservations",
         soci::into(row.id), soci::into(row.number), soci::into(row.state), soci::into(row.owner),
         soci::into(row.team), soci::into(row.title), soci::into(row.start_ms),
         soci::into(row.end_ms), soci::into(row.booked_end_ms), soci::into(row.priority),
         soci::into(row.preemptible), soci::into(row.revision), soci::into(row.body));
    for (bool more = select.execute(true); more; more = select.fetch()) {
        entries_[row.number] = {
            .revision = row.revision, .last_row = 0, .confirmed = false, .agrees = agrees(row)};
        last_revision_ = std::max(last_revision_, row.revision);
    }
}

void ProjectionCheck::see(const StoredRow& row) {
    if (row.sequence > last_row_) return;
    const auto id = ReservationId::parse(row.reservation);
    if (!id) return;
    auto& entry = entries_[table_number(*id)];
    entry.last_row = row.sequence;
    const bool is_its_first = row.kind == "reservation_confirmed" ||
                              row.kind == "reservation_waitlisted" || row.kind == "job_queued";
    if (is_its_first) entry.confirmed = true;
}

std::optional<ChainFault> ProjectionCheck::fault() const {
    const auto found = [](long long row, const std::string& what) {
        return ChainFault{ChainFaultKind::changed_projection, row,
                          "the table of reservations was changed: " + what};
    };
    for (const auto& [number, entry] : entries_) {
        const auto id = id_of_table_number(number).text();
        const auto last = std::to_string(entry.last_row);
        const auto revision = std::to_string(entry.revision);
        if (entry.last_row == 0) return found(0, id + " is in it, but no row is about it");
        if (entry.revision == 0) {
            if (!entry.confirmed) continue;
            return found(entry.last_row, id + " is missing, which row " + last + " is about");
        }
        if (entry.revision != entry.last_row) {
            return found(entry.last_row, "it shows " + id + " as of row " + revision +
                                             ", but row " + last + " is the last about it");
        }
        if (!entry.agrees) {
            return found(entry.last_row,
                         "the columns and the body of " + id + " say different things");
        }
    }
    return std::nullopt;
}

}  // namespace berth
