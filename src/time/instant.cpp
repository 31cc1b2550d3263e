#include "time/instant.hpp"

#include <fmt/format.h>

#include <optional>

namespace berth {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::string_view example = "2026-11-30T20:00:00Z or 2026-11-30T21:00:00+01:00";

// Reads a text from left to right; a read that does not match takes nothing.
class Reader {
public:
    explicit Reader(std::string_view text) : rest_(text) {}

    [[nodiscard]] bool done() const { return rest_.empty(); }

    std::optional<int> digits(std::size_t count) {
        if (rest_.size() < count) return {};
        int value = 0;
        for (char c : rest_.substr(0, count)) {
            if (c < '0' || c > '9') return {};
            value = value * 10 + (c - '0');
        }
        rest_.remove_prefix(count);
        return value;
    }

    std::optional<char> one_of(std::string_view choices) {
        if (rest_.empty() || choices.find(rest_.front()) == std::string_view::npos) return {};
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }

private:
    std::string_view rest_;
};

struct DateTime {
    int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
    milliseconds fraction{0};
    minutes offset{0};
};

std::unexpected<std::string> malformed(std::string_view text, std::string_view what) {
    return std::unexpected(
        fmt::format("\"{}\" is not a time: {}. Write it like {}.", text, what, example));
}

std::unexpected<std::string> impossible(std::string_view text, std::string_view what) {
    return std::unexpected(fmt::format("\"{}\" is not a time: {}.", text, what));
}

bool read_date(Reader& reader, DateTime& into) {
    const auto year = reader.digits(4);
    if (!year || !reader.one_of("-")) return false;
    const auto month = reader.digits(2);
    if (!month || !reader.one_of("-")) return false;
    const auto day = reader.digits(2);
    if (!day) return false;
    into.year = *year;
    into.month = *month;
    into.day = *day;
    return true;
}

bool read_clock(Reader& reader, DateTime& into) {
    const auto hour = reader.digits(2);
    if (!hour || !reader.one_of(":")) return false;
    const auto minute = reader.digits(2);
    if (!minute || !reader.one_of(":")) return false;
    const auto second = reader.digits(2);
    if (!second) return false;
    into.hour = *hour;
    into.minute = *minute;
    into.second = *second;
    return true;
}

// One to nine decimals, of which three are kept.
bool read_fraction(Reader& reader, DateTime& into) {
    int count = 0;
    int kept = 0;
    while (const auto digit = reader.digits(1)) {
        if (++count > 9) return false;
        if (count <= 3) kept = kept * 10 + *digit;
    }
    if (count == 0) return false;
    for (; count < 3; ++count) kept *= 10;
    into.fraction = milliseconds(kept);
    return true;
}

bool read_offset(Reader& reader, DateTime& into) {
    if (reader.one_of("Zz")) return true;
    const auto sign = reader.one_of("+-");
    if (!sign) return false;
    const auto hour = reader.digits(2);
    if (!hour || *hour > 23 || !reader.one_of(":")) return false;
    const auto minute = reader.digits(2);
    if (!minute || *minute > 59) return false;
    into.offset = hours(*hour) + minutes(*minute);
    if (*sign == '-') into.offset = -into.offset;
    return true;
}

std::chrono::year_month_day calendar_day(const DateTime& read) {
    return std::chrono::year(read.year) / std::chrono::month(static_cast<unsigned>(read.month)) /
           std::chrono::day(static_cast<unsigned>(read.day));
}

}  // namespace

std::string to_rfc3339(Instant instant) {
    const auto day = std::chrono::floor<days>(instant);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(instant - day);
    std::string text =
        fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                    clock.hours().count(), clock.minutes().count(), clock.seconds().count());
    if (clock.subseconds() != milliseconds(0)) {
        text += fmt::format(".{:03}", clock.subseconds().count());
    }
    return text + 'Z';
}

std::expected<Instant, std::string> parse_rfc3339(std::string_view text) {
    Reader reader(text);
    DateTime read;
    if (!read_date(reader, read)) return malformed(text, "it does not begin with a date");
    if (!reader.one_of("Tt")) return malformed(text, "the date is not followed by a \"T\"");
    if (!read_clock(reader, read)) {
        return malformed(text, "the date is not followed by hours, minutes and seconds");
    }
    if (reader.one_of(".") && !read_fraction(reader, read)) {
        return malformed(text, "a second has one to nine decimals");
    }
    if (reader.done()) return malformed(text, "it does not say its offset from UTC");
    if (!read_offset(reader, read)) {
        return malformed(text, "its offset from UTC is neither \"Z\" nor like \"+01:00\"");
    }
    if (!reader.done()) return malformed(text, "something follows its offset from UTC");

    const auto date = calendar_day(read);
    if (!date.ok()) return impossible(text, "the calendar has no such day");
    if (read.hour > 23) return impossible(text, "hours run from 00 to 23");
    if (read.minute > 59) return impossible(text, "minutes run from 00 to 59");
    if (read.second > 59) {
        return impossible(text, "seconds run from 00 to 59; leap seconds are not counted");
    }
    return std::chrono::sys_days(date) + hours(read.hour) + minutes(read.minute) +
           seconds(read.second) + read.fraction - read.offset;
}

}  // namespace berth
