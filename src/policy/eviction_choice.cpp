#include "policy/eviction_choice.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <tuple>
#include <utility>

namespace berth {

namespace {

// So many bundles are searched through completely, so many more with the effort below.
constexpr std::size_t always_exact = 16;
constexpr std::size_t searched = 24;
constexpr int most_steps = 20'000;

struct Cost {
    GpuTime harm = 0;
    int people = 0;
    int victims = 0;

    auto operator<=>(const Cost&) const = default;
};

constexpr Cost unbounded{std::numeric_limits<GpuTime>::max(), 0, 0};

// GPUs of one place that the same victims hold.
struct Bundle {
    std::vector<std::uint32_t> holders;  // places in Place::victims
    std::vector<GpuIndex> gpus;
    GpuTime share = 0;  // of its holders' harm, for each GPU

    [[nodiscard]] int size() const { return static_cast<int>(gpus.size()); }
};

// A victim as one place sees it.
struct LocalVictim {
    VictimIndex index = 0;
    GpuTime harm = 0;
    std::uint32_t person = 0;            // numbered from 0 within the place
    std::vector<std::uint32_t> bundles;  // that it is a holder of
    int gpus = 0;                        // in those
};

// The victims of a place and what they hold there, the cheapest GPUs first.
struct Place {
    std::vector<GpuIndex> free;
    std::vector<Bundle> bundles;
    std::vector<LocalVictim> victims;
    std::size_t people = 0;

    Place(std::span<const EvictableGpu> gpus, std::span<const EvictionVictim> all) {
        bundle(gpus);
        localize(all);
        std::vector<std::uint32_t> order(bundles.size());
        for (std::uint32_t i = 0; i < order.size(); ++i) order[i] = i;
        std::ranges::stable_sort(order, {}, [&](std::uint32_t i) { return bundles[i].share; });
        std::vector<Bundle> sorted;
        sorted.reserve(order.size());
        for (const std::uint32_t i : order) sorted.push_back(std::move(bundles[i]));
        bundles = std::move(sorted);
        for (std::uint32_t b = 0; b < bundles.size(); ++b) {
            for (const std::uint32_t victim : bundles[b].holders) {
                victims[victim].bundles.push_back(b);
            }
        }
    }

    [[nodiscard]] int held() const {
        int gpus = 0;
        for (const Bundle& one : bundles) gpus += one.size();
        return gpus;
    }

private:
    void bundle(std::span<const EvictableGpu> gpus) {
        std::vector<const EvictableGpu*> taken;
        for (const EvictableGpu& gpu : gpus) {
            if (gpu.holders.empty()) {
                free.push_back(gpu.gpu);
            } else {
                taken.push_back(&gpu);
            }
        }
        std::ranges::stable_sort(taken, [](const EvictableGpu* a, const EvictableGpu* b) {
            return a->holders < b->holders;
        });
        for (const EvictableGpu* gpu : taken) {
            if (bundles.empty() || bundles.back().holders != gpu->holders) {
                bundles.push_back({gpu->holders, {}, 0});
            }
            bundles.back().gpus.push_back(gpu->gpu);
        }
    }

    // From the numbers of all victims to those of this place.
    void localize(std::span<const EvictionVictim> all) {
        std::vector<VictimIndex> indexes;
        std::vector<std::uint32_t> persons;
        for (const Bundle& one : bundles) std::ranges::copy(one.holders, back_inserter(indexes));
        const auto distinct = [](auto& numbers) {
            std::ranges::sort(numbers);
            numbers.erase(std::ranges::unique(numbers).begin(), numbers.end());
        };
        const auto place_in = [](const auto& numbers, std::uint32_t number) {
            return static_cast<std::uint32_t>(std::ranges::lower_bound(numbers, number) -
                                              numbers.begin());
        };
        distinct(indexes);
        for (const VictimIndex index : indexes) persons.push_back(all[index].person);
        distinct(persons);
        people = persons.size();
        for (const VictimIndex index : indexes) {
            victims.push_back(
                {index, all[index].harm, place_in(persons, all[index].person), {}, 0});
        }
        for (Bundle& one : bundles) {
            for (std::uint32_t& holder : one.holders) {
                holder = place_in(indexes, holder);
                victims[holder].gpus += one.size();
            }
        }
        for (Bundle& one : bundles) {
            for (const std::uint32_t holder : one.holders) {
                one.share += victims[holder].harm / victims[holder].gpus;
            }
        }
    }
};

// A set of victims of a place, what they free and what they cost.
class Selection {
public:
    explicit Selection(const Place& place)
        : place_(&place), chosen_(place.victims.size()), of_person_(place.people) {
        missing_.reserve(place.bundles.size());
        for (const Bundle& bundle : place.bundles) missing_.push_back(bundle.holders.size());
    }

