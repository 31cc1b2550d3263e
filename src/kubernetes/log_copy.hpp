// One container's output, copied to a file as it comes from the API server: lines with timestamps
// come in, lines without them go out. A cursor beside the file tells how far the copy has come, so
// that a cut, or a restart of the server, neither loses a line nor repeats one. Behind a copy that
// was finished others may write into the file: finished again, it ends where it ended.
//
//     LogCopy copy(folder / "output.log");         // goes on where the cursor says
//     open("…/log?timestamps=true&" + copy.query(), [&](auto bytes) { copy.add(bytes); });
//     on the stream's end: copy.cut(); now and then: copy.keep_cursor();
#pragma once

#include <cstdint>
#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

class LogCopy {
public:
    explicit LogCopy(std::filesystem::path file);

    // "sinceTime=…", escaped; empty when nothing has come yet.
    [[nodiscard]] std::string query() const;
    // Error: the file cannot be written.
    std::expected<void, std::string> add(std::string_view bytes);
    // The stream has ended: a line without its end will come again, and replaces what there is.
    void cut();
    // The stream has ended for good: such a line is all there will ever be of it. What a server
    // that was killed had copied past its cursor, and did not come again, stays.
    void finish();
    void keep_cursor();

    [[nodiscard]] const std::filesystem::path& file() const { return file_; }
    [[nodiscard]] std::uint64_t size() const { return written_; }

private:
    // How far the copy has come: where the last whole line ends in the file, its time in
    // nanoseconds since 1970, and how many lines of that very time there are.
    struct Cursor {
        std::uint64_t offset = 0;
        std::int64_t time = 0;
        std::uint64_t lines = 0;
    };

    [[nodiscard]] std::filesystem::path cursor_file() const;
    void read_cursor();
    std::expected<void, std::string> take(std::string_view piece);
    void begin_line(std::string_view& piece);
    void end_line();
    void drop_rest();
    void keep_rest();

    std::filesystem::path file_;
    Cursor cursor_;
    bool is_kept_ = true;         // on the disk
    bool is_finished_ = false;    // nothing was added since: what follows is none of its own
    bool may_have_rest_ = false;  // there may be more in the file than the cursor says
    Cursor begun_at_;             // when this stream began: what it repeats is passed over
    std::uint64_t repeated_ = 0;  // of the lines of that time
    std::uint64_t written_ = 0;   // of the file; more than the cursor's within a long line
    std::string partial_;         // came in, and its line has not ended
    // Of a line that is so long that it is written in pieces.
    bool is_within_line_ = false;
    bool drops_line_ = false;
    std::int64_t line_time_ = 0;
};

}  // namespace berth
