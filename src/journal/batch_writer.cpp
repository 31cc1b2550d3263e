#include "journal/batch_writer.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <cerrno>
#include <stdexcept>

#include "journal/projection_writer.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_schema.hpp"

namespace berth {

// Prepared once; bound to `row`.
struct BatchWriter::Statements {
    explicit Statements(soci::session& sql)
        : insert_row(
              (sql.prepare << "INSERT INTO journal (sequence, time_ms, actor, command, reason,"
                              " idempotency_key, body_hash, reservation, kind, event,"
                              " previous_hash, hash)"
                              " VALUES (:sequence, :time, :actor, :command, :reason, :key,"
                              " :body_hash, :reservation, :kind, :event, :previous, :hash)",
               soci::use(row.sequence), soci::use(row.time_ms), soci::use(row.actor),
               soci::use(row.command), soci::use(row.reason), soci::use(row.idempotency_key),
               soci::use(row.body_hash), soci::use(row.reservation), soci::use(row.kind),
               soci::use(row.event), soci::use(row.previous_hash), soci::use(row.hash))),
          projections(sql) {}

    StoredRow row;
    soci::statement insert_row;
    ProjectionWriter projections;
};

BatchWriter::BatchWriter(soci::session& sql)
    : sql_(sql), head_(read_head(sql)), statements_(std::make_unique<Statements>(sql)) {}

BatchWriter::~BatchWriter() = default;

CommitOutcome BatchWriter::append(std::span<const JournalRow> rows,
                                  std::span<const Projection> projections) {
    if (!trusted_) return CommitOutcome::unknown;
    last_error_.clear();
    Stage stage = Stage::writing;
    auto outcome = CommitOutcome::unknown;
    try {
        WriteTransaction transaction(sql_);
        const ChainHead head = write_rows(rows);
        write_projections(projections);
        stage = Stage::committing;
        transaction.commit();
        head_ = head;
        return CommitOutcome::committed;
    } catch (const soci::soci_error& error) {
        outcome = outcome_of(error, stage);
        last_error_ = error.what() + last_error_;
    } catch (const std::exception& error) {
        last_error_ = error.what() + last_error_;
    }
    return recover(outcome);
}

ChainHead BatchWriter::write_rows(std::span<const JournalRow> rows) {
    ChainHead head = head_;
    for (const auto& row : rows) {
        if (row.sequence != head.sequence + 1) {
            throw std::logic_error("row " + std::to_string(row.sequence) + " cannot follow row " +
                                   std::to_string(head.sequence));
        }
        auto& stored = statements_->row;
        stored = to_stored(row);
        stored.previous_hash = head.hash;
        stored.hash = hash_of(hash_, stored);
        statements_->insert_row.execute(true);
        head = {.sequence = row.sequence, .hash = stored.hash};
    }
    return head;
}

void BatchWriter::write_projections(std::span<const Projection> projections) {
    for (const auto& projection : projections) {
        try {
            statements_->projections.write(projection);
        } catch (const std::exception&) {
            last_error_ = " (while writing " + projection.reservation->id.text() + " as of row " +
                          std::to_string(projection.sequence) + ")";
            throw;
        }
    }
}

CommitOutcome BatchWriter::outcome_of(const soci::soci_error& error, Stage stage) {
    const auto* sqlite_error = dynamic_cast<const soci::sqlite3_soci_error*>(&error);
    if (sqlite_error == nullptr) return CommitOutcome::unknown;
    const int result = sqlite_error->result() & 0xFF;  // without the extended code
    if (result == SQLITE_CONSTRAINT &&
        error.get_error_message().find(double_booking_text) != std::string::npos) {
        return CommitOutcome::double_booking;
    }
    // A COMMIT's SQLITE_FULL comes from a write before the log's commit frame was whole. Its I/O
    // errors may come after that (a failed sync, a log index that cannot grow), whatever errno
    // says.
    if (result == SQLITE_FULL) return CommitOutcome::disk_full;
    const int cause = system_error(sql_);
    if (stage == Stage::writing && result == SQLITE_IOERR && (cause == ENOSPC || cause == EDQUOT)) {
        return CommitOutcome::disk_full;
    }
    return CommitOutcome::unknown;
}

CommitOutcome BatchWriter::recover(CommitOutcome outcome) {
    trusted_ = false;
    statements_->projections.rolled_back();
    if (!roll_back(sql_) || outcome == CommitOutcome::unknown) return CommitOutcome::unknown;
    try {
        if (read_head(sql_) != head_) return CommitOutcome::unknown;
    } catch (const std::exception& error) {
        last_error_ += std::string("; then: ") + error.what();
        return CommitOutcome::unknown;
    }
    trusted_ = true;
    return outcome;
}

ChainHead read_head(soci::session& sql) {
    long long sequence = 0;
    std::string hash;
    sql << "SELECT sequence, hash FROM journal ORDER BY sequence DESC LIMIT 1",
        soci::into(sequence), soci::into(hash);
    if (!sql.got_data()) return {};
    return {.sequence = static_cast<std::uint64_t>(sequence), .hash = hash};
}

}  // namespace berth
