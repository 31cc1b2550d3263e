#include "calendar/holding_book.hpp"

#include <algorithm>
#include <functional>

namespace berth {
namespace {

// Below this many, forgotten ends are not worth clearing out.
constexpr std::size_t few_ends = 1'024;

Instant from_of(const Held& held) {
    return held.span.from;
}
Instant to_of(const Held& held) {
    return held.span.to;
}

}  // namespace

void HoldingBook::grow(std::size_t gpus) {
    by_gpu_.resize(std::max(by_gpu_.size(), gpus));
}

std::span<const Held> HoldingBook::held_from(GpuIndex gpu, Slot slot) const {
    const Row& row = by_gpu_[gpu.value];
    return {
        std::ranges::upper_bound(row, slot, {}, [](const Held& each) { return each.slots.last; }),
        row.end()};
}

const Held* HoldingBook::first_in(GpuIndex gpu, Span span) const {
    const Row& row = by_gpu_[gpu.value];
    const auto found = std::ranges::upper_bound(row, span.from, {}, to_of);
    return found != row.end() && found->span.overlaps(span) ? &*found : nullptr;
}

const Held* HoldingBook::last_in(GpuIndex gpu, Span span) const {
    const Row& row = by_gpu_[gpu.value];
    const auto after = std::ranges::lower_bound(row, span.to, {}, from_of);
    if (after == row.begin()) return nullptr;
    const Held& last = *std::prev(after);
    return last.span.overlaps(span) ? &last : nullptr;
}

std::optional<Holding> HoldingBook::first_clash(std::span<const GpuIndex> gpus, Span span,
                                                std::optional<Holder> ignoring) const {
    std::optional<Holding> first;
    for (const GpuIndex gpu : gpus) {
        const Row& row = by_gpu_[gpu.value];
        auto at = std::ranges::upper_bound(row, span.from, {}, to_of);
        while (at != row.end() && at->holder == ignoring) ++at;
        if (at == row.end() || !at->span.overlaps(span)) continue;
        if (!first || std::pair(at->span.from, gpu) < std::pair(first->span.from, first->gpu)) {
            first = Holding{gpu, at->holder, at->span};
        }
    }
    return first;
}

const Placement* HoldingBook::held_by(Holder holder) const {
    const auto found = by_holder_.find(holder.number);
    return found == by_holder_.end() ? nullptr : &found->second;
}

Window HoldingBook::slots_of(Holder holder) const {
    const Placement& placement = by_holder_.at(holder.number);
    const Row& row = by_gpu_[placement.gpus.front().value];
    return std::ranges::lower_bound(row, placement.span.from, {}, from_of)->slots;
}

void HoldingBook::add(Holder holder, Placement placement, Window slots) {
    for (const GpuIndex gpu : placement.gpus) {
        Row& row = by_gpu_[gpu.value];
        row.insert(std::ranges::lower_bound(row, placement.span.from, {}, from_of),
                   Held{placement.span, holder, slots});
    }
    expect_end(placement.span.to, holder);
    by_holder_.insert_or_assign(holder.number, std::move(placement));
}

void HoldingBook::shorten(Holder holder, Instant end, Window slots) {
    Placement& placement = by_holder_.at(holder.number);
    placement.span.to = end;
    for (const GpuIndex gpu : placement.gpus) {
        Held& held = entry(gpu, placement.span.from);
        held.span.to = end;
        held.slots = slots;
    }
    expect_end(end, holder);
}

void HoldingBook::remove(Holder holder) {
    const auto found = by_holder_.find(holder.number);
    if (found == by_holder_.end()) return;
    for (const GpuIndex gpu : found->second.gpus) {
        Row& row = by_gpu_[gpu.value];
        row.erase(row.begin() + (&entry(gpu, found->second.span.from) - row.data()));
    }
    by_holder_.erase(found);
}

std::optional<Holder> HoldingBook::next_ended(Instant now) {
    while (!ends_.empty() && ends_.front().first <= now) {
        std::ranges::pop_heap(ends_, std::greater());
        const Holder holder = ends_.back().second;
        ends_.pop_back();
        const Placement* placement = held_by(holder);
        if (placement != nullptr && placement->span.to <= now) return holder;
    }
    return {};
}

Held& HoldingBook::entry(GpuIndex gpu, Instant from) {
    return *std::ranges::lower_bound(by_gpu_[gpu.value], from, {}, from_of);
}

void HoldingBook::expect_end(Instant end, Holder holder) {
    if (ends_.size() > few_ends && ends_.size() > 2 * by_holder_.size()) {
        ends_.clear();
        for (const auto& [number, placement] : by_holder_) {
            ends_.emplace_back(placement.span.to, Holder{number});
        }
        std::ranges::make_heap(ends_, std::greater());
    }
    ends_.emplace_back(end, holder);
    std::ranges::push_heap(ends_, std::greater());
}

}  // namespace berth
