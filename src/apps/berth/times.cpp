#include "apps/berth/times.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <array>
#include <cmath>
#include <regex>

namespace berth::cli {

namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;

// Days since 1970-01-01 on the wall clock.
using LocalDay = date::local_time<days>;

constexpr std::array weekdays{"sunday",   "monday", "tuesday", "wednesday",
                              "thursday", "friday", "saturday"};

struct Local {
    LocalDay day;
    minutes time_of_day;
};

LocalTime to_local_time(LocalDay day, minutes time) {
    return LocalTime(
        std::chrono::duration_cast<std::chrono::seconds>(day.time_since_epoch() + time));
}

Local local_now(const SlotGrid& grid, Instant now) {
    const auto local = date::locate_zone(grid.zone_name())->to_local(now);
    const auto day = date::floor<days>(local);
    return {day, std::chrono::duration_cast<minutes>(local - day)};
}

std::string lower(std::string_view text) {
    std::string lowered(text);
    for (char& c : lowered) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    return lowered;
}

std::string not_understood(std::string_view text) {
    return fmt::format(
        "\"{}\" is not a time; write now, +4h, in 90m, 20:00, wed 20:00, tomorrow 8:00 or "
        "2026-11-30 20:00",
        text);
}

std::optional<minutes> clock_time(const std::string& hour, const std::string& minute) {
    const int h = std::stoi(hour);
    const int m = std::stoi(minute);
    if (h > 23 || m > 59) return std::nullopt;
    return hours(h) + minutes(m);
}

std::optional<int> weekday_number(const std::string& word) {
    for (std::size_t i = 0; i < weekdays.size(); ++i) {
        if (word == weekdays.at(i) || word == std::string_view(weekdays.at(i)).substr(0, 3)) {
            return static_cast<int>(i);
        }
    }
    return std::nullopt;
}

// The day that "wed", "today" or nothing means, for a time of day that is still to come.
std::optional<LocalDay> day_meant(const std::string& word, minutes time, const Local& now) {
    if (word == "today") return now.day;
    if (word == "tomorrow") return now.day + days(1);
    if (word == "yesterday") return now.day - days(1);
    const bool passed_today = time <= now.time_of_day;
    if (word.empty()) return passed_today ? now.day + days(1) : now.day;
    const auto number = weekday_number(word);
    if (!number) return std::nullopt;
    const auto today = static_cast<int>(date::weekday(now.day).c_encoding());
    int ahead = (*number - today + 7) % 7;
    if (ahead == 0 && passed_today) ahead = 7;
    return now.day + days(ahead);
}

// What a time that the clocks skip may have meant: as far after the jump, or as far before it.
std::string readings_of_skipped(const SlotGrid& grid, LocalDay day, minutes time) {
    const auto local = date::local_seconds(day) + time;
    const auto info = date::locate_zone(grid.zone_name())->get_info(local);
    if (info.result != date::local_info::nonexistent) return "";
    const auto jump = info.second.offset - info.first.offset;
    return date::format("; say %F %R", date::floor<minutes>(local + jump)) +
           date::format(" or %F %R instead", date::floor<minutes>(local - jump));
}

std::expected<TypedTime, std::string> from_local(const SlotGrid& grid, LocalDay day, minutes time) {
    auto instant = grid.from_local(to_local_time(day, time));
    if (instant) return TypedTime{*instant};
    return std::unexpected(instant.error() + readings_of_skipped(grid, day, time));
}

// "4h", "90m", "1d12h": with units, so that "+4" is not taken for whatever one did not mean.
std::optional<Duration> with_units(const std::string& text) {
    static const std::regex parts(R"((?:(\d{1,5})d)?(?:(\d{1,5})h)?(?:(\d{1,5})m)?)");
    std::smatch match;
    if (text.empty() || !std::regex_match(text, match, parts)) return std::nullopt;
    const auto number = [&](std::size_t group) {
        return match[group].matched ? std::stol(match[group]) : 0L;
    };
    return days(number(1)) + hours(number(2)) + minutes(number(3));
}

// "+4h", "in 90m", "2h ago".
std::optional<Instant> counted_from(const std::string& typed, Instant now) {
    static const std::regex later(R"((?:\+|in )(\S+))");
    static const std::regex earlier(R"((\S+) ago)");
    std::smatch match;
    if (std::regex_match(typed, match, later)) {
        if (const auto length = with_units(match[1])) return now + *length;
    } else if (std::regex_match(typed, match, earlier)) {
        if (const auto length = with_units(match[1])) return now - *length;
    }
    return std::nullopt;
}

}  // namespace

