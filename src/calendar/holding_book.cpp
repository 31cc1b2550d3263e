#include "calendar/holding_book.hpp"

#include <algorithm>
#include <functional>
#include <limits>

namespace berth {
namespace {

// Below this many, forgotten ends are not worth clearing out.
constexpr std::size_t few_ends = 1'024;

// Ascending with the instant, over all of time.
std::uint32_t second_of(Instant instant) {
    const std::int64_t seconds =
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count();
    return static_cast<std::uint32_t>(
        std::clamp<std::int64_t>(seconds, 0, std::numeric_limits<std::uint32_t>::max()));
}

Instant last_before(Instant instant) {
    return instant - Duration(1);
}

}  // namespace

void HoldingBook::grow(std::size_t gpus) {
    by_gpu_.resize(std::max(by_gpu_.size(), gpus));
}

std::optional<Holding> HoldingBook::first_in(GpuIndex gpu, Span span) const {
    const Row& row = by_gpu_[gpu.value];
    const auto found = first_reaching(row, span.from);
    if (found == row.end() || !claim_of(*found).span.overlaps(span)) return {};
    return Holding{gpu, claim_of(*found).holder, claim_of(*found).span};
}

std::optional<Holding> HoldingBook::last_in(GpuIndex gpu, Span span) const {
    const Row& row = by_gpu_[gpu.value];
    const auto after = first_after(row, last_before(span.to));
    if (after == row.begin()) return {};
    const Claim& last = claim_of(*std::prev(after));
    if (!last.span.overlaps(span)) return {};
    return Holding{gpu, last.holder, last.span};
}

bool HoldingBook::is_free(GpuIndex gpu, Span span) const {
    const Row& row = by_gpu_[gpu.value];
    const auto found = first_reaching(row, span.from);
    return found == row.end() || !claim_of(*found).span.overlaps(span);
}

std::vector<Holding> HoldingBook::all_in(GpuIndex gpu, Span span) const {
    std::vector<Holding> found;
    const Row& row = by_gpu_[gpu.value];
    for (auto at = first_reaching(row, span.from); at != row.end(); ++at) {
        const Claim& claim = claim_of(*at);
        if (!claim.span.overlaps(span)) break;
        found.push_back({gpu, claim.holder, claim.span});
    }
    return found;
}

std::optional<Holding> HoldingBook::first_clash(std::span<const GpuIndex> gpus, Span span,
                                                std::optional<Holder> ignoring) const {
    std::optional<Holding> first;
    for (const GpuIndex gpu : gpus) {
        const Row& row = by_gpu_[gpu.value];
        auto at = first_reaching(row, span.from);
        while (at != row.end() && claim_of(*at).holder == ignoring) ++at;
        if (at == row.end()) continue;
        const Claim& claim = claim_of(*at);
        if (!claim.span.overlaps(span)) continue;
        if (!first || std::pair(claim.span.from, gpu) < std::pair(first->span.from, first->gpu)) {
            first = Holding{gpu, claim.holder, claim.span};
        }
    }
    return first;
}

std::optional<HeldClaim> HoldingBook::held_by(Holder holder) const {
    const auto found = by_holder_.find(holder.number);
    if (found == by_holder_.end()) return {};
    return seen(claims_[found->second]);
}

void HoldingBook::reserve(std::span<const berth::Claim> claims) {
    claims_.reserve(claims.size());
    ends_.reserve(claims.size());
    by_holder_.reserve(claims.size());
    std::size_t cells = 0;
    for (const berth::Claim& claim : claims)
        cells += GpuLists::room_for(claim.placement.gpus.size());
    gpus_.reserve(cells);
}

void HoldingBook::add(Holder holder, std::span<const GpuIndex> gpus, Span span) {
    const ClaimNumber number = store({span, holder, gpus_.store(gpus)});
    for (const GpuIndex gpu : gpus) {
        Row& row = by_gpu_[gpu.value];
        const auto at = first_after(row, span.from) - row.begin();
        // Rows are many and grow slowly: doubling them would leave a third of the memory unused.
        if (row.size() == row.capacity()) row.reserve(row.size() + row.size() / 8 + 8);
        row.insert(row.begin() + at, {second_of(span.from), number});
    }
    by_holder_.insert_or_assign(holder.number, number);
    expect_end(span.to, holder);
}

void HoldingBook::shorten(Holder holder, Instant end) {
    claims_[by_holder_.at(holder.number)].span.to = end;
    expect_end(end, holder);
}

void HoldingBook::remove(Holder holder) {
    const auto found = by_holder_.find(holder.number);
    if (found == by_holder_.end()) return;
    const ClaimNumber number = found->second;
    Claim& claim = claims_[number];
    for (const GpuIndex gpu : gpus_.at(claim.gpus)) {
        Row& row = by_gpu_[gpu.value];
        row.erase(std::prev(first_after(row, claim.span.from)));
    }
    gpus_.drop(claim.gpus);
    claim.gpus = {};
    spare_claims_.push_back(number);
    by_holder_.erase(found);
}

std::optional<Holder> HoldingBook::next_ended(Instant now) {
    while (!ends_.empty() && ends_.front().first <= now) {
        std::ranges::pop_heap(ends_, std::greater());
        const Holder holder = ends_.back().second;
        ends_.pop_back();
        const auto claim = held_by(holder);
        if (claim && claim->span.to <= now) return holder;
    }
    return {};
}

// The first entry that begins after this instant.
HoldingBook::Row::const_iterator HoldingBook::first_after(const Row& row, Instant instant) const {
    const std::uint32_t second = second_of(instant);
    return std::ranges::partition_point(row, [&](const Entry& entry) {
        if (entry.begins != second) return entry.begins < second;
        return claim_of(entry).span.from <= instant;
    });
}

// The first entry that ends after this instant.
HoldingBook::Row::const_iterator HoldingBook::first_reaching(const Row& row,
                                                             Instant instant) const {
    const auto after = first_after(row, instant);
    if (after == row.begin()) return after;
    const auto last = std::prev(after);
    return claim_of(*last).span.to > instant ? last : after;
}

HoldingBook::ClaimNumber HoldingBook::store(Claim claim) {
    if (spare_claims_.empty()) {
        claims_.push_back(claim);
        return static_cast<ClaimNumber>(claims_.size() - 1);
    }
    const ClaimNumber number = spare_claims_.back();
    spare_claims_.pop_back();
    claims_[number] = claim;
    return number;
}

void HoldingBook::expect_end(Instant end, Holder holder) {
    if (ends_.size() > few_ends && ends_.size() > 2 * by_holder_.size()) {
        ends_.clear();
        for_each([&](const HeldClaim& claim) { ends_.emplace_back(claim.span.to, claim.holder); });
        std::ranges::make_heap(ends_, std::greater());
    }
    ends_.emplace_back(end, holder);
    std::ranges::push_heap(ends_, std::greater());
}

}  // namespace berth
