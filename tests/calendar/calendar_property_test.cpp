// Random commands on random fleets: after each, the calendar answers as the naive one does, and its
// index is what a rebuild would give.
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <sstream>

#include "calendar/naive_calendar.hpp"
#include "calendar/random_site.hpp"

namespace berth {

std::ostream& operator<<(std::ostream& out, const GpuIndex& gpu) {
    return out << gpu.value;
}

std::ostream& operator<<(std::ostream& out, const Span& span) {
    return out << to_rfc3339(span.from) << ".." << to_rfc3339(span.to);
}

std::ostream& operator<<(std::ostream& out, const Placement& placement) {
    out << placement.span << " on";
    for (const GpuIndex gpu : placement.gpus) out << ' ' << gpu;
    return out;
}

std::ostream& operator<<(std::ostream& out, const Holding& holding) {
    return out << holding.gpu << " by " << holding.holder.number << " in " << holding.span;
}

}  // namespace berth

namespace berth::test {
namespace {

constexpr int kQuestions = 3;

class Pair {
public:
    explicit Pair(std::uint32_t seed) : Pair(Dice(seed)) {}

    void step(std::uint32_t seed) {
        Dice dice(seed);
        change(dice);
        RC_ASSERT(real_.index_equals_rebuild());
        for (int i = 0; i < kQuestions; ++i) compare_answers(dice);
        for (const Holder holder : naive_.holders()) {
            RC_ASSERT(real_.held_by(holder) == naive_.held_by(holder));
        }
    }

    // A copy that is changed leaves the other as it was.
    void compare_copies(std::uint32_t seed) {
        const Pair before = *this;
        step(seed);
        Dice dice(seed);
        for (int i = 0; i < kQuestions; ++i) before.compare_answers(dice);
        RC_ASSERT(before.real_.index_equals_rebuild());
    }

private:
    explicit Pair(Dice dice)
        : place_(random_place(dice)),
          horizon_(dice.between(8, 90)),
          fleet_(std::make_shared<Fleet>(*Fleet::make(random_inventory(dice)))),
          naive_(fleet_, *SlotGrid::make(place_.zone, place_.slot_length), place_.now, horizon_),
          limits_{.horizon_slots = horizon_, .indexed_slots = dice.between(1, 12)},
          real_(fleet_, naive_.grid(), place_.now, limits_) {}

    void change(Dice& dice) {
        switch (dice.below(14)) {
            case 0:
            case 1:
            case 2:
                return claim_where_it_fits(dice);
            case 3:
            case 4:
                return claim_anywhere(dice);
            case 5:
                return shorten(dice);
            case 6:
                return release(dice);
            case 7:
                return move(dice);
            case 8:
            case 9:
            case 10:
                return advance(dice);
            case 11:
                return load(dice);
            case 12:
                return exchange(dice);
            default:
                return change_fleet(dice);
        }
    }

