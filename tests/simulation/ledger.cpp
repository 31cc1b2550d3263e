#include "simulation/ledger.hpp"

#include <algorithm>
#include <bit>

namespace berth::simulation {

namespace {

constexpr std::int32_t margin = 48;  // slots before the beginning, for what began "now"

GpuBits bit(std::size_t gpu) {
    return GpuBits{1} << gpu;
}

bool matches(const GpuSpec& gpu, const GpuRequest& asked) {
    if (asked.model && gpu.model != *asked.model) return false;
    if (asked.min_memory_gb && gpu.memory_gb < *asked.min_memory_gb) return false;
    return std::ranges::all_of(asked.labels, [&](const auto& label) {
        const auto found = gpu.labels.find(label.first);
        return found != gpu.labels.end() && found->second == label.second;
    });
}

// GPUs with the same key may be given together; none: in no window at all.
std::optional<std::string> group_of(const GpuSpec& gpu, const std::string& spread) {
    if (spread == "any") return "";
    if (!spread.starts_with("same:")) return gpu.node;
    const auto label = gpu.labels.find(spread.substr(5));
    return label == gpu.labels.end() ? std::nullopt : std::optional(label->second);
}

int room_in(GpuBits free, const Candidates& candidates) {
    if (candidates.per_node == 0) return std::popcount(free);
    int room = 0;
    for (const GpuBits node : candidates.nodes) {
        room += std::popcount(free & node) / candidates.per_node * candidates.per_node;
    }
    return room;
}

}  // namespace

bool holds_gpus(const Reservation& reservation) {
    return !is_ended(reservation.state) && !is_waiting(reservation.state) &&
           reservation.start < reservation.end;
}

Ledger::Ledger(const SlotGrid& grid, Instant begin)
    : grid_(grid), base_(grid.slot_at(begin) - margin) {}

void Ledger::set_fleet(const Fleet& fleet) {
    gpus_.clear();
    for (const Gpu& gpu : fleet.gpus()) {
        gpus_.push_back(gpu.spec);
        number_of_[gpu.id] = gpu.index.value;
    }
    held_.resize(gpus_.size());
}

std::optional<ReservationId> Ledger::hold(const Reservation& reservation) {
    let_go(reservation.id);
    const Span span{reservation.start, reservation.end};
    const Claim claim{bits_of(reservation.gpus), span, grid_.covering(span)};
    std::optional<ReservationId> obstacle;
    for (GpuBits rest = claim.gpus; rest != 0; rest &= rest - 1) {
        const auto gpu = static_cast<std::size_t>(std::countr_zero(rest));
        if (const auto holder = in_the_way(gpu, span)) obstacle = holder;
        held_[gpu].insert_or_assign(span.from, Held{span.to, reservation.id});
    }
    count(claim, +1);
    claims_[reservation.id] = claim;
    return obstacle;
}

void Ledger::let_go(ReservationId id) {
    const auto found = claims_.find(id);
    if (found == claims_.end()) return;
    const Claim& claim = found->second;
    for (GpuBits rest = claim.gpus; rest != 0; rest &= rest - 1) {
        auto& held = held_[static_cast<std::size_t>(std::countr_zero(rest))];
        const auto interval = held.find(claim.span.from);
        if (interval != held.end() && interval->second.holder == id) held.erase(interval);
    }
    count(claim, -1);
    claims_.erase(found);
}

GpuBits Ledger::bits_of(const std::vector<std::string>& ids) const {
    GpuBits bits = 0;
    for (const auto& id : ids) {
        if (const auto found = number_of_.find(id); found != number_of_.end()) {
            bits |= bit(found->second);
        }
    }
    return bits;
}

std::optional<ReservationId> Ledger::in_the_way(std::size_t gpu, Span span) const {
    const auto& held = held_[gpu];
    const auto next = held.lower_bound(span.from);
    if (next != held.end() && next->first < span.to) return next->second.holder;
    if (next == held.begin()) return std::nullopt;
    const auto before = std::prev(next);
    if (before->second.end > span.from) return before->second.holder;
    return std::nullopt;
}

std::size_t Ledger::row_of(Slot slot) const {
    return static_cast<std::size_t>(std::max(slot - base_, 0));
}

void Ledger::count(const Claim& claim, int change) {
    const std::size_t last = row_of(claim.touched.last);
    if (holders_.size() < last) {
        holders_.resize(last);
        busy_.resize(last);
    }
    for (std::size_t row = row_of(claim.touched.first); row < last; ++row) {
        for (GpuBits rest = claim.gpus; rest != 0; rest &= rest - 1) {
            const auto gpu = static_cast<std::size_t>(std::countr_zero(rest));
            auto& holders = holders_[row][gpu];
            holders = static_cast<std::uint8_t>(holders + change);
            if (holders == 0) {
                busy_[row] &= ~bit(gpu);
            } else {
                busy_[row] |= bit(gpu);
            }
        }
    }
}

GpuBits Ledger::busy(Slot slot, const Claim* without) const {
    const std::size_t row = row_of(slot);
    if (row >= busy_.size()) return 0;
    GpuBits bits = busy_[row];
    if (without == nullptr || slot < without->touched.first || slot >= without->touched.last) {
        return bits;
    }
    for (GpuBits rest = without->gpus; rest != 0; rest &= rest - 1) {
        const auto gpu = static_cast<std::size_t>(std::countr_zero(rest));
        if (holders_[row][gpu] == 1) bits &= ~bit(gpu);
    }
    return bits;
}

Candidates Ledger::candidates(const GpuRequest& asked) const {
    if (!asked.ids.empty()) {
        const GpuBits named = bits_of(asked.ids);
        for (GpuBits rest = named; rest != 0; rest &= rest - 1) {
            const auto gpu = static_cast<std::size_t>(std::countr_zero(rest));
            if (gpus_[gpu].health != Health::healthy) return {};
        }
        return {{named}, std::popcount(named), 0, {}};
    }
    std::map<std::string, GpuBits> groups;
    const std::string spread = asked.spread.value_or(asked.per_node ? "any" : "same_node");
    for (std::size_t gpu = 0; gpu < gpus_.size(); ++gpu) {
        if (gpus_[gpu].health != Health::healthy || !matches(gpus_[gpu], asked)) continue;
        if (const auto group = group_of(gpus_[gpu], spread)) groups[*group] |= bit(gpu);
    }
    Candidates candidates{{}, count_asked(asked), asked.per_node.value_or(0), {}};
    std::map<std::string, GpuBits> nodes;
    for (std::size_t gpu = 0; gpu < gpus_.size(); ++gpu) nodes[gpus_[gpu].node] |= bit(gpu);
    for (const auto& [node, bits] : nodes) candidates.nodes.push_back(bits);
    for (const auto& [key, bits] : groups) {
        if (std::popcount(bits) >= candidates.count) candidates.groups.push_back(bits);
    }
    return candidates;
}

std::optional<Slot> Ledger::first_fit(const Candidates& candidates, std::int32_t slots, Slot first,
                                      Slot last, std::optional<ReservationId> without) const {
    const auto found = without ? claims_.find(*without) : claims_.end();
    const Claim* ignored = found == claims_.end() ? nullptr : &found->second;
    if (candidates.groups.empty()) return std::nullopt;
    for (Slot start = first; start <= last; start = start + 1) {
        GpuBits taken = 0;
        // The clocks jump over a slot of an hour in spring: it has no length.
        if (grid_.span_of({start, start + slots}).empty()) continue;
        for (Slot slot = start; slot < start + slots; slot = slot + 1) taken |= busy(slot, ignored);
        const bool fits = std::ranges::any_of(candidates.groups, [&](GpuBits group) {
            return room_in(group & ~taken, candidates) >= candidates.count;
        });
        if (fits) return start;
    }
    return std::nullopt;
}

}  // namespace berth::simulation
