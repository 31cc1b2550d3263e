#include "kubernetes/log_copy.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>

#include "files/durable_file.hpp"
#include "kubernetes/api_client.hpp"
#include "time/instant.hpp"

namespace berth {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t longest_buffered_line = 256UL * 1024;
constexpr std::int64_t nanoseconds_a_second = 1'000'000'000;
constexpr std::string_view finished_word = "finished";

// "2026-11-30T20:00:00.123456789Z", which an Instant is too coarse for.
std::optional<std::int64_t> nanoseconds_in(std::string_view text) {
    constexpr std::size_t fraction_at = 19;
    if (text.size() <= fraction_at) return std::nullopt;
    std::int64_t fraction = 0;
    std::size_t rest = fraction_at;
    if (text[fraction_at] == '.') {
        std::int64_t worth = nanoseconds_a_second / 10;
        for (++rest; rest < text.size() && text[rest] >= '0' && text[rest] <= '9'; ++rest) {
            fraction += (text[rest] - '0') * worth;
            worth /= 10;
        }
    }
    const auto second =
        parse_rfc3339(std::string(text.substr(0, fraction_at)) + std::string(text.substr(rest)));
    if (!second) return std::nullopt;
    const auto since = std::chrono::floor<std::chrono::seconds>(second->time_since_epoch());
    return since.count() * nanoseconds_a_second + fraction;
}

}  // namespace

LogCopy::LogCopy(fs::path file) : file_(std::move(file)) {
    read_cursor();
    cut();
}

fs::path LogCopy::cursor_file() const {
    fs::path beside = file_;
    beside += ".cursor";
    return beside;
}

// A copy that is shorter than its cursor says has lost its end in a power cut: it begins anew.
void LogCopy::read_cursor() {
    std::ifstream input(cursor_file());
    Cursor read;
    if (!(input >> read.offset >> read.time >> read.lines)) return;
    std::error_code error;
    const auto size = fs::file_size(file_, error);
    if (error || size < read.offset) return;
    cursor_ = read;
    std::string word;
    is_finished_ = input >> word && word == finished_word;
}

std::string LogCopy::query() const {
    if (cursor_.time == 0) return {};
    const Instant second{std::chrono::seconds(cursor_.time / nanoseconds_a_second)};
    return "sinceTime=" + escaped(to_rfc3339(second));
}

std::expected<void, std::string> LogCopy::add(std::string_view bytes) {
    partial_.append(bytes);
    std::string_view rest = partial_;
    std::expected<void, std::string> result;
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
        if (const auto taken = take(rest.substr(0, end + 1)); !taken) result = taken;
        end_line();
        rest.remove_prefix(end + 1);
    }
    if (rest.size() > longest_buffered_line) {
        if (const auto taken = take(rest); !taken) result = taken;
        rest = {};
    }
    partial_.erase(0, partial_.size() - rest.size());
    return result;
}

// A piece of one line, with its end or not.
std::expected<void, std::string> LogCopy::take(std::string_view piece) {
    if (!is_within_line_) begin_line(piece);
    if (drops_line_) return {};
    drop_rest();
    is_finished_ = false;
    const auto written = write_at(file_, written_, piece);
    if (written) written_ += piece.size();
    return written;
}

// Takes the time off. A line without one is the kubelet's own, and is kept.
void LogCopy::begin_line(std::string_view& piece) {
    is_within_line_ = true;
    drops_line_ = false;
    line_time_ = 0;
    const auto blank = piece.find(' ');
    if (blank == std::string_view::npos) return;
    const auto time = nanoseconds_in(piece.substr(0, blank));
    if (!time) return;
    piece.remove_prefix(blank + 1);
    line_time_ = *time;
    if (*time < begun_at_.time) drops_line_ = true;
    if (*time == begun_at_.time && repeated_ < begun_at_.lines) {
        ++repeated_;
        drops_line_ = true;
    }
}

void LogCopy::end_line() {
    is_within_line_ = false;
    if (drops_line_) return;
    is_kept_ = false;
    cursor_.offset = written_;
    if (line_time_ == 0) return;
    if (line_time_ != cursor_.time) cursor_ = {written_, line_time_, 0};
    ++cursor_.lines;
}

// What stands behind the cursor stays until it comes again: its pod may be gone.
void LogCopy::cut() {
    partial_.clear();
    is_within_line_ = false;
    begun_at_ = cursor_;
    repeated_ = 0;
    written_ = cursor_.offset;
    may_have_rest_ = true;
}

void LogCopy::finish() {
    if (!partial_.empty()) (void)add("\n");
    if (is_within_line_) {
        (void)take("\n");
        end_line();
    }
    if (is_finished_) {
        drop_rest();
    } else {
        keep_rest();
    }
    is_finished_ = true;
    is_kept_ = false;
    keep_cursor();
}

void LogCopy::drop_rest() {
    if (!may_have_rest_) return;
    may_have_rest_ = false;
    std::error_code error;
    if (fs::exists(file_, error)) fs::resize_file(file_, cursor_.offset, error);
}

// Lines that came in the last moment before the server was killed, and did not come again.
void LogCopy::keep_rest() {
    if (!may_have_rest_) return;
    may_have_rest_ = false;
    std::error_code error;
    const auto size = fs::file_size(file_, error);
    if (error || size <= cursor_.offset) return;
    written_ = size;
    std::ifstream input(file_, std::ios::binary);
    input.seekg(-1, std::ios::end);
    if (input.get() != '\n' && write_at(file_, written_, "\n")) ++written_;
    cursor_.offset = written_;
}

void LogCopy::keep_cursor() {
    if (is_kept_) return;
    const auto kept =
        write_soon(cursor_file(), fmt::format("{} {} {} {}\n", cursor_.offset, cursor_.time,
                                              cursor_.lines, is_finished_ ? finished_word : ""));
    is_kept_ = kept.has_value();
}

}  // namespace berth
