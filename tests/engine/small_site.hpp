// A small site on which everything possible can be tried out: the oracle of the property tests is
// the writer itself, asked what it would do.
#pragma once

#include <algorithm>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "engine/writer.hpp"
#include "support/memory_journal.hpp"

namespace berth::test {

class SmallSite {
public:
    static constexpr std::int32_t horizon = 30;  // slots

    SmallSite(std::vector<GpuSpec> gpus, Policy policy, Instant now)
        : now_(now),
          writer_(journal_,
                  State(std::make_shared<const Fleet>(),
                        SlotGrid::make("UTC", std::chrono::minutes(120)).value(), now,
                        {.horizon_slots = horizon, .indexed_slots = 6},
                        std::make_shared<const Policy>(std::move(policy))),
                  {}) {
        (void)ask("berth", DeclareFleet{std::move(gpus)});
    }

    // On up to three nodes of one or two models, with some of their time booked.
    static std::unique_ptr<SmallSite> random(std::mt19937& dice, Policy policy);

    Answer ask(const std::string& actor, const Command& command) {
        std::vector<Order> orders(1);
        Answer answer;
        orders.front().submission = submission(actor, command);
        orders.front().answer = [&](Answer given) { answer = std::move(given); };
        writer_.commit(orders, now_);
        return answer;
    }

    // Time passes; what is due happens.
    void move_to(Instant to) {
        for (auto due = writer_.due(); due && *due <= to; due = writer_.due()) {
            now_ = std::max(now_, *due);
            writer_.commit({}, now_);
        }
        now_ = to;
        writer_.pass(now_);
    }

    bool would_book(const std::string& actor, const ReservationRequest& request) {
        return writer_.rehearse(submission(actor, Reserve{request}), now_).has_value();
    }

    // The same request for these very GPUs at this time.
    static ReservationRequest resubmitted(ReservationRequest request,
                                          const Suggestion& suggestion) {
        request.gpus = {};
        request.gpus.ids = suggestion.gpus;
        request.start = StartTime{suggestion.start};
        request.end = suggestion.end;
        request.hours.reset();
        request.finish_before.reset();
        return request;
    }

    [[nodiscard]] const State& state() const { return writer_.state(); }
    [[nodiscard]] const SlotGrid& grid() const { return state().grid; }
    [[nodiscard]] Instant now() const { return now_; }
    [[nodiscard]] Slot first_slot() const { return grid().slot_at(grid().edge_at_or_after(now_)); }
    [[nodiscard]] Slot last_slot() const { return grid().slot_at(now_) + horizon; }

private:
    static Submission submission(const std::string& actor, const Command& command) {
        return {.actor = actor,
                .reason = {},
                .idempotency_key = {},
                .body_hash = {},
                .command = command};
    }

    Instant now_;
    MemoryJournal journal_;
    Writer writer_;
};

// Counted with wishes, or by name; no start, no length.
GpuRequest random_gpus(std::mt19937& dice, const Fleet& fleet);
int between(std::mt19937& dice, int least, int most);
// A quota of some of the kinds, tight enough to matter.
Quota random_quota(std::mt19937& dice);

// As many GPUs like the named ones; what is counted stays as it is.
GpuRequest like(const Fleet& fleet, const GpuRequest& gpus);

}  // namespace berth::test
