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
        "\"{}\" is not a time; write now, +4h, 20:00, wed 20:00, tomorrow 8:00 or "
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
    const bool passed_today = time <= now.time_of_day;
    if (word.empty()) return passed_today ? now.day + days(1) : now.day;
    const auto number = weekday_number(word);
    if (!number) return std::nullopt;
    const auto today = static_cast<int>(date::weekday(now.day).c_encoding());
    int ahead = (*number - today + 7) % 7;
    if (ahead == 0 && passed_today) ahead = 7;
    return now.day + days(ahead);
}

std::expected<TypedTime, std::string> from_local(const SlotGrid& grid, LocalDay day, minutes time) {
    auto instant = grid.from_local(to_local_time(day, time));
    if (!instant) return std::unexpected(instant.error());
    return TypedTime{*instant};
}

std::expected<TypedTime, std::string> from_now(const std::smatch& match, Instant now) {
    const long amount = std::stol(match[1]);
    const std::string unit = match[2];
    const Duration length = unit == "d"   ? Duration(days(amount))
                            : unit == "h" ? Duration(hours(amount))
                                          : Duration(minutes(amount));
    return TypedTime{now + length};
}

}  // namespace

std::expected<TypedTime, std::string> parse_time(std::string_view text, const SlotGrid& grid,
                                                 Instant now) {
    static const std::regex relative(R"(\+(\d{1,5})([mhd]))");
    static const std::regex day_and_time(R"((?:([a-z]+) )?(\d{1,2}):(\d{2}))");
    static const std::regex date_and_time(
        R"((\d{4})-(\d{2})-(\d{2})[ t](\d{1,2}):(\d{2})(?::00)?)");
    const std::string typed = lower(text);
    std::smatch match;
    if (typed == "now") return TypedTime{};
    if (std::regex_match(typed, match, relative)) return from_now(match, now);
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
