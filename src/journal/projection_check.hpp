// Compares the table `reservations` with the journal's rows: whether each reservation is there, was
// last changed by the row that its revision names, and agrees with itself.
//
//     ProjectionCheck check(sql);        // before the rows are walked: a server may append more
//     for (row : rows) check.see(row);
//     if (auto fault = check.fault()) report(fault->message);
#pragma once

#include <soci/soci.h>

#include <map>
#include <optional>

#include "journal/hash_chain.hpp"

namespace berth {

class ProjectionCheck {
public:
    explicit ProjectionCheck(soci::session& sql);

    void see(const StoredRow& row);
    // The greatest row that a reservation names as its last change.
    [[nodiscard]] long long last_revision() const { return last_revision_; }
    // Once all rows were seen; the first by number. `sequence` is the reservation's last row.
    [[nodiscard]] std::optional<ChainFault> fault() const;

private:
    struct Entry {
        long long revision = 0;  // 0: the table does not have it
        long long last_row = 0;  // 0: no row is about it
        bool confirmed = false;  // by one of the rows
        bool agrees = true;      // its columns with its body
    };

    void read_table(soci::session& sql);

    long long last_row_ = 0;  // the journal's when the table was read
    long long last_revision_ = 0;
    std::map<long long, Entry> entries_;  // by number
};

}  // namespace berth
