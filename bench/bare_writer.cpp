// What SQLite can do at best with what a server has written: the same rows and bytes into the same
// tables with the same indices and triggers, in the same batches, each committed durably before the
// next (WAL, synchronous=FULL), from memory, without deciding, hashing or answering anything.
//
//     bench_bare_writer JOURNAL AFTER CONCURRENCY TARGET
//
// JOURNAL is the stopped server's file. Its rows up to sequence AFTER are copied first, outside the
// measurement; those after it are written in batches. The journal does not say where a batch ended:
// rows of one millisecond count as one batch, but never more than CONCURRENCY, which is the most
// the server can have had in hand. Where two batches fell into one millisecond this makes the bare
// writer's larger, and so faster, than the server's were.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <map>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

#include "bench/bare_sqlite.hpp"
#include "bench/percentile.hpp"
#include "bench/print_figures.hpp"

namespace {

using namespace berth::bench;

using Value = std::variant<long long, std::string>;
using Row = std::vector<Value>;

// What one journal row brought about.
struct Change {
    long long time_ms = 0;
    Row row;
    std::string reservation;  // or empty
};

struct Source {
    std::vector<Change> changes;
    std::map<std::string, Row> reservations;         // by id
    std::map<std::string, std::vector<Row>> claims;  // by holder
};

Row read_row(const Statement& statement) {
    Row row;
    for (int i = 0; i < statement.columns(); ++i) {
        if (statement.is_number(i)) {
            row.emplace_back(statement.number(i));
        } else {
            row.emplace_back(statement.text(i));
        }
    }
    return row;
}

void write_row(Statement& statement, const Row& row) {
    int position = 0;
    for (const Value& value : row) {
        ++position;
        std::visit([&](const auto& plain) { statement.bind(position, plain); }, value);
    }
    statement.step();
}

Source read_source(Database& journal, long long after) {
    Source source;
    const std::string later =
        " (SELECT reservation FROM journal WHERE sequence > " + std::to_string(after) + ")";
    Statement rows(journal, "SELECT time_ms, reservation, * FROM journal WHERE sequence > " +
                                std::to_string(after) + " ORDER BY sequence");
    while (rows.step()) {
        Row row = read_row(rows);
        const std::string reservation = std::get<std::string>(row[1]);
        const long long time_ms = std::get<long long>(row[0]);
        row.erase(row.begin(), row.begin() + 2);
        source.changes.push_back({time_ms, std::move(row), reservation});
    }
    Statement reservations(journal, "SELECT * FROM reservations WHERE id IN" + later);
    while (reservations.step()) {
        source.reservations[reservations.text(0)] = read_row(reservations);
    }
    Statement claims(journal, "SELECT holder, * FROM claims WHERE holder IN" + later);
    while (claims.step()) {
        Row row = read_row(claims);
        row.erase(row.begin());
        source.claims[claims.text(0)].push_back(std::move(row));
    }
    return source;
}

// The sizes of the batches that the journal's times give.
std::vector<std::size_t> batch_sizes(const std::vector<Change>& changes, std::size_t most) {
    std::vector<std::size_t> sizes;
    long long time_ms = -1;
    for (const Change& change : changes) {
        if (sizes.empty() || change.time_ms != time_ms || sizes.back() == most) sizes.push_back(0);
        time_ms = change.time_ms;
        ++sizes.back();
    }
    return sizes;
}

void set_up(Database& target, const std::string& journal_path, long long after) {
    target.run("PRAGMA journal_mode = WAL");
    target.run("PRAGMA synchronous = FULL");
    target.run("PRAGMA journal_size_limit = 16777216");
    target.run("PRAGMA temp_store = MEMORY");
    target.run("ATTACH '" + journal_path + "' AS source");
    Statement parts(target,
                    "SELECT sql FROM source.sqlite_schema WHERE sql IS NOT NULL"
                    " AND tbl_name IN ('journal', 'reservations', 'claims')"
                    " ORDER BY type = 'table' DESC");
    std::vector<std::string> schema;
    while (parts.step()) schema.push_back(parts.text(0));
    for (const std::string& part : schema) target.run(part);
    const std::string earlier =
        " (SELECT reservation FROM journal WHERE sequence <= " + std::to_string(after) + ")";
    target.run("BEGIN");
    target.run("INSERT INTO journal SELECT * FROM source.journal WHERE sequence <= " +
               std::to_string(after) + " ORDER BY sequence");
    target.run("INSERT INTO reservations SELECT * FROM source.reservations WHERE id IN" + earlier +
               " ORDER BY number");
    target.run("INSERT INTO claims SELECT * FROM source.claims WHERE holder IN" + earlier);
    target.run("COMMIT");
    target.run("DETACH source");
    target.run("PRAGMA wal_checkpoint(TRUNCATE)");
}

std::string insert_into(const std::string& table, std::size_t columns) {
    std::string places = "?";
    for (std::size_t i = 1; i < columns; ++i) places += ",?";
    return "INSERT INTO " + table + " VALUES (" + places + ")";
}

class BareWriter {
public:
    BareWriter(Database& target, const Source& source)
        : source_(source),
          begin_(target, "BEGIN IMMEDIATE"),
          commit_(target, "COMMIT"),
          row_(target, insert_into("journal", 12)),
          reservation_(target, insert_into("reservations", 13)),
          claim_(target, insert_into("claims", 4)) {}

    void write(std::size_t first, std::size_t size) {
        begin_.step();
        for (std::size_t i = first; i < first + size; ++i) write_row(row_, source_.changes[i].row);
        for (std::size_t i = first; i < first + size; ++i) project(source_.changes[i].reservation);
        commit_.step();
    }

private:
    void project(const std::string& reservation) {
        if (reservation.empty()) return;
        write_row(reservation_, source_.reservations.at(reservation));
        const auto claims = source_.claims.find(reservation);
        if (claims == source_.claims.end()) return;
        for (const Row& claim : claims->second) write_row(claim_, claim);
    }

    const Source& source_;
    Statement begin_;
    Statement commit_;
    Statement row_;
    Statement reservation_;
    Statement claim_;
};

void run(const std::string& journal_path, long long after, std::size_t concurrency,
         const std::string& target_path) {
    Database journal(journal_path);
    const Source source = read_source(journal, after);
    Database target(target_path);
    set_up(target, journal_path, after);
    BareWriter writer(target, source);
    std::vector<double> milliseconds;
    std::size_t first = 0;
    const auto began = std::chrono::steady_clock::now();
    for (const std::size_t size : batch_sizes(source.changes, concurrency)) {
        const auto asked = std::chrono::steady_clock::now();
        writer.write(first, size);
        first += size;
        milliseconds.push_back(
            std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - asked)
                .count());
    }
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
    const auto reservations = static_cast<double>(source.reservations.size());
    const auto commits = static_cast<double>(milliseconds.size());
    print_figures({{"reservations", reservations},
                   {"commits", commits},
                   {"mean_batch", static_cast<double>(first) / std::max(commits, 1.0)},
                   {"reservations_per_second", reservations / took.count()},
                   {"commit_p50_ms", percentile(milliseconds, 0.5)},
                   {"commit_p99_ms", percentile(milliseconds, 0.99)}});
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 5) {
        std::fputs("usage: bench_bare_writer JOURNAL AFTER CONCURRENCY TARGET\n", stderr);
        return 2;
    }
    try {
        run(argv[1], std::atoll(argv[2]), static_cast<std::size_t>(std::atoll(argv[3])), argv[4]);
        return 0;
    } catch (const std::exception& error) {
        std::fprintf(stderr, "bench_bare_writer: %s\n", error.what());
        return 1;
    }
}
