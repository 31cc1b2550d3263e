#include "calendar/selection.hpp"

#include <algorithm>
#include <bit>

namespace berth {
namespace {

// Of each family, whether something matches and whether something does not.
class Matches {
public:
    void count(Family family, bool matches) { (matches ? some_ : not_all_) |= 1U << family; }
    [[nodiscard]] Selection selection() const {
        return {.families = some_,
                .family_count = std::popcount(some_),
                .whole_families = (some_ & not_all_) == 0,
                .whole_fleet = not_all_ == 0};
    }

private:
    std::uint32_t some_ = 0;
    std::uint32_t not_all_ = 0;
};

}  // namespace

Family Selection::first() const {
    return static_cast<Family>(std::countr_zero(families));
}

Selection select(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector) {
    Matches matches;
    if (selector.labels.empty()) {
        for (const FleetLayout::Kind& kind : layout.kinds) {
            matches.count(kind.family, selector.matches(fleet.gpu(kind.example).spec));
        }
        return matches.selection();
    }
    for (std::size_t i = 0; i < layout.example_of_class.size(); ++i) {
        matches.count(layout.family_of_class[i],
                      selector.matches(fleet.gpu(layout.example_of_class[i]).spec));
    }
    return matches.selection();
}

GpuSet selected_gpus(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector,
                     const Selection& selection) {
    if (selection.whole_fleet) return layout.healthy;
    if (selection.whole_families && selection.family_count == 1) {
        return layout.families[selection.first()];
    }
    GpuSet gpus(layout.positions());
    if (selection.whole_families) {
        selection.for_each_family(
            [&](Family family) { gpus.add(layout.families[family].words()); });
        return gpus;
    }
    std::vector<bool> matches;
    for (const GpuIndex example : layout.example_of_class) {
        matches.push_back(selector.matches(fleet.gpu(example).spec));
    }
    layout.healthy.for_each([&](std::uint32_t position) {
        const GpuIndex gpu = layout.gpu_at[position];
        if (matches[fleet.gpu(gpu).gpu_class.value]) gpus.insert(position);
    });
    return gpus;
}

GpuSet selected_gpus(const FleetLayout& layout, const Fleet& fleet, const GpuSelector& selector) {
    return selected_gpus(layout, fleet, selector, select(layout, fleet, selector));
}

}  // namespace berth
