// The plain way to find a window, as the seed service keeps its bookings: for each GPU a list of
// intervals by time. Start by start, each GPU that would do is looked up in its list; a cursor in
// each list, kind to this way, spares it the search from the list's beginning.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace berth::bench {

class IntervalScan {
public:
    explicit IntervalScan(std::size_t gpus) : by_gpu_(gpus) {}

    // Slots [first, last). Precondition: nothing is in the way.
    void add(std::uint32_t gpu, int first, int last) {
        std::vector<Interval>& held = by_gpu_[gpu];
        held.insert(std::ranges::lower_bound(held, first, {}, &Interval::first), {first, last});
    }

    // The first start within [from, to] at which at least `count` GPUs of one of the groups are
    // free for so many slots.
    [[nodiscard]] std::optional<int> earliest(std::span<const std::vector<std::uint32_t>> groups,
                                              int count, int slots, int from, int to) const {
        std::vector<std::size_t> cursors(by_gpu_.size());
        for (int start = from; start <= to; ++start) {
            for (const std::vector<std::uint32_t>& group : groups) {
                int free = 0;
                for (const std::uint32_t gpu : group) {
                    free += is_free(gpu, start, slots, cursors[gpu]) ? 1 : 0;
                    if (free == count) return start;
                }
            }
        }
        return {};
    }

private:
    struct Interval {
        int first;
        int last;
    };

    [[nodiscard]] bool is_free(std::uint32_t gpu, int start, int slots, std::size_t& cursor) const {
        const std::vector<Interval>& held = by_gpu_[gpu];
        while (cursor < held.size() && held[cursor].last <= start) ++cursor;
        return cursor == held.size() || held[cursor].first >= start + slots;
    }

    std::vector<std::vector<Interval>> by_gpu_;
};

}  // namespace berth::bench
