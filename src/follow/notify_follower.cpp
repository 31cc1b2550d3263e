#include "follow/notify_follower.hpp"

#include <algorithm>
#include <chrono>

namespace berth {

namespace {

const std::string name = "notifier";
constexpr std::size_t rows_at_a_time = 100;
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{300};

}  // namespace

NotifyFollower::NotifyFollower(Engine& engine, JournalPort& journal, CursorPort& cursors,
                               NotifierPort& notifier, ClockPort& clock,
                               std::function<void(const std::string&)> report)
    : engine_(engine),
      journal_(journal),
      cursors_(cursors),
      notifier_(notifier),
      clock_(clock),
      report_(std::move(report)),
      worker_(clock, [this] { return deliver_new(); }),
      subscription_(engine.subscribe([this](const auto&) { worker_.wake(); })) {
    worker_.wake();  // for what was committed before the subscription
}

NotifyFollower::~NotifyFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> NotifyFollower::deliver_new() {
    std::uint64_t done = cursors_.cursor(name);
    while (true) {
        const auto rows = journal_.rows_after(done, rows_at_a_time);
        if (rows.empty()) return std::nullopt;
        for (const JournalRow& row : rows) {
            Published published{row, {}};
            if (const auto id = ReservationId::parse(row.reservation)) {
                engine_.read([&](const State& state) {
                    if (const Reservation* found = state.find(*id)) published.reservation = *found;
                });
            }
            if (const auto delivered = notifier_.deliver(published); !delivered) {
                report_("a notification about " + row.reservation + " waits: " + delivered.error());
                const auto pause = pause_;
                pause_ = std::min(pause_ * 2, longest_pause);
                cursors_.advance(name, done);
                return clock_.now() + pause;
            }
            pause_ = first_pause;
            done = row.sequence;
        }
        cursors_.advance(name, done);
    }
}

}  // namespace berth
