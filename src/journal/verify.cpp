#include "journal/verify.hpp"

#include <filesystem>

#include "journal/projection_check.hpp"
#include "journal/row_reader.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_schema.hpp"

namespace berth {

namespace {

// Rows cut from the journal's end leave a chain without a fault, but reservations that were changed
// by a row that is not there.
std::optional<ChainFault> cut_off(const ChainHead& head, long long last_revision) {
    const auto first_missing = static_cast<long long>(head.sequence) + 1;
    if (last_revision < first_missing) return std::nullopt;
    return ChainFault{ChainFaultKind::missing_row, first_missing,
                      "row " + std::to_string(first_missing) +
                          " is missing, and all after it: a reservation was last changed by row " +
                          std::to_string(last_revision)};
}

VerifyReport walk_all(soci::session& sql) {
    ProjectionCheck projections(sql);
    RowReader reader(sql);
    ChainWalker walker(ChainHead{});
    VerifyReport report;
    report.fault = reader.walk(walker, before_all_rows, [&](const StoredRow& row) {
        ++report.rows;
        projections.see(row);
    });
    report.head = walker.head();
    if (!report.fault) report.fault = cut_off(report.head, projections.last_revision());
    if (!report.fault) report.fault = projections.fault();
    return report;
}

}  // namespace

std::expected<VerifyReport, std::string> verify_journal(const std::string& path) {
    if (!std::filesystem::exists(path)) return std::unexpected("there is no journal " + path);
    try {
        const auto sql = connect(path, ConnectionUse::inspect);
        const auto state = inspect_schema(*sql, path);
        if (!state) return std::unexpected(state.error());
        if (*state == SchemaState::absent) return std::unexpected(path + " is an empty file");
        return walk_all(*sql);
    } catch (const std::exception& error) {
        return std::unexpected("the journal " + path + " cannot be read: " + error.what());
    }
}

}  // namespace berth
