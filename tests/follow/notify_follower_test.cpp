// The notify follower: what is delivered, tried again, given up, and passed over.
#include "follow/notify_follower.hpp"

#include "follow/follower_fixture.hpp"

namespace berth::test {
namespace {

class NotifierInMemory : public NotifierPort {
public:
    bool concerns(const std::string& kind) const override { return kind != uninteresting; }
    std::expected<void, std::string> deliver(const Published& published) override {
        const std::lock_guard lock(mutex_);
        if (refused_.contains(published.row.sequence)) return std::unexpected("no such address");
        delivered_.push_back(published.row.sequence);
        return {};
    }
    void refuse(std::set<std::uint64_t> sequences) {
        const std::lock_guard lock(mutex_);
        refused_ = std::move(sequences);
    }
    std::vector<std::uint64_t> delivered() {
        const std::lock_guard lock(mutex_);
        return delivered_;
    }

    std::string uninteresting;

private:
    std::mutex mutex_;
    std::set<std::uint64_t> refused_;
    std::vector<std::uint64_t> delivered_;
};

using Sequences = std::vector<std::uint64_t>;

TEST_F(Followers, a_notification_that_fails_holds_up_no_other_and_is_tried_again) {
    NotifierInMemory notifier;
    notifier.refuse({1});
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  ignore_report);
    book_job();
    EVENTUALLY(notifier.delivered() == Sequences{2});
    EVENTUALLY(clock.is_awaited_before(nine + 1min));
    notifier.refuse({});
    clock.move(nine + 1min);
    EVENTUALLY(notifier.delivered() == Sequences{2, 1});
}

TEST_F(Followers, rows_that_concern_nobody_are_passed_over_and_the_next_is_not) {
    NotifierInMemory notifier;
    notifier.uninteresting = "reservation_confirmed";
    book_job();
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  ignore_report);
    EVENTUALLY(notifier.delivered() == Sequences{1});
    EVENTUALLY(journal.cursor("notifier") == 2);
    Modify longer{{1}, {}, {}};
    longer.change.end = ten + 4h;
    ASSERT_TRUE(ask("alice", longer));
    EVENTUALLY(notifier.delivered() == (Sequences{1, 3}));
}

TEST_F(Followers, what_was_still_owed_at_a_restart_is_delivered_and_the_rest_only_once) {
    NotifierInMemory notifier;
    book_job();
    {
        const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                      ignore_report);
        EVENTUALLY(notifier.delivered() == Sequences{1, 2});
        notifier.refuse({3});
        ASSERT_TRUE(ask("alice", Cancel{{1}, {}}));
        EVENTUALLY(clock.is_awaited_before(nine + 1min));
    }
    notifier.refuse({});
    const NotifyFollower restarted(engine, journal, journal, journal, notifier, clock,
                                   ignore_report);
    EVENTUALLY(notifier.delivered() == Sequences{1, 2, 3});
}

TEST_F(Followers, a_notification_that_fails_for_days_is_given_up_with_a_word) {
    NotifierInMemory notifier;
    notifier.refuse({1});
    std::atomic<int> given_up = 0;
    const NotifyFollower follower(engine, journal, journal, journal, notifier, clock,
                                  [&](const std::string& what) {
                                      if (what.find("is given up") != std::string::npos) ++given_up;
                                  });
    EVENTUALLY(clock.is_awaited_before(nine + 1min));
    clock.move(nine + 97h);
    EVENTUALLY(given_up == 1);
    EVENTUALLY(journal.cursor("notifier") == 1);
}

TEST_F(Followers, a_follower_survives_a_store_that_fails_and_goes_on) {
    class FailingOnce : public MemoryJournal {
    public:
        std::uint64_t cursor(const std::string& follower) override {
            if (!failed_.exchange(true)) throw std::runtime_error("the disk is full");
            return MemoryJournal::cursor(follower);
        }

    private:
        std::atomic<bool> failed_ = false;
    } cursors;
    NotifierInMemory notifier;
    std::atomic<int> reports = 0;
    const NotifyFollower follower(engine, journal, journal, cursors, notifier, clock,
                                  [&](const std::string&) { ++reports; });
    EVENTUALLY(reports == 1 && clock.is_awaited_before(nine + 1min));
    clock.move(nine + 1min);
    EVENTUALLY(notifier.delivered() == Sequences{1});
}

}  // namespace
}  // namespace berth::test
