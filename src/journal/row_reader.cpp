#include "journal/row_reader.hpp"

#include <algorithm>

namespace berth {

namespace {

constexpr std::size_t walk_page = 512;

}  // namespace

void bind_row(soci::statement& select, StoredRow& row) {
    select.exchange(soci::into(row.sequence));
    select.exchange(soci::into(row.time_ms));
    for (auto* text : {&row.actor, &row.command, &row.reason, &row.idempotency_key, &row.body_hash,
                       &row.reservation, &row.kind, &row.event, &row.previous_hash, &row.hash}) {
        select.exchange(soci::into(*text));
    }
}

std::vector<JournalRow> to_journal_rows(const std::vector<StoredRow>& rows) {
    std::vector<JournalRow> found;
    found.reserve(rows.size());
    for (const auto& row : rows) found.push_back(to_journal_row(row));
    return found;
}

RowReader::RowReader(soci::session& sql)
    : select_page_(
          (sql.prepare << select_rows << "WHERE sequence > :after ORDER BY sequence LIMIT :limit",
           soci::use(after_), soci::use(limit_), soci::into(row_.sequence),
           soci::into(row_.time_ms), soci::into(row_.actor), soci::into(row_.command),
           soci::into(row_.reason), soci::into(row_.idempotency_key), soci::into(row_.body_hash),
           soci::into(row_.reservation), soci::into(row_.kind), soci::into(row_.event),
           soci::into(row_.previous_hash), soci::into(row_.hash))),
      select_reservation_(
          (sql.prepare << select_rows << "WHERE reservation = :reservation ORDER BY sequence",
           soci::use(reservation_), soci::into(row_.sequence), soci::into(row_.time_ms),
           soci::into(row_.actor), soci::into(row_.command), soci::into(row_.reason),
           soci::into(row_.idempotency_key), soci::into(row_.body_hash),
           soci::into(row_.reservation), soci::into(row_.kind), soci::into(row_.event),
           soci::into(row_.previous_hash), soci::into(row_.hash))) {}

std::vector<StoredRow> RowReader::page(long long sequence, std::size_t limit) {
    const std::lock_guard lock(mutex_);
    after_ = sequence;
    limit_ = static_cast<long long>(
        std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max()));
    return collect(select_page_);
}

std::vector<StoredRow> RowReader::about(const std::string& reservation) {
    const std::lock_guard lock(mutex_);
    reservation_ = reservation;
    return collect(select_reservation_);
}

// Reads to the end: SQLite keeps a statement's snapshot, and with it the log, until then.
std::vector<StoredRow> RowReader::collect(soci::statement& select) {
    std::vector<StoredRow> rows;
    for (bool found = select.execute(true); found; found = select.fetch()) rows.push_back(row_);
    return rows;
}

std::optional<ChainFault> RowReader::walk(ChainWalker& walker, long long start,
                                          const std::function<void(const StoredRow&)>& give) {
    for (long long after = start;;) {
        const auto rows = page(after, walk_page);
        for (const auto& row : rows) {
            if (auto fault = walker.step(row)) return fault;
            give(row);
            after = row.sequence;
        }
        if (rows.size() < walk_page) return std::nullopt;
    }
}

std::expected<ChainHead, std::string> RowReader::head_at(std::uint64_t sequence) {
    if (sequence == 0) return ChainHead{};
    const auto number = static_cast<long long>(sequence);
    const auto rows = page(number - 1, 1);
    if (rows.empty() || rows.front().sequence != number) {
        return std::unexpected("row " + std::to_string(sequence) + " is missing");
    }
    if (const auto fault = own_fault(rows.front())) return std::unexpected(fault->message);
    return ChainHead{.sequence = sequence, .hash = rows.front().hash};
}

std::expected<void, std::string> RowReader::read_after(
    std::uint64_t sequence, const std::function<void(const JournalRow&)>& give) {
    try {
        const auto head = head_at(sequence);
        if (!head) return std::unexpected(head.error());
        ChainWalker walker(*head);
        const auto start = sequence == 0 ? before_all_rows : static_cast<long long>(sequence);
        const auto fault =
            walk(walker, start, [&](const StoredRow& stored) { give(to_journal_row(stored)); });
        if (fault) return std::unexpected(fault->message);
        return {};
    } catch (const soci::soci_error& error) {
        return std::unexpected(std::string("the journal cannot be read: ") + error.what());
    }
}

}  // namespace berth
