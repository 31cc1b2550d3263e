// Who of those that wait gets what is free now.
#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

#include "engine/book_again.hpp"
#include "engine/decide_reserve.hpp"
#include "engine/permission.hpp"
#include "engine/room.hpp"
#include "engine/waiting_wish.hpp"
#include "engine/waitlist.hpp"

namespace berth {

namespace {

struct RunningSlot {
    Instant now;
    Slot slot;
    bool begins_now = false;
};

// Where one wish fits. During a scan windows are only taken, so what did not fit once will not fit
// later in the scan, and is not looked for again.
class WindowFinder {
public:
    WindowFinder(const State& state, const RunningSlot& running, const WaitWish& wish)
        : calendar_(&state.calendar),
          grid_(&state.grid),
          now_(running.now),
          running_(running.slot),
          now_is_edge_(running.begins_now),
          slots_(wish.slots),
          gpus_(gpus_wished(*state.fleet, wish.asked)) {}

    // The earliest window that starts at `not_before` or later and within the entry's range.
    std::optional<Span> find(const WaitRange& range, Slot not_before) {
        if (!gpus_) return std::nullopt;
        if (not_before <= running_) {
            if (const auto window = find_now(range)) return window;
        }
        return find_on_grid(std::max({not_before, range.first, running_ + 1}), range.last);
    }

    [[nodiscard]] std::size_t gpu_count() const {
        return gpus_->named() ? gpus_->ids.size() : static_cast<std::size_t>(gpus_->wish.count);
    }

    // The GPUs for a window that was found, which nobody has taken since.
    [[nodiscard]] Placement place(const Span& window) const {
        return *try_place(*calendar_, *gpus_, window);
    }

private:
    // What begins within a slot gets its whole slots after the rest of this one.
    std::optional<Span> find_now(const WaitRange& range) {
        if (range.from > now_ || nothing_now_) return std::nullopt;
        const Slot end = running_ + slots_ + (now_is_edge_ ? 0 : 1);
        const Span window{now_, grid_->start_of(end)};
        nothing_now_ = end > calendar_->horizon() || !try_place(*calendar_, *gpus_, window);
        return nothing_now_ ? std::nullopt : std::optional(window);
    }

    std::optional<Span> find_on_grid(Slot first, Slot last) {
        const bool known = nothing_from_ <= first && first <= nothing_until_;
        if (known) first = nothing_until_;
        if (first > last) return std::nullopt;
        const auto start = earliest_start(first, last);
        if (!known) nothing_from_ = first;
        nothing_until_ = start.value_or(last + 1);
        if (!start) return std::nullopt;
        return grid_->span_of({*start, *start + slots_});
    }

    [[nodiscard]] std::optional<Slot> earliest_start(Slot first, Slot last) const {
        if (!gpus_->named()) return calendar_->earliest_start(gpus_->wish, slots_, first, last);
        const auto placement = calendar_->earliest_of(gpus_->ids, slots_, first, last);
        return placement ? std::optional(grid_->slot_at(placement->span.from)) : std::nullopt;
    }

    const Calendar* calendar_;
    const SlotGrid* grid_;
    Instant now_;
    Slot running_;
    bool now_is_edge_;
    std::int32_t slots_;
    std::optional<WishedGpus> gpus_;
    bool nothing_now_ = false;
    // No window starts in [from, until).
    Slot nothing_from_{};
    Slot nothing_until_{};
};

// The next entry of a wish that fits, and where.
struct Candidate {
    WaitRank rank;
    WaitRange range;
    WaitWish wish;
    WindowFinder finder;
};

class WaitlistScan {
public:
    explicit WaitlistScan(Turn& turn) : turn_(turn), state_(turn.state()) {
        running_.now = turn.now();
        running_.slot = turn.grid().slot_at(turn.now());
        running_.begins_now = turn.grid().start_of(running_.slot) == turn.now();
    }

    void run() {
        for (const auto& [wish, group] : state_.wait_groups) look_at(wish, group);
        std::ranges::make_heap(candidates_, comes_later);
        while (!candidates_.empty()) {
            std::ranges::pop_heap(candidates_, comes_later);
            Candidate candidate = std::move(candidates_.back());
            candidates_.pop_back();
            if (!serve(candidate)) continue;
            candidates_.push_back(std::move(candidate));
            std::ranges::push_heap(candidates_, comes_later);
        }
    }

private:
    static bool comes_later(const Candidate& a, const Candidate& b) { return b.rank < a.rank; }

    void look_at(const WaitWish& wish, const WaitGroup& group) {
        WindowFinder finder(state_, running_, wish);
        if (const auto entry = next_that_fits(finder, group.begin(), group.end());
            entry != group.end()) {
            candidates_.push_back({entry->first, entry->second, wish, finder});
        }
    }

