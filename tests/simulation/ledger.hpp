// Who holds which GPU when, as the checks see it: kept from what the engine says of each
// reservation, by code that shares nothing with the engine's calendar.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "booking/reservation.hpp"
#include "fleet/fleet.hpp"
#include "time/slot_grid.hpp"

namespace berth::simulation {

// One bit a GPU, by its number in the inventory.
using GpuBits = std::uint64_t;

// The GPUs that a wish may be given, and how they must lie.
struct Candidates {
    std::vector<GpuBits> groups;  // all GPUs of a window come from one of these
    int count = 1;
    int per_node = 0;            // not 0: in pieces of so many of one node
    std::vector<GpuBits> nodes;  // then
};

class Ledger {
public:
    Ledger(const SlotGrid& grid, Instant begin);

    void set_fleet(const Fleet& fleet);
    // What it held before is given up first. Returns who was in the way, if anybody.
    std::optional<ReservationId> hold(const Reservation& reservation);
    void let_go(ReservationId id);

    // The candidates for what was asked, among healthy GPUs.
    [[nodiscard]] Candidates candidates(const GpuRequest& asked) const;
    // The first start, on the grid, from `first` to `last`, of a window of `slots` slots in which
    // candidates are free; what `without` holds counts as free.
    [[nodiscard]] std::optional<Slot> first_fit(const Candidates& candidates, std::int32_t slots,
                                                Slot first, Slot last,
                                                std::optional<ReservationId> without) const;
    [[nodiscard]] const SlotGrid& grid() const { return grid_; }

private:
    struct Held {
        Instant end;
        ReservationId holder;
    };
    struct Claim {
        GpuBits gpus = 0;
        Span span;
        Window touched;
    };

    [[nodiscard]] GpuBits bits_of(const std::vector<std::string>& ids) const;
    [[nodiscard]] std::optional<ReservationId> in_the_way(std::size_t gpu, Span span) const;
    void count(const Claim& claim, int change);
    [[nodiscard]] std::size_t row_of(Slot slot) const;
    [[nodiscard]] GpuBits busy(Slot slot, const Claim* without) const;

    SlotGrid grid_;
    Slot base_;
    std::vector<GpuSpec> gpus_;
    std::unordered_map<std::string, std::size_t> number_of_;
    std::vector<std::map<Instant, Held>> held_;  // of each GPU, by where it begins
    // Holders in each slot, a byte a GPU; the same as one bit each.
    std::vector<std::array<std::uint8_t, 64>> holders_;
    std::vector<GpuBits> busy_;
    std::map<ReservationId, Claim> claims_;
};

// True while a reservation in that state holds its GPUs.
bool holds_gpus(const Reservation& reservation);

}  // namespace berth::simulation
