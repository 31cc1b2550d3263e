// Reads the journal's rows over a connection of its own, so that reading goes on beside an append.
// Any thread; errors come as soci::soci_error.
#pragma once

#include <soci/soci.h>

#include <expected>
#include <functional>
#include <limits>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "journal/hash_chain.hpp"

namespace berth {

// Before every row that a file can hold, even one that somebody put before the first.
inline constexpr long long before_all_rows = std::numeric_limits<long long>::min();

// Every column of the table `journal`, in the order of bind_row().
inline constexpr const char* select_rows =
    "SELECT sequence, time_ms, actor, command, reason, idempotency_key, body_hash, reservation,"
    " kind, event, previous_hash, hash FROM journal ";

// Binds the columns of select_rows to `row`.
void bind_row(soci::statement& select, StoredRow& row);

std::vector<JournalRow> to_journal_rows(const std::vector<StoredRow>& rows);

class RowReader {
public:
    explicit RowReader(soci::session& sql);
    RowReader(const RowReader&) = delete;
    RowReader& operator=(const RowReader&) = delete;

    // At most `limit` rows after `sequence`, in order.
    std::vector<StoredRow> page(long long sequence, std::size_t limit);
    std::vector<StoredRow> about(const std::string& reservation);
    // Follows the chain from `start` to the journal's end, giving each row that is as it was
    // written; stops at the first that is not. `give` runs without a lock.
    std::optional<ChainFault> walk(ChainWalker& walker, long long start,
                                   const std::function<void(const StoredRow&)>& give);

    // The rows after `sequence` as JournalRows, whose chain is checked from that row on. Error: a
    // sentence that says where and how the journal is not what was written.
    std::expected<void, std::string> read_after(std::uint64_t sequence,
                                                const std::function<void(const JournalRow&)>& give);

private:
    // The chain's place behind that row, which is checked by itself.
    std::expected<ChainHead, std::string> head_at(std::uint64_t sequence);
    std::vector<StoredRow> collect(soci::statement& select);

    std::mutex mutex_;  // guards all below
    long long after_ = 0;
    long long limit_ = 0;
    std::string reservation_;
    StoredRow row_;
    soci::statement select_page_;
    soci::statement select_reservation_;
};

}  // namespace berth
