#include "apps/berth/offline_journal.hpp"

#include <filesystem>

#include "journal/row_reader.hpp"
#include "journal/sqlite_connection.hpp"
#include "journal/sqlite_schema.hpp"

namespace berth::cli {

namespace {

std::expected<std::optional<ChainFault>, std::string> walk(
    const std::string& path, const std::function<void(const JournalRow&)>& row) {
    try {
        const auto sql = connect(path, ConnectionUse::inspect);
        const auto schema = inspect_schema(*sql, path);
        if (!schema) return std::unexpected(schema.error());
        if (*schema == SchemaState::absent) return std::unexpected(path + " is an empty file");
        RowReader reader(*sql);
        ChainWalker walker(ChainHead{});
        return reader.walk(walker, before_all_rows,
                           [&](const StoredRow& stored) { row(to_journal_row(stored)); });
    } catch (const std::exception& error) {
        return std::unexpected("the journal " + path + " cannot be read: " + error.what());
    }
}

}  // namespace

void add_offline_options(CLI::App& command, OfflineOptions& options) {
    command.add_option("--journal", options.journal, "read this journal file, without a server");
    command.add_option("--zone", options.zone, "with --journal: the site's time zone (UTC)");
    command.add_option("--slot", options.slot, "with --journal: the length of a slot (2h)");
}

std::optional<SlotGrid> offline_grid(Session& session, const OfflineOptions& options) {
    const auto length = session.length(options.slot);
    if (!length) return std::nullopt;
    auto grid =
        SlotGrid::make(options.zone, std::chrono::duration_cast<std::chrono::minutes>(*length));
    if (grid) return std::move(*grid);
    session.fail(Exit::usage, grid.error());
    return std::nullopt;
}

Exit read_rows(Session& session, const std::string& path,
               const std::function<void(const JournalRow&)>& row) {
    if (!std::filesystem::exists(path)) {
        return session.fail(Exit::not_found, "there is no journal " + path);
    }
    const auto fault = walk(path, row);
    if (!fault) return session.fail(Exit::failed, fault.error());
    if (*fault)
        return session.fail(Exit::failed, path + " is not what was written: " + (*fault)->message);
    return Exit::done;
}

}  // namespace berth::cli
