#include "journal/reassure.hpp"

#include <soci/sqlite3/soci-sqlite3.h>

#include <algorithm>
#include <limits>
#include <stdexcept>
#include <vector>

#include "journal/sqlite_connection.hpp"

namespace berth {

namespace {

using sqlite_api::sqlite3_file;

constexpr sqlite_api::sqlite3_int64 block = 1 << 16;  // SQLite writes less than 128 KiB at once

void check(int result, const char* doing) {
    if (result == SQLITE_OK) return;
    throw std::runtime_error(std::string("cannot ") + doing +
                             " the journal's file: " + sqlite_api::sqlite3_errstr(result));
}

// Null when SQLite has not opened that file.
sqlite3_file* file_of(soci::session& sql, int which) {
    auto* handle = static_cast<soci::sqlite3_session_backend*>(sql.get_backend())->conn_;
    sqlite3_file* file = nullptr;
    check(sqlite_api::sqlite3_file_control(handle, "main", which, &file), "find");
    return file != nullptr && file->pMethods != nullptr ? file : nullptr;
}

// The first `most` bytes; the same bytes over themselves, so that a crash in between does no harm.
void write_again(sqlite3_file& file, sqlite_api::sqlite3_int64 most) {
    sqlite_api::sqlite3_int64 size = 0;
    check(file.pMethods->xFileSize(&file, &size), "measure");
    size = std::min(size, most);
    std::vector<char> bytes(static_cast<std::size_t>(std::min(size, block)));
    for (sqlite_api::sqlite3_int64 at = 0; at < size; at += block) {
        const int part = static_cast<int>(std::min(block, size - at));
        check(file.pMethods->xRead(&file, bytes.data(), part, at), "read");
        check(file.pMethods->xWrite(&file, bytes.data(), part, at), "write");
    }
    check(file.pMethods->xSync(&file, SQLITE_SYNC_FULL), "sync");
}

}  // namespace

void write_again_and_sync(soci::session& sql) {
    constexpr auto all = std::numeric_limits<sqlite_api::sqlite3_int64>::max();
    constexpr sqlite_api::sqlite3_int64 first_page = 4096;
    // Nobody appends to the log or begins it anew meanwhile.
    const WriteTransaction transaction(sql);
    // Without its first page the file would count as empty, and the log as somebody else's. Every
    // other page that a checkpoint failed to write is still in the log.
    if (auto* file = file_of(sql, SQLITE_FCNTL_FILE_POINTER)) write_again(*file, first_page);
    if (auto* log = file_of(sql, SQLITE_FCNTL_JOURNAL_POINTER)) write_again(*log, all);
}

}  // namespace berth
