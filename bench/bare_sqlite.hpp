// SQLite's own C interface with destructors, and nothing more.
#pragma once

#include <sqlite3.h>

#include <memory>
#include <string>
#include <string_view>

namespace berth::bench {

// Both throw std::runtime_error with SQLite's words when it refuses.
class Database {
public:
    explicit Database(const std::string& path);
    void run(const std::string& sql);
    [[nodiscard]] sqlite3* handle() const { return handle_.get(); }

private:
    struct Close {
        void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
    };
    std::unique_ptr<sqlite3, Close> handle_;
};

class Statement {
public:
    Statement(Database& database, const std::string& sql);

    // Positions count from 1. A text must live until the statement has run.
    void bind(int position, long long number);
    void bind(int position, std::string_view text);
    // The next row; false at the end, after which the statement can run again.
    bool step();
    [[nodiscard]] int columns() const;
    [[nodiscard]] bool is_number(int column) const;
    [[nodiscard]] long long number(int column) const;
    [[nodiscard]] std::string text(int column) const;

private:
    struct Finalize {
        void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
    };
    sqlite3* database_;
    std::unique_ptr<sqlite3_stmt, Finalize> statement_;
};

}  // namespace berth::bench
