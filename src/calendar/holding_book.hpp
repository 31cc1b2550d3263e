// The truth of the calendar: who holds which GPUs, exactly from when to when. Knows nothing of
// slots. A claim is kept once; each GPU has a row of its claims by time, eight bytes a claim.
#pragma once

#include <boost/unordered/unordered_flat_map.hpp>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "calendar/calendar.hpp"
#include "calendar/gpu_lists.hpp"

namespace berth {

// What one holder holds. The GPUs are valid until the book changes.
struct HeldClaim {
    Span span;
    Holder holder;
    std::span<const GpuIndex> gpus;  // ascending
};

class HoldingBook {
public:
    explicit HoldingBook(std::size_t gpus) : by_gpu_(gpus) {}
    // Takes more GPUs in; those that are there stay.
    void grow(std::size_t gpus);

    // The first and the last holding on this GPU that overlap the span.
    [[nodiscard]] std::optional<Holding> first_in(GpuIndex gpu, Span span) const;
    [[nodiscard]] std::optional<Holding> last_in(GpuIndex gpu, Span span) const;
    [[nodiscard]] bool is_free(GpuIndex gpu, Span span) const;
    [[nodiscard]] std::vector<Holding> all_in(GpuIndex gpu, Span span) const;
    [[nodiscard]] std::optional<Holding> first_clash(std::span<const GpuIndex> gpus, Span span,
                                                     std::optional<Holder> ignoring) const;
    [[nodiscard]] std::optional<HeldClaim> held_by(Holder holder) const;
    void for_each(auto&& visit) const {
        for (const Claim& claim : claims_) {
            if (claim.gpus.count > 0) visit(seen(claim));
        }
    }

    // Precondition for all: nothing is in the way, and the GPUs are ascending.
    void reserve(std::span<const berth::Claim> claims);
    void add(Holder holder, std::span<const GpuIndex> gpus, Span span);
    void shorten(Holder holder, Instant end);
    void remove(Holder holder);
    // Some holder whose claim ended at or before `now`.
    [[nodiscard]] std::optional<Holder> next_ended(Instant now);

private:
    using ClaimNumber = std::uint32_t;

    struct Claim {
        Span span;
        Holder holder;
        GpuLists::Place gpus;
    };
    struct Entry {
        std::uint32_t begins;  // the claim's first second, to order most entries without the claim
        ClaimNumber claim;
    };
    using Row = std::vector<Entry>;

    [[nodiscard]] HeldClaim seen(const Claim& claim) const {
        return {claim.span, claim.holder, gpus_.at(claim.gpus)};
    }
    [[nodiscard]] const Claim& claim_of(const Entry& entry) const { return claims_[entry.claim]; }
    [[nodiscard]] Row::const_iterator first_after(const Row& row, Instant instant) const;
    [[nodiscard]] Row::const_iterator first_reaching(const Row& row, Instant instant) const;
    ClaimNumber store(Claim claim);
    void expect_end(Instant end, Holder holder);

    std::vector<Row> by_gpu_;
    std::vector<Claim> claims_;
    std::vector<ClaimNumber> spare_claims_;
    GpuLists gpus_;
    boost::unordered_flat_map<std::uint64_t, ClaimNumber> by_holder_;
    // A min-heap of ends. Those of claims that were shortened or removed since are skipped when
    // they come up.
    std::vector<std::pair<Instant, Holder>> ends_;
};

}  // namespace berth
