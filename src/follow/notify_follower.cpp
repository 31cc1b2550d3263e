#include "follow/notify_follower.hpp"

#include <algorithm>
#include <chrono>

namespace berth {

namespace {

const std::string name = "notifier";
constexpr std::size_t rows_at_a_time = 100;
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{300};
// A mail server may be down over a long weekend; a wrong address stays wrong.
constexpr std::chrono::hours longest_owed{96};

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
      worker_(
          clock, [this] { return deliver(); }, report_),
      subscription_(engine.subscribe([this](const auto&) { worker_.wake(); })) {
    worker_.wake();  // for what was committed before the subscription
}

NotifyFollower::~NotifyFollower() {
    engine_.unsubscribe(subscription_);
}

std::optional<Instant> NotifyFollower::deliver() {
    if (!seen_) seen_ = cursors_.cursor(name);
    retry_owed();
    deliver_new();
    keep_cursor();
    std::optional<Instant> next;
    for (const auto& [sequence, owed] : owed_) {
        next = std::min(next.value_or(owed.next_try), owed.next_try);
    }
    return next;
}

void NotifyFollower::deliver_new() {
    while (true) {
        const auto rows = journal_.rows_after(*seen_, rows_at_a_time);
        if (rows.empty()) return;
        for (const JournalRow& row : rows) {
            if (const auto delivered = try_row(row); !delivered) {
                report_("a notification about " + row.reservation + " waits: " + delivered.error());
                const Instant now = clock_.now();
                owed_.emplace(row.sequence, Owed{row, now, now + first_pause, first_pause});
            }
            seen_ = row.sequence;
        }
        keep_cursor();
    }
}

void NotifyFollower::retry_owed() {
    const Instant now = clock_.now();
    for (auto it = owed_.begin(); it != owed_.end();) {
        Owed& owed = it->second;
        if (now < owed.next_try) {
            ++it;
            continue;
        }
        const auto delivered = try_row(owed.row);
        const bool give_up = !delivered && now - owed.since >= longest_owed;
        if (give_up) {
            report_("a notification about " + owed.row.reservation +
                    " is given up: " + delivered.error());
        }
        if (delivered || give_up) {
            it = owed_.erase(it);
            continue;
        }
        owed.pause = std::min(owed.pause * 2, longest_pause);
        owed.next_try = now + owed.pause;
        ++it;
    }
}

std::expected<void, std::string> NotifyFollower::try_row(const JournalRow& row) {
    Published published{row, {}};
    if (const auto id = ReservationId::parse(row.reservation)) {
        engine_.read([&](const View& view) { published.reservation = view.share(*id); });
    }
    return notifier_.deliver(published);
}

void NotifyFollower::keep_cursor() {
    cursors_.advance(name, owed_.empty() ? *seen_ : owed_.begin()->first - 1);
}

}  // namespace berth