    void add(std::uint32_t victim) {
        const LocalVictim& added = place_->victims[victim];
        chosen_[victim] = 1;
        cost_.harm += added.harm;
        if (of_person_[added.person]++ == 0) ++cost_.people;
        ++cost_.victims;
        for (const std::uint32_t bundle : added.bundles) {
            if (--missing_[bundle] == 0) freed_ += place_->bundles[bundle].size();
        }
    }

    void remove(std::uint32_t victim) {
        const LocalVictim& removed = place_->victims[victim];
        chosen_[victim] = 0;
        cost_.harm -= removed.harm;
        if (--of_person_[removed.person] == 0) --cost_.people;
        --cost_.victims;
        for (const std::uint32_t bundle : removed.bundles) {
            if (missing_[bundle]++ == 0) freed_ -= place_->bundles[bundle].size();
        }
    }

    // Adds all holders of the bundle; returns those that were not in yet.
    std::vector<std::uint32_t> add_bundle(std::uint32_t bundle) {
        std::vector<std::uint32_t> added;
        for (const std::uint32_t holder : place_->bundles[bundle].holders) {
            if (has(holder)) continue;
            add(holder);
            added.push_back(holder);
        }
        return added;
    }

    [[nodiscard]] bool has(std::uint32_t victim) const { return chosen_[victim] != 0; }
    [[nodiscard]] bool frees(std::uint32_t bundle) const { return missing_[bundle] == 0; }
    [[nodiscard]] int freed() const { return freed_; }
    [[nodiscard]] const Cost& cost() const { return cost_; }
    // What the harm of its holders that are not in yet comes to for each of its GPUs.
    [[nodiscard]] GpuTime share(std::uint32_t bundle) const {
        const Bundle& asked = place_->bundles[bundle];
        if (missing_[bundle] == asked.holders.size()) return asked.share;
        GpuTime share = 0;
        for (const std::uint32_t holder : asked.holders) {
            const LocalVictim& victim = place_->victims[holder];
            if (!has(holder)) share += victim.harm / victim.gpus;
        }
        return share;
    }
    [[nodiscard]] std::vector<std::uint32_t> victims() const {
        std::vector<std::uint32_t> all;
        for (std::uint32_t i = 0; i < chosen_.size(); ++i) {
            if (has(i)) all.push_back(i);
        }
        return all;
    }

private:
    const Place* place_;
    std::vector<char> chosen_;
    std::vector<int> of_person_;
    std::vector<std::size_t> missing_;  // by bundle: its holders that are not in
    int freed_ = 0;
    Cost cost_;
};

// Finds the cheapest victims of a place that free so many GPUs, if they are cheaper than `bound`.
class Search {
public:
    Search(const Place& place, int needed, const Cost& bound)
        : place_(place), needed_(needed), best_cost_(bound), selection_(place) {}

    std::optional<std::vector<std::uint32_t>> run() {
        std::vector<std::uint32_t> all(place_.bundles.size());
        for (std::uint32_t i = 0; i < all.size(); ++i) all[i] = i;
        if (all.size() > searched) {
            improve(take_cheapest(all));
        } else {
            steps_left_ = all.size() <= always_exact ? std::numeric_limits<int>::max() : most_steps;
            branch(all, 0);
        }
        return std::move(best_);
    }

private:
    bool keep_if_better() {
        if (selection_.cost() >= best_cost_) return false;
        best_cost_ = selection_.cost();
        best_ = selection_.victims();
        return true;
    }

    // Takes bundle after bundle, and tries each that would be enough as the last one. Returns what
    // the best such choice took.
    std::vector<std::uint32_t> take_cheapest(const std::vector<std::uint32_t>& bundles) {
        std::vector<std::uint32_t> taken;
        std::vector<std::uint32_t> best_taken;
        for (const std::uint32_t bundle : bundles) {
            if (selection_.frees(bundle)) continue;
            const auto added = selection_.add_bundle(bundle);
            if (selection_.freed() < needed_) {
                taken.push_back(bundle);
                continue;
            }
            if (keep_if_better()) {
                best_taken = taken;
                best_taken.push_back(bundle);
            }
            for (const std::uint32_t victim : added) selection_.remove(victim);
        }
        return best_taken;
    }

