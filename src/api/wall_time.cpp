#include "api/wall_time.hpp"

#include <charconv>
#include <chrono>
#include <optional>

namespace berth {

namespace {

// Reads exactly `width` digits.
std::optional<int> digits(std::string_view& text, std::size_t width) {
    if (text.size() < width) return std::nullopt;
    int number = 0;
    const char* last = text.data() + width;
    const auto [end, error] = std::from_chars(text.data(), last, number);
    if (error != std::errc{} || end != last || number < 0) return std::nullopt;
    text.remove_prefix(width);
    return number;
}

bool skip(std::string_view& text, std::string_view any_of) {
    if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
    text.remove_prefix(1);
    return true;
}

std::optional<std::chrono::local_days> date_of(std::string_view& text) {
    const auto year = digits(text, 4);
    if (!year || !skip(text, "-")) return std::nullopt;
    const auto month = digits(text, 2);
    if (!month || !skip(text, "-")) return std::nullopt;
    const auto day = digits(text, 2);
    if (!day) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year(*year),
                                           std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok()) return std::nullopt;
    return std::chrono::local_days(date);
}

std::optional<std::chrono::seconds> time_of(std::string_view& text) {
    const auto hour = digits(text, 2);
    if (!hour || *hour > 23 || !skip(text, ":")) return std::nullopt;
    const auto minute = digits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    const std::chrono::seconds whole = std::chrono::hours(*hour) + std::chrono::minutes(*minute);
    if (!skip(text, ":")) return whole;
    const auto second = digits(text, 2);
    if (!second || *second > 59) return std::nullopt;
    return whole + std::chrono::seconds(*second);
}

std::optional<LocalTime> local_time(std::string_view text) {
    const auto date = date_of(text);
    if (!date || !skip(text, "T ")) return std::nullopt;
    const auto time = time_of(text);
    if (!time) return std::nullopt;
    // Python's isoformat() adds microseconds when it has some; the grid has no use for them.
    if (skip(text, ".")) {
        while (!text.empty() && text.front() >= '0' && text.front() <= '9') text.remove_prefix(1);
    }
    if (!text.empty()) return std::nullopt;
    return LocalTime(*date) + *time;
}

std::optional<Duration> unit_of(char letter) {
    switch (letter) {
        case 's':
            return std::chrono::seconds(1);
        case 'm':
            return std::chrono::minutes(1);
        case 'h':
            return std::chrono::hours(1);
        case 'd':
            return std::chrono::days(1);
        default:
            return std::nullopt;
    }
}

}  // namespace

std::expected<Instant, std::string> parse_wall_time(std::string_view text, const SlotGrid& grid) {
    if (const auto local = local_time(text)) return grid.from_local(*local);
    if (const auto instant = parse_rfc3339(text)) return *instant;
    return std::unexpected("\"" + std::string(text) +
                           "\" is not a time; write it like 2026-11-30T20:00:00");
}

std::expected<Duration, std::string> parse_duration(std::string_view text) {
    const std::string refusal =
        "\"" + std::string(text) + "\" is not a length of time; write it like 2h, 90m or 1h30m";
    constexpr std::int64_t largest = 1'000'000;  // of any unit, far from an overflow
    Duration total{0};
    if (text.empty()) return std::unexpected(refusal);
    while (!text.empty()) {
        std::int64_t number = 0;
        const char* last = text.data() + text.size();
        const auto [end, error] = std::from_chars(text.data(), last, number);
        if (error != std::errc{} || end == last || number < 0 || number > largest) {
            return std::unexpected(refusal);
        }
        const auto unit = unit_of(*end);
        if (!unit) return std::unexpected(refusal);
        total += number * *unit;
        text.remove_prefix(static_cast<std::size_t>(end - text.data()) + 1);
    }
    return total;
}

}  // namespace berth