    static WaitGroup::const_iterator next_that_fits(WindowFinder& finder,
                                                    WaitGroup::const_iterator entry,
                                                    WaitGroup::const_iterator end) {
        while (entry != end && !finder.find(entry->second, {})) ++entry;
        return entry;
    }

    // Gives the candidate what it still can have, and moves on to the next of the same wish.
    // Returns whether there is one.
    bool serve(Candidate& candidate) {
        give(candidate);
        const auto group = state_.wait_groups.find(candidate.wish);
        if (group == state_.wait_groups.end()) return false;
        const auto entry = next_that_fits(
            candidate.finder, group->second.upper_bound(candidate.rank), group->second.end());
        if (entry == group->second.end()) return false;
        candidate.rank = entry->first;
        candidate.range = entry->second;
        return true;
    }

    void give(Candidate& candidate) {
        const Reservation entry = *state_.find(candidate.rank.id);
        const std::size_t gpus = candidate.finder.gpu_count();
        Slot not_before{};
        while (const auto window = candidate.finder.find(candidate.range, not_before)) {
            if (quota_allows(entry.team, gpus, *window)) {
                return give(entry, candidate.finder.place(*window));
            }
            not_before = state_.grid.slot_at(window->from) + 1;
        }
    }

    bool quota_allows(const std::string& team, std::size_t gpus, const Span& window) {
        const auto question = std::tuple(team, gpus, window.from, window.to);
        if (refused_.contains(question)) return false;
        if (is_within_quota(state_, team, gpus, window, turn_.now())) return true;
        refused_.insert(question);
        // A quota frees with time alone.
        turn_.look_again(state_.grid.start_of(running_.slot + 1));
        return false;
    }

    void give(const Reservation& entry, const Placement& placement) {
        const auto ids = ids_of(*state_.fleet, placement.gpus);
        const auto [from, to] = placement.span;
        if (entry.wait->mode == WaitMode::offer) {
            const Instant answer_by = std::min(turn_.now() + turn_.policy().offer, to);
            turn_.follow(WindowOffered{entry.id, ids, from, to, answer_by},
                         "its turn on the waitlist: a window that fits is free");
        } else {
            turn_.follow(WindowBooked{entry.id, ids, from, to},
                         "its turn on the waitlist: a window that fits is free");
        }
    }

    Turn& turn_;
    const State& state_;
    RunningSlot running_;
    std::vector<Candidate> candidates_;  // a heap, the first to be served at its front
    std::set<std::tuple<std::string, std::size_t, Instant, Instant>> refused_;
};

void serve_displaced(Turn& turn) {
    std::vector<ReservationId> displaced;
    for (const WaitRank& rank : turn.state().wait_order) {
        if (!rank.lost_its_window) break;
        displaced.push_back(rank.id);
    }
    bool some_wait = false;
    for (const ReservationId id : displaced) {
        some_wait |= !book_again(turn, id, "a window for what it lost is free");
    }
    // The horizon moves on: with each slot there is a later window.
    const SlotGrid& grid = turn.grid();
    if (some_wait) turn.look_again(grid.start_of(grid.slot_at(turn.now()) + 1));
}

// Tells the owners of what the fleet cannot give any more, and those whose GPUs are back.
void tell_the_unfittable(Turn& turn) {
    const bool fleet_changed = std::holds_alternative<DeclareFleet>(turn.command()) ||
                               std::holds_alternative<ReportHealth>(turn.command());
    if (!fleet_changed) return;
    std::vector<ReservationTroubled> news;
    for (const auto& [wish, group] : turn.state().wait_groups) {
        std::optional<std::string> trouble;
        if (const auto gpus = choose_gpus(*turn.state().fleet, wish.asked); !gpus) {
            trouble = "it cannot be served as the fleet is now: " + gpus.error().message;
        }
        for (const auto& [rank, range] : group) {
            if (turn.state().find(rank.id)->trouble != trouble) news.push_back({rank.id, trouble});
        }
    }
    for (const ReservationTroubled& one : news) {
        turn.follow(one, one.trouble ? "the fleet has changed" : "the fleet can serve it again");
    }
}

// Somebody could begin within a slot, as soon as a hold ends there.
bool any_may_begin_now(const State& state, Instant now) {
    return std::ranges::any_of(state.wait_groups, [&](const auto& group) {
        return std::ranges::any_of(group.second,
                                   [&](const auto& entry) { return entry.second.from <= now; });
    });
}

}  // namespace

void serve_waitlist(Turn& turn) {
    tell_the_unfittable(turn);
    serve_displaced(turn);
    WaitlistScan(turn).run();
    if (any_may_begin_now(turn.state(), turn.now())) {
        turn.look_again(next_end_of_a_hold(turn.state(), turn.now()));
    }
}

}  // namespace berth