    void claim_where_it_fits(Dice& dice) {
        const GpuWish wish = random_wish(dice);
        const auto placed = real_.earliest(wish, dice.between(1, 10), Slot{0}, Slot{1'000'000'000});
        if (!placed) return;
        RC_ASSERT(naive_.all_free(placed->gpus, placed->span));
        claim(placed->gpus, placed->span);
    }

    void claim_anywhere(Dice& dice) { claim(some_gpus(dice), some_span(dice)); }

    void claim(const std::vector<GpuIndex>& gpus, Span span) {
        const Holder holder{++last_holder_};
        RC_ASSERT(real_.claim(holder, gpus, span) == naive_.claim(holder, gpus, span));
    }

    void shorten(Dice& dice) {
        const auto holder = some_holder(dice);
        if (!holder) return;
        const Span span = naive_.held_by(*holder)->span;
        const std::int64_t most = span.length().count();
        const Instant end = span.from + Duration(1 + most * dice.below(1'000) / 1'000);
        real_.shorten(*holder, end);
        naive_.shorten(*holder, end);
    }

    void release(Dice& dice) {
        const Holder holder = some_holder(dice).value_or(Holder{999'999});
        real_.release(holder);
        naive_.release(holder);
    }

    void move(Dice& dice) {
        const auto holder = some_holder(dice);
        if (!holder) return;
        const auto gpus = dice.one_in(2) ? some_gpus(dice) : naive_.held_by(*holder)->gpus;
        const Span span = dice.one_in(2) ? some_span(dice) : naive_.held_by(*holder)->span;
        RC_ASSERT(real_.move(*holder, gpus, span) == naive_.move(*holder, gpus, span));
    }

    // Any two pairs of GPUs, whatever node and model they are of: the calendar does not care.
    void exchange(Dice& dice) {
        std::vector<GpuIndex> gpus = some_gpus(dice);
        std::vector<std::pair<GpuIndex, GpuIndex>> pairs;
        for (std::size_t i = 0; i + 1 < gpus.size(); i += 2) {
            pairs.emplace_back(gpus[i], gpus[i + 1]);
            naive_.exchange(gpus[i], gpus[i + 1]);
        }
        real_.exchange(pairs);
    }

    void advance(Dice& dice) {
        const SlotGrid& grid = naive_.grid();
        Instant now = naive_.now() + std::chrono::minutes(dice.below(300));
        if (dice.one_in(3)) now = grid.edge_at_or_after(now);
        if (dice.one_in(8)) now = grid.start_of(grid.slot_at(now) + dice.below(2 * horizon_ + 80));
        if (now < naive_.now()) return;
        real_.advance(now);
        naive_.advance(now);
    }

    // What is held, in any order, in a fresh calendar; sometimes with a claim that may not fit.
    void load(Dice& dice) {
        std::vector<Claim> claims;
        for (const Holder holder : naive_.holders()) {
            const auto at = claims.begin() + dice.below(static_cast<int>(claims.size()) + 1);
            claims.insert(at, {holder, *naive_.held_by(holder)});
        }
        Calendar fresh(fleet_, naive_.grid(), naive_.now(), limits_);
        RC_ASSERT(fresh.load(claims).has_value());
        real_ = fresh;
        fresh = Calendar(fleet_, naive_.grid(), naive_.now(), limits_);
        std::vector<GpuIndex> gpus = some_gpus(dice);
        std::ranges::sort(gpus);
        const Span span = some_span(dice);
        claims.push_back({Holder{999'999}, {span, gpus}});
        const auto obstacle = naive_.first_clash(gpus, span);
        RC_ASSERT(fresh.load(claims) ==
                  (obstacle ? std::expected<void, Holding>(std::unexpected(*obstacle))
                            : std::expected<void, Holding>()));
        RC_ASSERT(fresh.held_by(Holder{999'999}).has_value() == !obstacle);
        RC_ASSERT(fresh.index_equals_rebuild());
    }

    void change_fleet(Dice& dice) {
        const auto specs = changed_inventory(naive_.fleet(), dice);
        fleet_ = std::make_shared<Fleet>(*Fleet::make(specs));
        real_.set_fleet(fleet_);
        naive_.set_fleet(fleet_);
    }

    void compare_answers(Dice& dice) const {
        compare_windows(dice);
        compare_windows_of(dice);
        const GpuWish wish = random_wish(dice);
        const Span span = some_span(dice);
        RC_ASSERT(real_.place(wish, span) == naive_.place(wish, span));
        if (wish.per_node > 0) check_pieces(wish, span);
        RC_ASSERT(real_.free_count(wish.selector, span) == naive_.free_count(wish.selector, span));
        const std::vector<GpuIndex> gpus = some_gpus(dice);
        RC_ASSERT(real_.holdings(gpus.front(), span) == naive_.holdings(gpus.front(), span));
        const auto ignoring = some_holder(dice);
        RC_ASSERT(real_.first_clash(gpus, span) == naive_.first_clash(gpus, span));
        RC_ASSERT(real_.first_clash(gpus, span, ignoring) ==
                  naive_.first_clash(gpus, span, ignoring));
    }

    // In pieces of one node each, on as few nodes that were wholly free as can be.
    void check_pieces(GpuWish wish, Span span) const {
        wish.spread.kind = Spread::Kind::any;
        struct OnNode {
            int wanted = 0;
            int free = 0;
            int taken = 0;
        };
        std::map<NodeIndex, OnNode> nodes;
        for (const GpuIndex gpu : naive_.fleet().matching(wish.selector)) {
            OnNode& node = nodes[naive_.fleet().gpu(gpu).node];
            ++node.wanted;
            if (naive_.all_free({gpu}, span)) ++node.free;
        }
        const auto placed = real_.place(wish, span);
        if (placed) {
            for (const GpuIndex gpu : placed->gpus) ++nodes[naive_.fleet().gpu(gpu).node].taken;
        }
        int opened = 0;
        int in_used = 0;
        std::vector<int> whole;
        for (const auto& [index, node] : nodes) {
            RC_ASSERT(node.taken % wish.per_node == 0);
            const int room = node.free / wish.per_node * wish.per_node;
            const bool is_whole = node.free == node.wanted;
            if (is_whole) whole.push_back(room);
            if (is_whole && node.taken > 0) ++opened;
            if (!is_whole) in_used += room;
        }
        std::ranges::sort(whole, std::greater());
        int needed = 0;
        int room = in_used;
        while (room < wish.count && needed < std::ssize(whole)) {
            room += whole[static_cast<std::size_t>(needed++)];
        }
        RC_ASSERT(placed.has_value() == (room >= wish.count));
        if (placed) RC_ASSERT(opened == needed);
    }

    void compare_windows(Dice& dice) const {
        const GpuWish wish = random_wish(dice);
        const auto [slots, first, last] = some_starts(dice);
        std::optional<Placement> earliest;
        std::optional<Placement> latest;
        for (const Span& span : naive_.windows(slots, first, last)) {
            const auto placed = naive_.place(wish, span);
            if (placed && !earliest) earliest = placed;
            if (placed) latest = placed;
        }
        RC_ASSERT(real_.earliest(wish, slots, first, last) == earliest);
        const auto start = real_.earliest_start(wish, slots, first, last);
        RC_ASSERT(start.has_value() == earliest.has_value());
        if (start) {
            RC_ASSERT(naive_.grid().span_of({*start, *start + slots}) == earliest->span);
        }
        RC_ASSERT(real_.latest(wish, slots, first, last) == latest);
    }

    void compare_windows_of(Dice& dice) const {
        std::vector<GpuIndex> gpus = some_gpus(dice);
        const auto [slots, first, last] = some_starts(dice);
        std::optional<Placement> earliest;
        std::optional<Placement> latest;
        std::vector<GpuIndex> sorted = gpus;
        std::ranges::sort(sorted);
        for (const Span& span : naive_.windows(slots, first, last)) {
            if (!naive_.all_free(gpus, span)) continue;
            if (!earliest) earliest = Placement{span, sorted};
            latest = Placement{span, sorted};
        }
        RC_ASSERT(real_.earliest_of(gpus, slots, first, last) == earliest);
        RC_ASSERT(real_.latest_of(gpus, slots, first, last) == latest);
    }

    std::tuple<std::int32_t, Slot, Slot> some_starts(Dice& dice) const {
        const Slot current = naive_.grid().slot_at(naive_.now());
        const Slot first = current + dice.between(-3, dice.one_in(2) ? 0 : horizon_);
        const Slot last = dice.one_in(2) ? first + 1'000 : first + dice.between(-1, horizon_);
        return {dice.one_in(4) ? dice.between(1, horizon_ + 1) : dice.between(1, 8), first, last};
    }

    std::vector<GpuIndex> some_gpus(Dice& dice) const {
        const auto all = static_cast<int>(naive_.fleet().gpus().size());
        std::vector<GpuIndex> gpus;
        const int count = dice.between(1, std::min(all, 5));
        while (std::ssize(gpus) < count) {
            const GpuIndex gpu{static_cast<std::uint32_t>(dice.below(all))};
            if (std::ranges::find(gpus, gpu) == gpus.end()) gpus.push_back(gpu);
        }
        return gpus;
    }

    Span some_span(Dice& dice) const {
        return random_span(naive_.grid(), naive_.now(), horizon_, dice);
    }

    std::optional<Holder> some_holder(Dice& dice) const {
        const auto holders = naive_.holders();
        if (holders.empty()) return {};
        return holders[static_cast<std::size_t>(dice.below(static_cast<int>(holders.size())))];
    }

    Place place_;
    std::int32_t horizon_;
    std::shared_ptr<const Fleet> fleet_;
    NaiveCalendar naive_;
    CalendarLimits limits_;
    Calendar real_;
    std::uint64_t last_holder_ = 0;
};

RC_GTEST_PROP(Calendar, answers_as_the_naive_one_after_any_commands,
              (std::uint32_t site, const std::vector<std::uint32_t>& steps)) {
    Pair pair(site);
    for (const std::uint32_t step : steps) pair.step(step);
}

RC_GTEST_PROP(Calendar, shares_nothing_that_changes_with_a_copy,
              (std::uint32_t site, const std::vector<std::uint32_t>& steps)) {
    Pair pair(site);
    for (const std::uint32_t step : steps) pair.compare_copies(step);
}

}  // namespace
}  // namespace berth::test
