#include "api/report_source.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace berth {

namespace {

constexpr std::size_t page_size = 1'000;

// All rows that the query finds, oldest first.
template <class Give>
void each_row(AuditPort& audit, AuditQuery query, Give&& give) {
    query.limit = page_size;
    for (bool more = true; more;) {
        const auto rows = audit.audit(query);
        for (const JournalRow& row : rows) give(row);
        more = rows.size() == page_size;
        if (more) query.after = rows.back().sequence;
    }
}

// Its event, if it is one of these.
template <class Wanted>
std::optional<Wanted> event_of(const JournalRow& row) {
    auto event = decode_event(row.kind, row.event);
    if (auto* wanted = event ? std::get_if<Wanted>(&*event) : nullptr) return std::move(*wanted);
    return std::nullopt;
}

// The inventory that held when the period began, and all that came after it; oldest first.
std::vector<JournalRow> inventories(AuditPort& audit, const Span& period) {
    AuditQuery query;
    query.kind = "fleet_declared";
    query.to = period.to;
    query.order = AuditOrder::newest_first;
    query.limit = 1;
    std::vector<JournalRow> found;
    while (found.empty() || found.back().time > period.from) {
        auto rows = audit.audit(query);
        if (rows.empty()) break;
        query.before = rows.front().sequence;
        found.push_back(std::move(rows.front()));
    }
    std::ranges::reverse(found);
    return found;
}

void add_gpus(AuditPort& audit, Record& record) {
    auto rows = inventories(audit, record.period());
    if (rows.empty()) return;
    AuditQuery health;
    health.kind = "gpu_health_changed";
    health.to = record.period().to;
    health.after = rows.front().sequence;
    each_row(audit, health, [&](const JournalRow& row) { rows.push_back(row); });
    std::ranges::sort(rows, {}, &JournalRow::sequence);
    for (const JournalRow& row : rows) {
        if (const auto fleet = event_of<FleetDeclared>(row)) record.declare(row.time, fleet->gpus);
        if (const auto changed = event_of<GpuHealthChanged>(row)) {
            record.set_health(row.time, changed->gpus, changed->health);
        }
    }
}

// A place of the waitlist that Berth owes somebody is no wish.
void add_wishes(AuditPort& audit, Record& record) {
    AuditQuery query;
    query.kind = "reservation_waitlisted";
    query.from = record.period().from;
    query.to = record.period().to;
    each_row(audit, query, [&](const JournalRow& row) {
        const auto event = event_of<ReservationWaitlisted>(row);
        if (!event || event->reservation.state != ReservationState::waitlisted) return;
        record.add_wish(event->reservation, row.time);
    });
}

template <class Given>
void add_promises(AuditPort& audit, Record& record, const std::string& kind,
                  const std::set<std::string>& waiting) {
    AuditQuery query;
    query.kind = kind;
    query.from = record.period().from;
    each_row(audit, query, [&](const JournalRow& row) {
        if (!waiting.contains(row.reservation)) return;
        if (const auto event = event_of<Given>(row))
            record.promise(event->id, row.time, event->gpus);
    });
}

void add_answers(HistoryPort& history, AuditPort& audit, Record& record) {
    std::set<std::string> waiting;
    for (const ReservationId id : record.unanswered()) waiting.insert(id.text());
    if (waiting.empty()) return;
    // What was offered first may have been booked later: the offers come first.
    add_promises<WindowOffered>(audit, record, "window_offered", waiting);
    add_promises<WindowBooked>(audit, record, "window_booked", waiting);
    for (const ReservationId id : record.unanswered()) {
        const auto now = history.reservation(id);
        if (now && now->ended_at) record.give_up(id, *now->ended_at);
    }
}

}  // namespace

Record collect_record(HistoryPort& history, AuditPort& audit, const Span& period, Instant now,
                      const SlotGrid& grid) {
    Record record(period, now, grid);
    add_gpus(audit, record);
    history.each_within(period, [&](const Reservation& one) { record.add(one); });
    add_wishes(audit, record);
    add_answers(history, audit, record);
    return record;
}

}  // namespace berth
