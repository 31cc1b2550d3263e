#include "time/slot_grid.hpp"

#include <date/tz.h>
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace berth {
namespace {

using std::chrono::days;
using std::chrono::minutes;
using std::chrono::seconds;

struct ClockText {
    std::string date;
    std::string clock;
};

ClockText text_of(LocalTime local) {
    const auto day = std::chrono::floor<days>(local);
    const std::chrono::year_month_day date(day);
    const std::chrono::hh_mm_ss clock(local - day);
    return {fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()),
                        static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day())),
            fmt::format("{:02}:{:02}:{:02}", clock.hours().count(), clock.minutes().count(),
                        clock.seconds().count())};
}

// The date library has its own name for the standard's local_seconds.
date::local_seconds to_date(LocalTime local) {
    return date::local_seconds(local.time_since_epoch());
}

LocalTime local_of(const date::time_zone& zone, Instant instant) {
    const auto whole = std::chrono::floor<seconds>(instant);
    return LocalTime(whole.time_since_epoch() + zone.get_info(whole).offset);
}

// The slots that have a number: half of what fits, so that adding a year of slots never overflows.
constexpr std::int64_t farthest = std::numeric_limits<std::int32_t>::max() / 2;

}  // namespace

SlotGrid::SlotGrid(const date::time_zone* zone, std::string zone_name, minutes slot_length)
    : zone_(zone), zone_name_(std::move(zone_name)), slot_length_(slot_length) {}

std::expected<SlotGrid, std::string> SlotGrid::make(std::string_view zone, minutes slot_length) {
    if (slot_length <= minutes(0) || days(1) % slot_length != minutes(0)) {
        return std::unexpected(
            fmt::format("a slot of {} minutes does not divide a day; 120 does, for example",
                        slot_length.count()));
    }
    try {
        return SlotGrid(date::locate_zone(zone), std::string(zone), slot_length);
    } catch (const std::runtime_error&) {
        return std::unexpected(fmt::format(
            "\"{}\" is not a time zone; zones have names like Europe/Berlin or Asia/Shanghai",
            zone));
    }
}

Slot SlotGrid::slot_at(Instant instant) const {
    const auto since_epoch = local_of(*zone_, instant).time_since_epoch();
    const auto day = std::chrono::floor<days>(since_epoch);
    const std::int64_t number = day / slot_length_ + (since_epoch - day) / slot_length_;
    Slot slot{static_cast<std::int32_t>(std::clamp(number, -farthest, farthest))};
    if (slot.number != number) return slot;
    // While the clocks repeat an hour, the wall clock reads less than the edges it has passed.
    while (start_of(slot + 1) <= instant) slot = slot + 1;
    return slot;
}

Instant SlotGrid::start_of(Slot slot) const {
    const LocalTime edge(static_cast<std::int64_t>(slot.number) * seconds(slot_length_));
    const date::local_info info = zone_->get_info(to_date(edge));
    // An edge that the clocks skip falls on the jump itself; of two, the first counts. `first` is
    // the period before the change in both cases.
    if (info.result == date::local_info::nonexistent) return info.first.end;
    return Instant(edge.time_since_epoch() - info.first.offset);
}

Span SlotGrid::span_of(Window window) const {
    return {start_of(window.first), start_of(window.last)};
}

bool SlotGrid::is_edge(Instant instant) const {
    return edge_at_or_before(instant) == instant;
}

Instant SlotGrid::edge_at_or_before(Instant instant) const {
    return start_of(slot_at(instant));
}

Instant SlotGrid::edge_at_or_after(Instant instant) const {
    const Slot slot = slot_at(instant);
    const Instant start = start_of(slot);
    return start == instant ? start : start_of(slot + 1);
}

Window SlotGrid::covering(const Span& span) const {
    const Slot first = slot_at(span.from);
    if (span.empty()) return {first, first};
    return {first, slot_at(span.to - Duration(1)) + 1};
}

std::expected<Instant, std::string> SlotGrid::from_local(LocalTime local) const {
    const date::local_info info = zone_->get_info(to_date(local));
    const ClockText asked = text_of(local);
    if (info.result == date::local_info::nonexistent) {
        const auto jump = info.first.end.time_since_epoch();
        return std::unexpected(
            fmt::format("{} {} does not exist in {}: the clocks jump from {} to {}", asked.date,
                        asked.clock, zone_name_, text_of(LocalTime(jump + info.first.offset)).clock,
                        text_of(LocalTime(jump + info.second.offset)).clock));
    }
    const Instant first(local.time_since_epoch() - info.first.offset);
    if (info.result == date::local_info::unique) return first;
    const Instant second(local.time_since_epoch() - info.second.offset);
    return std::unexpected(
        fmt::format("{} {} happens twice in {}, because the clocks go back: say {} or {} instead",
                    asked.date, asked.clock, zone_name_, to_rfc3339(first), to_rfc3339(second)));
}

std::string SlotGrid::local_text(Instant instant) const {
    const ClockText text = text_of(local_of(*zone_, instant));
    return text.date + ' ' + text.clock;
}

std::string SlotGrid::local_iso(Instant instant) const {
    const ClockText text = text_of(local_of(*zone_, instant));
    return text.date + 'T' + text.clock;
}

}  // namespace berth
