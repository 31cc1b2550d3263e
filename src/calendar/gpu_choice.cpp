#include "calendar/gpu_choice.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "calendar/for_avx2.hpp"

namespace berth {
namespace {

using Word = GpuSet::Word;

constexpr std::size_t no_value = ~std::size_t{0};

// By GpuClass: the number of its value of the label, in the order in which the inventory first
// names them; no_value for GPUs without the label.
std::vector<std::size_t> number_values(const FleetLayout& layout, const Fleet& fleet,
                                       const std::string& label) {
    std::map<std::string_view, std::size_t> numbers;
    std::vector<std::size_t> value_of_class;
    for (const GpuIndex example : layout.example_of_class) {
        const Labels& labels = fleet.gpu(example).spec.labels;
        const auto found = labels.find(label);
        value_of_class.push_back(
            found == labels.end()
                ? no_value
                : numbers.try_emplace(found->second, numbers.size()).first->second);
    }
    return value_of_class;
}

BERTH_ALSO_FOR_AVX2
int size_of(std::span<const GpuChoice::Part> parts, std::span<const Word> words) {
    int size = 0;
    for (const auto& [word, bits] : parts) size += std::popcount(words[word] & bits);
    return size;
}

int sum(const std::vector<std::uint8_t>& by_octet, Octets octets) {
    int sum = by_octet[octets.first];
    for (std::uint32_t i = 1; i < octets.count; ++i) sum += by_octet[octets.first + i];
    return sum;
}

}  // namespace

GpuChoice::GpuChoice(const FleetLayout& layout, const Fleet& fleet, const GpuWish& wish,
                     const GpuSet& wanted)
    : layout_(layout),
      fleet_(fleet),
      wanted_(wanted),
      extent_(wanted.extent()),
      count_(wish.count),
      per_node_(wish.per_node),
      spread_(wish.spread.kind) {
    if (spread_ == Spread::Kind::same_label) group_by_label(wish.spread.label);
}

void GpuChoice::group_by_label(const std::string& label) {
    const std::vector<std::size_t> value_of_class = number_values(layout_, fleet_, label);
    wanted_.for_each([&](std::uint32_t position) {
        const Gpu& gpu = fleet_.gpu(layout_.gpu_at[position]);
        const std::size_t value = value_of_class[gpu.gpu_class.value];
        if (value == no_value) return;
        if (value >= groups_.size()) groups_.resize(value + 1);
        Group& group = groups_[value];
        const std::uint32_t word = position / GpuSet::word_bits;
        if (group.empty() || group.back().word != word) group.push_back({word, 0});
        group.back().bits |= Word{1} << (position % GpuSet::word_bits);
    });
}

bool GpuChoice::fits(const GpuSet& free) const {
    switch (spread_) {
        case Spread::Kind::same_node:
            // A node is a byte, nearly always.
            if (layout_.octets == layout_.node_count()) return free.an_octet_has(count_, extent_);
            return tightest_node(free).has_value();
        case Spread::Kind::any:
            return room_in(free) >= count_;
        case Spread::Kind::same_label:
            return tightest_group(free) != nullptr;
    }
    return false;
}

std::vector<GpuIndex> GpuChoice::choose(const GpuSet& free) const {
    std::vector<GpuIndex> gpus;
    switch (spread_) {
        case Spread::Kind::same_node:
            if (const auto node = tightest_node(free)) take(free, *node, count_, gpus);
            return gpus;
        case Spread::Kind::any:
            return room_in(free) < count_ ? gpus : gather(free, wanted_);
        case Spread::Kind::same_label: {
            const Group* const group = tightest_group(free);
            if (group == nullptr) return gpus;
            GpuSet members(layout_.positions());
            for (const auto& [word, bits] : *group) members.insert(word, bits);
            return gather(free_in(*group, free), members);
        }
    }
    return gpus;
}

GpuChoice::Nodes GpuChoice::nodes_of(const GpuSet& gpus) const {
    const GpuSet::Extent extent = gpus.extent();
    const auto first = static_cast<std::uint32_t>(extent.first * sizeof(Word));
    const auto last = static_cast<std::uint32_t>(extent.last * sizeof(Word));
    const std::vector<std::uint32_t>& starts = layout_.first_octet;
    const auto nodes = std::prev(starts.end());
    const auto begin = std::prev(std::ranges::upper_bound(starts, first));
    const auto end = std::lower_bound(begin, nodes, last);
    return {{static_cast<std::uint32_t>(std::min(begin, nodes) - starts.begin())},
            {static_cast<std::uint32_t>(end - starts.begin())}};
}

std::optional<NodeIndex> GpuChoice::tightest_node(const GpuSet& free) const {
    const std::vector<std::uint8_t> by_octet = free.size_by_octet();
    const Nodes nodes = nodes_of(free);
    std::optional<NodeIndex> tightest;
    int fewest = 0;
    for (NodeIndex node = nodes.first; node < nodes.last; ++node.value) {
        const int count = sum(by_octet, layout_.octets_of(node));
        if (count < count_ || (tightest && count >= fewest)) continue;
        tightest = node;
        fewest = count;
        if (count == count_) break;
    }
    return tightest;
}

const GpuChoice::Group* GpuChoice::tightest_group(const GpuSet& free) const {
    const Group* tightest = nullptr;
    int fewest = 0;
    for (const Group& group : groups_) {
        const int count = size_of(group, free.words());
        if (count < count_ || (tightest != nullptr && count >= fewest)) continue;
        if (per_node_ > 0 && room_in(free_in(group, free)) < count_) continue;
        tightest = &group;
        fewest = count;
    }
    return tightest;
}

GpuSet GpuChoice::free_in(const Group& group, const GpuSet& free) const {
    GpuSet members(layout_.positions());
    for (const auto& [word, bits] : group) members.insert(word, bits & free.words()[word]);
    return members;
}

int GpuChoice::room_in(const GpuSet& free) const {
    if (per_node_ == 0) return free.size();
    const std::vector<std::uint8_t> by_octet = free.size_by_octet();
    const Nodes nodes = nodes_of(free);
    int room = 0;
    for (NodeIndex node = nodes.first; node < nodes.last; ++node.value) {
        room += sum(by_octet, layout_.octets_of(node)) / per_node_ * per_node_;
    }
    return room;
}

std::vector<GpuChoice::Roomy> GpuChoice::roomy_nodes(const GpuSet& free,
                                                     const GpuSet& wanted) const {
    const std::vector<std::uint8_t> free_by_octet = free.size_by_octet();
    const std::vector<std::uint8_t> wanted_by_octet = wanted.size_by_octet();
    const Nodes nodes = nodes_of(free);
    std::vector<Roomy> roomy;
    for (NodeIndex node = nodes.first; node < nodes.last; ++node.value) {
        const Octets octets = layout_.octets_of(node);
        const int count = sum(free_by_octet, octets);
        if (count < per_node_) continue;
        roomy.push_back({node, count, count == sum(wanted_by_octet, octets)});
    }
    return roomy;
}

// Partly used nodes first, the fullest of them first. Then whole ones: the smallest that takes all
// that is left, else the largest.
std::vector<GpuIndex> GpuChoice::gather_pieces(const GpuSet& free, const GpuSet& wanted) const {
    std::vector<Roomy> nodes = roomy_nodes(free, wanted);
    std::ranges::stable_sort(nodes, {},
                             [](const Roomy& one) { return std::pair(one.whole, one.free); });
    const auto whole = std::ranges::find(nodes, true, &Roomy::whole);
    std::vector<GpuIndex> gpus;
    int left = count_;
    const auto take_from = [&](const Roomy& one) {
        const int pieces = std::min(left, one.free / per_node_ * per_node_);
        take(free, one.node, pieces, gpus);
        left -= pieces;
    };
    for (auto part = nodes.begin(); part != whole && left > 0; ++part) take_from(*part);
    auto last = nodes.end();
    while (left > 0) {
        const auto enough =
            std::ranges::find_if(whole, last, [&](const Roomy& one) { return one.free >= left; });
        if (enough != last) {
            take_from(*enough);
            break;
        }
        // Among nodes of the largest size the first in the inventory.
        const int largest = std::prev(last)->free / per_node_;
        const auto first = std::ranges::find_if(
            whole, last, [&](const Roomy& one) { return one.free / per_node_ == largest; });
        take_from(*first);
        std::rotate(first, std::next(first), last);
        --last;
    }
    std::ranges::sort(gpus);
    return gpus;
}

// Precondition: `free` has enough.
std::vector<GpuIndex> GpuChoice::gather(const GpuSet& free, const GpuSet& wanted) const {
    if (per_node_ > 0) return gather_pieces(free, wanted);
    const std::vector<std::uint8_t> free_by_octet = free.size_by_octet();
    const std::vector<std::uint8_t> wanted_by_octet = wanted.size_by_octet();
    const Nodes nodes = nodes_of(free);
    // Nodes of a lower rank are taken first: partly used ones, then by how few GPUs are free.
    const auto whole_node = static_cast<std::size_t>(layout_.largest_node);
    std::vector<int> free_in_rank(2 * whole_node + 1);
    std::vector<std::size_t> rank_of_node(nodes.last.value - nodes.first.value);
    for (NodeIndex node = nodes.first; node < nodes.last; ++node.value) {
        const int count = sum(free_by_octet, layout_.octets_of(node));
        if (count == 0) continue;
        const bool whole = count == sum(wanted_by_octet, layout_.octets_of(node));
        const std::size_t rank = static_cast<std::size_t>(count) + (whole ? whole_node : 0);
        rank_of_node[node.value - nodes.first.value] = rank;
        free_in_rank[rank] += count;
    }
    int left = count_;
    std::size_t last_rank = 0;
    while (free_in_rank[last_rank] < left) left -= free_in_rank[last_rank++];

    std::vector<GpuIndex> gpus;
    gpus.reserve(static_cast<std::size_t>(count_));
    for (NodeIndex node = nodes.first; node < nodes.last; ++node.value) {
        const std::size_t rank = rank_of_node[node.value - nodes.first.value];
        if (rank == 0 || rank > last_rank) continue;
        const std::size_t before = gpus.size();
        take(free, node, rank < last_rank ? count_ : left, gpus);
        if (rank == last_rank) left -= static_cast<int>(gpus.size() - before);
    }
    if (!std::ranges::is_sorted(gpus)) std::ranges::sort(gpus);
    return gpus;
}

// The first `count` of a node's free GPUs, or as many as there are.
void GpuChoice::take(const GpuSet& free, NodeIndex node, int count,
                     std::vector<GpuIndex>& into) const {
    for (const GpuIndex gpu : fleet_.node(node).gpus) {
        if (count == 0) return;
        if (!free.contains(layout_.position_of[gpu.value])) continue;
        into.push_back(gpu);
        --count;
    }
}

}  // namespace berth
