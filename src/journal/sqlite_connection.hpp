// Connections to the journal's SQLite file through SOCI, each set up for its part, and transactions
// that are never left open. SQLite's errors come as soci::soci_error.
#pragma once

#include <soci/soci.h>

#include <memory>
#include <string>

namespace berth {

enum class ConnectionUse {
    append,  // writes the journal: each commit is on disk when it returns (synchronous=FULL)
    side,    // writes the side tables: a power loss may take the last commits (synchronous=NORMAL)
    read,
    inspect,  // reads a file that nobody may be serving, and never creates or changes it
};

// `most_pages` is the size beyond which the file must not grow; 0 leaves that to the disk.
std::unique_ptr<soci::session> connect(const std::string& path, ConnectionUse use,
                                       long long most_pages = 0);

// The operating system's errno behind the connection's last I/O error.
int system_error(soci::session& sql);

// Holds SQLite's write lock from its construction to commit(); rolls back otherwise.
class WriteTransaction {
public:
    explicit WriteTransaction(soci::session& sql);
    ~WriteTransaction();
    WriteTransaction(const WriteTransaction&) = delete;
    WriteTransaction& operator=(const WriteTransaction&) = delete;

    void commit();

private:
    soci::session& sql_;
};

// Ends whatever transaction is open. False when one still is.
bool roll_back(soci::session& sql) noexcept;

}  // namespace berth
