#include "scenarios/stage.hpp"

#include <algorithm>
#include <stdexcept>

#include "engine/recover.hpp"

namespace berth::test {

namespace {

using std::runtime_error;

// A Tick that does not change what it came for would come again for ever.
constexpr int most_ticks_at_once = 1'000;

}  // namespace

Stage::Stage(const Site& site)
    : policy_(std::make_shared<const Policy>(site.policy())),
      grid_(site.grid()),
      now_(first_moment(grid_)) {
    writer_ =
        writer_on(State(std::make_shared<const Fleet>(), grid_, now_, CalendarLimits{}, policy_));
    const Answer declared = carry_out({.actor = "berth",
                                       .reason = {},
                                       .idempotency_key = {},
                                       .body_hash = {},
                                       .command = DeclareFleet{site.gpus()}});
    if (!declared) throw runtime_error(declared.error().message);
}

std::unique_ptr<Writer> Stage::writer_on(State state) {
    WriterOptions options;
    options.published = [this](const std::vector<Published>& rows) {
        rows_.insert(rows_.end(), rows.begin(), rows.end());
    };
    return std::make_unique<Writer>(journal_, std::move(state), std::move(options));
}

void Stage::move_to(Instant to) {
    if (to < now_) throw runtime_error("that lies in the past: the clock is already later");
    int ticks = 0;
    for (auto due = writer_->due(); due && *due <= to; due = writer_->due()) {
        ticks = *due > now_ ? 0 : ticks + 1;
        if (ticks > most_ticks_at_once) {
            throw runtime_error("the engine goes round in circles at " + grid_.local_text(now_));
        }
        now_ = std::max(now_, *due);
        writer_->commit({}, now_);
    }
    now_ = to;
    writer_->pass(now_);
}

Answer Stage::carry_out(Submission submission) {
    std::vector<Order> orders(1);
    Answer answer;
    orders.front().submission = std::move(submission);
    orders.front().answer = [&](Answer given) { answer = std::move(given); };
    writer_->commit(orders, now_);
    // What the command made due at once.
    move_to(now_);
    return answer;
}

std::expected<Rehearsal, Refusal> Stage::rehearse(const Submission& submission) {
    return writer_->rehearse(submission, now_);
}

State Stage::recovered() {
    Recovery from{.journal = journal_,
                  .snapshots = nullptr,
                  .grid = grid_,
                  .limits = {},
                  .report = {},
                  .policy = policy_};
    return recover(from, now_).state;
}

void Stage::restart_at(Instant back) {
    if (back < now_) throw runtime_error("that lies in the past: the clock is already later");
    now_ = back;
    restart();
}

void Stage::restart() {
    writer_ = writer_on(recovered());
    move_to(now_);
}

void Stage::expect_same_after_replay() {
    const State again = recovered();
    for (const auto& [id, reservation] : state().reservations) {
        const Reservation* replayed = again.find(id);
        if (replayed == nullptr) throw runtime_error(id.text() + " is lost after a replay");
        if (*replayed != *reservation) {
            throw runtime_error(id.text() + " is another after a replay of the journal");
        }
    }
    if (again.reservations.size() != state().reservations.size()) {
        throw runtime_error("a replay of the journal gives more reservations");
    }
}

}  // namespace berth::test
