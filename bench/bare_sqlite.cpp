#include "bench/bare_sqlite.hpp"

#include <stdexcept>

namespace berth::bench {

namespace {

void check(sqlite3* database, int result, const std::string& what) {
    if (result == SQLITE_OK) return;
    throw std::runtime_error(what + ": " + sqlite3_errmsg(database));
}

}  // namespace

Database::Database(const std::string& path) {
    sqlite3* handle = nullptr;
    const int result = sqlite3_open(path.c_str(), &handle);
    handle_.reset(handle);
    check(handle, result, path);
}

void Database::run(const std::string& sql) {
    check(handle(), sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr), sql);
}

Statement::Statement(Database& database, const std::string& sql) : database_(database.handle()) {
    sqlite3_stmt* statement = nullptr;
    const int result = sqlite3_prepare_v3(database_, sql.c_str(), -1, SQLITE_PREPARE_PERSISTENT,
                                          &statement, nullptr);
    statement_.reset(statement);
    check(database_, result, sql);
}

void Statement::bind(int position, long long number) {
    check(database_, sqlite3_bind_int64(statement_.get(), position, number), "bind");
}

void Statement::bind(int position, std::string_view text) {
    check(database_,
          sqlite3_bind_text(statement_.get(), position, text.data(), static_cast<int>(text.size()),
                            SQLITE_STATIC),
          "bind");
}

bool Statement::step() {
    const int result = sqlite3_step(statement_.get());
    if (result == SQLITE_ROW) return true;
    check(database_, sqlite3_reset(statement_.get()), sqlite3_sql(statement_.get()));
    return false;
}

int Statement::columns() const {
    return sqlite3_column_count(statement_.get());
}

bool Statement::is_number(int column) const {
    return sqlite3_column_type(statement_.get(), column) == SQLITE_INTEGER;
}

long long Statement::number(int column) const {
    return sqlite3_column_int64(statement_.get(), column);
}

std::string Statement::text(int column) const {
    const auto* bytes = sqlite3_column_text(statement_.get(), column);
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_.get(), column));
    return bytes == nullptr ? std::string()
                            : std::string(reinterpret_cast<const char*>(bytes), size);
}

}  // namespace berth::bench
