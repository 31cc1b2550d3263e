#include "follow/notify_follower.hpp"

#include <algorithm>
#include <chrono>

namespace berth {

namespace {

const std::string name = "notifier";
constexpr std::size_t rows_at_a_time = 1'000;
// Beyond this many rows in memory it is better to read them from the journal.
constexpr std::size_t most_fresh = 10'000;
constexpr std::chrono::seconds first_pause{1};
constexpr std::chrono::seconds longest_pause{300};
// A mail server may be down over a long weekend; a wrong address stays wrong.
constexpr std::chrono::hours longest_owed{96};

}  // namespace

NotifyFollower::NotifyFollower(Engine& engine, JournalPort& journal, HistoryPort& history,
                               CursorPort& cursors, NotifierPort& notifier, ClockPort& clock,
                               std::function<void(const std::string&)> report)
    : engine_(engine),
      journal_(journal),
      history_(history),
      cursors_(cursors),
      notifier_(notifier),
      clock_(clock),
      report_(std::move(report)),
      worker_(
          clock, [this] { return deliver(); }, report_),
      subscription_(engine.subscribe([this](const auto& rows) { take(rows); })) {
    worker_.wake();  // for what was committed before the subscription
}

NotifyFollower::~NotifyFollower() {
    engine_.unsubscribe(subscription_);
}

void NotifyFollower::take(const std::vector<Published>& rows) {
    bool any = false;
    {
        const std::lock_guard lock(mutex_);
        for (const Published& published : rows) {
            if (!notifier_.concerns(published.row.kind)) continue;
            any = true;
            if (!behind_) fresh_.push_back(published.row);
        }
        if (fresh_.size() > most_fresh) {
            fresh_.clear();
            behind_ = true;
        }
    }
    if (any) worker_.wake();
}

std::optional<Instant> NotifyFollower::deliver() {
    if (!seen_) seen_ = cursors_.cursor(name);
    retry_owed();
    catch_up();
    deliver_fresh();
    std::optional<Instant> next;
    for (const auto& [sequence, owed] : owed_) {
        next = std::min(next.value_or(owed.next_try), owed.next_try);
    }
    return next;
}

// Reads what the journal has beyond the last row seen, until that is all.
void NotifyFollower::catch_up() {
    {
        const std::lock_guard lock(mutex_);
        if (!behind_) return;
        // From here on rows come by themselves; those that this reads too are passed over then.
        behind_ = false;
    }
    try {
        while (read_page()) keep_cursor();
    } catch (...) {
        const std::lock_guard lock(mutex_);
        behind_ = true;
        throw;
    }
}

bool NotifyFollower::read_page() {
    const auto rows = journal_.rows_after(*seen_, rows_at_a_time);
    for (const JournalRow& row : rows) {
        if (notifier_.concerns(row.kind)) try_or_owe(row);
        seen_ = row.sequence;
    }
    return !rows.empty();
}

void NotifyFollower::deliver_fresh() {
    std::vector<JournalRow> rows;
    {
        const std::lock_guard lock(mutex_);
        rows.swap(fresh_);
    }
    for (const JournalRow& row : rows) {
        if (row.sequence <= *seen_) continue;
        try_or_owe(row);
        seen_ = row.sequence;
    }
    if (!rows.empty()) keep_cursor();
}

void NotifyFollower::try_or_owe(const JournalRow& row) {
    const auto delivered = try_row(row);
    if (delivered) return;
    report_("a notification about " + row.reservation + " waits: " + delivered.error());
    const Instant now = clock_.now();
    owed_.emplace(row.sequence, Owed{row, now, now + first_pause, first_pause});
}

void NotifyFollower::retry_owed() {
    const Instant now = clock_.now();
    const bool owes = !owed_.empty();
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
    if (owes) keep_cursor();
}

std::expected<void, std::string> NotifyFollower::try_row(const JournalRow& row) {
    Published published{row, {}};
    if (const auto id = ReservationId::parse(row.reservation)) {
        engine_.read([&](const View& view) { published.reservation = view.share(*id); });
        // One that ended while nobody could be told for days has left memory.
        if (!published.reservation) {
            if (auto old = history_.reservation(*id)) {
                published.reservation = std::make_shared<const Reservation>(std::move(*old));
            }
        }
    }
    return notifier_.deliver(published);
}

void NotifyFollower::keep_cursor() {
    cursors_.advance(name, owed_.empty() ? *seen_ : owed_.begin()->first - 1);
}

}  // namespace berth
