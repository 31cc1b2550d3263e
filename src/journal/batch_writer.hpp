// Appends batches to the journal: rows, hashes and projections in one transaction each. It owns the
// chain's head, and says of every failure whether it is certain that nothing was written.
// One thread at a time; its connection is nobody else's.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <span>
#include <string>

#include "engine/journal_port.hpp"
#include "journal/hash_chain.hpp"

namespace berth {

class BatchWriter {
public:
    // Starts from the last row that is there.
    explicit BatchWriter(soci::session& sql);
    ~BatchWriter();

    CommitOutcome append(std::span<const JournalRow> rows, std::span<const Projection> projections);
    // Why the last append failed, for the log; empty when it did not.
    [[nodiscard]] const std::string& last_error() const { return last_error_; }

private:
    struct Statements;
    enum class Stage { writing, committing };

    ChainHead write_rows(std::span<const JournalRow> rows);
    void write_projections(std::span<const Projection> projections);
    // What SQLite's own result says of the batch, before the rollback is looked at.
    CommitOutcome outcome_of(const soci::soci_error& error, Stage stage);
    // Makes sure that the batch is gone; the outcome is unknown when it is not.
    CommitOutcome recover(CommitOutcome outcome);

    soci::session& sql_;
    ChainHead head_;
    Sha256 hash_;
    std::unique_ptr<Statements> statements_;
    std::string last_error_;
    bool trusted_ = true;  // false after an unknown outcome: nothing is appended any more
};

// The last row of the journal.
ChainHead read_head(soci::session& sql);

}  // namespace berth
