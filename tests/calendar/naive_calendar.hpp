// The calendar's contract by brute force: every question looks at every holding of every GPU. The
// properties compare the real one with it.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "calendar/calendar.hpp"

namespace berth::test {

class NaiveCalendar {
public:
    NaiveCalendar(std::shared_ptr<const Fleet> fleet, SlotGrid grid, Instant now,
                  std::int32_t horizon_slots);

    std::expected<void, Holding> claim(Holder holder, std::vector<GpuIndex> gpus, Span span);
    void shorten(Holder holder, Instant end);
    void release(Holder holder);
    std::expected<void, Holding> move(Holder holder, std::vector<GpuIndex> gpus, Span span);
    void exchange(GpuIndex a, GpuIndex b);
    void advance(Instant now);
    void set_fleet(std::shared_ptr<const Fleet> fleet) { fleet_ = std::move(fleet); }

    [[nodiscard]] std::optional<Holding> first_clash(const std::vector<GpuIndex>& gpus, Span span,
                                                     std::optional<Holder> ignoring = {}) const;
    [[nodiscard]] std::optional<Placement> place(const GpuWish& wish, Span span) const;
    [[nodiscard]] int free_count(const GpuSelector& selector, Span span) const;
    [[nodiscard]] std::vector<Holding> holdings(GpuIndex gpu, Span span) const;
    [[nodiscard]] std::optional<Placement> held_by(Holder holder) const;
    [[nodiscard]] std::vector<Holder> holders() const;
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] const Fleet& fleet() const { return *fleet_; }
    [[nodiscard]] const SlotGrid& grid() const { return grid_; }

    // Every window of that many slots which may be booked at all, earliest first.
    [[nodiscard]] std::vector<Span> windows(std::int32_t slots, Slot not_before,
                                            Slot latest_start) const;
    [[nodiscard]] bool all_free(const std::vector<GpuIndex>& gpus, Span span) const;

private:
    [[nodiscard]] std::vector<GpuIndex> free_gpus(const GpuSelector& selector, Span span) const;
    [[nodiscard]] std::vector<GpuIndex> choose_pieces(std::vector<GpuIndex> free,
                                                      const std::vector<GpuIndex>& wanted,
                                                      const GpuWish& wish) const;
    [[nodiscard]] std::vector<GpuIndex> choose_any(const std::vector<GpuIndex>& free,
                                                   const std::vector<GpuIndex>& wanted,
                                                   const GpuWish& wish) const;

    std::shared_ptr<const Fleet> fleet_;
    SlotGrid grid_;
    Instant now_;
    std::int32_t horizon_slots_;
    std::map<std::uint64_t, Placement> held_;
};

}  // namespace berth::test