    // Decides anew about the last of those that were taken and the first of those that were not.
    void improve(const std::vector<std::uint32_t>& taken) {
        if (taken.empty()) return;
        const std::size_t open = std::min(taken.size(), searched / 2);
        const std::size_t fixed = taken.size() - open;
        selection_ = Selection(place_);
        for (std::size_t i = 0; i < fixed; ++i) selection_.add_bundle(taken[i]);
        std::vector<std::uint32_t> core(taken.begin() + static_cast<std::ptrdiff_t>(fixed),
                                        taken.end());
        for (std::uint32_t b = 0; b < place_.bundles.size() && core.size() < searched; ++b) {
            const bool is_taken = std::ranges::find(taken, b) != taken.end();
            if (!is_taken && !selection_.frees(b)) core.push_back(b);
        }
        std::ranges::sort(core);
        steps_left_ = most_steps;
        branch(core, 0);
    }

    // Each bundle from `next` on is taken, or is not.
    void branch(const std::vector<std::uint32_t>& bundles, std::size_t next) {
        if (selection_.freed() >= needed_) {
            keep_if_better();
            return;
        }
        if (steps_left_-- <= 0 || !may_be_better(bundles, next)) return;
        while (next < bundles.size() && selection_.frees(bundles[next])) ++next;
        if (next == bundles.size()) return;
        const auto added = selection_.add_bundle(bundles[next]);
        branch(bundles, next + 1);
        for (const std::uint32_t victim : added) selection_.remove(victim);
        branch(bundles, next + 1);
    }

    // No set costs less than its GPUs' shares of the harm, as each victim's harm is shared by all
    // GPUs it has here. The cheapest shares that are enough are thus a lower bound.
    bool may_be_better(const std::vector<std::uint32_t>& bundles, std::size_t next) {
        std::vector<std::pair<GpuTime, int>>& shares = shares_;
        shares.clear();
        for (; next < bundles.size(); ++next) {
            if (selection_.frees(bundles[next])) continue;
            shares.emplace_back(selection_.share(bundles[next]),
                                place_.bundles[bundles[next]].size());
        }
        std::ranges::sort(shares);
        Cost bound = selection_.cost();
        int missing = needed_ - selection_.freed();
        for (const auto& [share, gpus] : shares) {
            const int used = std::min(gpus, missing);
            bound.harm += share * used;
            missing -= used;
            if (missing == 0) break;
        }
        return missing == 0 && bound < best_cost_;
    }

    const Place& place_;
    const int needed_;
    Cost best_cost_;
    std::optional<std::vector<std::uint32_t>> best_;
    Selection selection_;
    std::vector<std::pair<GpuTime, int>> shares_;
    int steps_left_ = 0;
};

ChosenEviction chosen(const Place& place, const std::vector<std::uint32_t>& victims, int count) {
    Selection selection(place);
    ChosenEviction made;
    for (const std::uint32_t victim : victims) {
        selection.add(victim);
        made.victims.push_back(place.victims[victim].index);
    }
    made.harm = selection.cost().harm;
    made.people = selection.cost().people;
    std::vector<GpuIndex> freed;
    for (std::uint32_t b = 0; b < place.bundles.size(); ++b) {
        if (selection.frees(b)) std::ranges::copy(place.bundles[b].gpus, back_inserter(freed));
    }
    std::ranges::sort(freed);
    made.gpus = place.free;
    std::ranges::copy(freed, back_inserter(made.gpus));
    made.gpus.resize(static_cast<std::size_t>(count));
    std::ranges::sort(made.gpus);
    return made;
}

}  // namespace

void EvictionChoice::offer(std::span<const EvictableGpu> gpus, int count) {
    if (static_cast<int>(gpus.size()) < count) return;
    const Place place(gpus, victims_);
    const int needed = count - static_cast<int>(place.free.size());
    const Cost bound =
        best_ ? Cost{best_->harm, best_->people, static_cast<int>(best_->victims.size())}
              : unbounded;
    if (needed <= 0) {
        if (Cost{} < bound) best_ = chosen(place, {}, count);
        return;
    }
    if (const auto victims = Search(place, needed, bound).run()) {
        best_ = chosen(place, *victims, count);
    }
}

}  // namespace berth
