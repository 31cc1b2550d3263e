// The site's slot grid: slots of one length counted from local midnight by the wall clock of one
// IANA zone. On a day whose clocks change one slot is longer or shorter than the others; slots
// never overlap and leave no gap. Slot numbers are for arithmetic in memory; only Instants are
// stored. Immutable and cheap to copy; every function may be called from any thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "time/instant.hpp"

namespace date {
class time_zone;
}

namespace berth {

// Counts slots from local midnight of 1970-01-01.
struct Slot {
    std::int32_t number = 0;

    auto operator<=>(const Slot&) const = default;
    Slot operator+(std::int32_t slots) const { return {number + slots}; }
    Slot operator-(std::int32_t slots) const { return {number - slots}; }
    std::int32_t operator-(Slot other) const { return number - other.number; }
};

// Half-open: [first, last).
struct Window {
    Slot first;
    Slot last;

    auto operator<=>(const Window&) const = default;
    [[nodiscard]] std::int32_t slots() const { return last - first; }
};

// A wall-clock time without a zone, to the second.
using LocalTime = std::chrono::local_seconds;

class SlotGrid {
public:
    // `slot_length` must divide a day. Errors: an unknown zone, a length that does not divide 24 h.
    static std::expected<SlotGrid, std::string> make(std::string_view zone,
                                                     std::chrono::minutes slot_length);

    [[nodiscard]] Slot slot_at(Instant instant) const;  // the slot that contains it
    [[nodiscard]] Instant start_of(Slot slot) const;
    [[nodiscard]] Span span_of(Window window) const;
    [[nodiscard]] bool is_edge(Instant instant) const;
    [[nodiscard]] Instant edge_at_or_before(Instant instant) const;
    [[nodiscard]] Instant edge_at_or_after(Instant instant) const;
    // The smallest window of whole slots that covers the span.
    [[nodiscard]] Window covering(const Span& span) const;

    [[nodiscard]] std::chrono::minutes slot_length() const { return slot_length_; }
    [[nodiscard]] const std::string& zone_name() const { return zone_name_; }

    // Errors name what is wrong: a time that the clocks skip, or one that happens twice.
    [[nodiscard]] std::expected<Instant, std::string> from_local(LocalTime local) const;
    // As people read it in the site's zone: "2026-11-30 20:00:00".
    [[nodiscard]] std::string local_text(Instant instant) const;
    // As the seed contract prints it: "2026-11-30T20:00:00".
    [[nodiscard]] std::string local_iso(Instant instant) const;

private:
    SlotGrid(const date::time_zone* zone, std::string zone_name, std::chrono::minutes slot_length);

    const date::time_zone* zone_;  // owned by the zone data base, for the program's life
    std::string zone_name_;
    std::chrono::minutes slot_length_;
};

}  // namespace berth