std::expected<TypedTime, std::string> parse_time(std::string_view text, const SlotGrid& grid,
                                                 Instant now) {
    static const std::regex day_and_time(R"((?:([a-z]+) )?(\d{1,2}):(\d{2}))");
    static const std::regex date_and_time(
        R"((\d{4})-(\d{2})-(\d{2})[ t](\d{1,2}):(\d{2})(?::00)?)");
    const std::string typed = lower(text);
    std::smatch match;
    if (typed == "now") return TypedTime{};
    if (const auto counted = counted_from(typed, now)) return TypedTime{*counted};
    if (std::regex_match(typed, match, day_and_time)) {
        const auto time = clock_time(match[2], match[3]);
        if (!time) return std::unexpected(not_understood(text));
        const auto day = day_meant(match[1], *time, local_now(grid, now));
        if (!day) return std::unexpected(not_understood(text));
        return from_local(grid, *day, *time);
    }
    if (std::regex_match(typed, match, date_and_time)) {
        const auto time = clock_time(match[4], match[5]);
        const date::year_month_day day{date::year(std::stoi(match[1])),
                                       date::month(static_cast<unsigned>(std::stoul(match[2]))),
                                       date::day(static_cast<unsigned>(std::stoul(match[3])))};
        if (!time || !day.ok()) return std::unexpected(not_understood(text));
        return from_local(grid, LocalDay(date::local_days(day)), *time);
    }
    if (auto instant = parse_rfc3339(text)) return TypedTime{*instant};
    return std::unexpected(not_understood(text));
}

std::expected<TypedTime, std::string> parse_day_or_time(std::string_view text, const SlotGrid& grid,
                                                        Instant now) {
    static const std::regex date(R"(\d{4}-\d{2}-\d{2})");
    const std::string typed = lower(text);
    const bool is_day = typed == "today" || typed == "tomorrow" || typed == "yesterday" ||
                        weekday_number(typed) || std::regex_match(typed, date);
    if (!is_day) return parse_time(text, grid, now);
    auto midnight = parse_time(typed + " 0:00", grid, now);
    if (!midnight && midnight.error() == not_understood(typed + " 0:00")) {
        return std::unexpected(not_understood(text));
    }
    return midnight;
}

std::expected<Duration, std::string> parse_length(std::string_view text) {
    static const std::regex plain(R"(\d{1,5}(\.\d{1,6})?)");
    constexpr double milliseconds_an_hour = 3'600'000.0;
    const std::string typed = lower(text);
    std::optional<Duration> length = with_units(typed);
    if (std::regex_match(typed, plain)) {
        length = Duration(std::llround(std::stod(typed) * milliseconds_an_hour));
    }
    if (!length) {
        return std::unexpected(fmt::format(
            "\"{}\" is not a length of time; write 4h, 90m, 2d, 1d12h, or a plain number of hours",
            text));
    }
    if (*length <= Duration::zero()) {
        return std::unexpected("a length of time must be more than nothing");
    }
    return *length;
}

std::string length_text(Duration length) {
    const long whole = std::chrono::duration_cast<minutes>(length).count();
    if (whole % 60 == 0) return fmt::format("{} h", whole / 60);
    if (whole < 60) return fmt::format("{} min", whole);
    return fmt::format("{} h {} min", whole / 60, whole % 60);
}

std::string short_time(Instant instant, const SlotGrid& grid) {
    const auto local = date::locate_zone(grid.zone_name())->to_local(date::floor<minutes>(instant));
    return date::format("%a %d %b %H:%M", local);
}

std::string window_text(Instant start, Instant end, const SlotGrid& grid) {
    return short_time(start, grid) + " – " + short_time(end, grid);
}

std::string duration_text(double seconds) {
    const long whole = std::lround(seconds);
    if (whole < 60) return fmt::format("{} s", whole);
    if (whole < 3600) return fmt::format("{} min {} s", whole / 60, whole % 60);
    return fmt::format("{} h {} min", whole / 3600, whole % 3600 / 60);
}

}  // namespace berth::cli
