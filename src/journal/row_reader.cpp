#include "journal/row_reader.hpp"

#include <algorithm>

namespace berth {

namespace {

constexpr std::size_t walk_page = 512;

constexpr const char* select_rows =
    "SELECT sequence, time_ms, actor, command, reason, idempotency_key, body_hash, reservation,"
    " kind, event, previous_hash, hash FROM journal ";

}  // namespace

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

}  // namespace berth
