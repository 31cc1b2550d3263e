// Jobs that are told to leave: what reaches them, when they are stopped, and who goes on with their
// work. What the engine has decided is written into its journal, so that these are the launch
// follower's tests alone.
#include "engine/eviction.hpp"
#include "follow/follower_fixture.hpp"
#include "follow/preflight_follower.hpp"
#include "support/consult.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class SoftRelease : public Followers {
protected:
    static Reservation job(ReservationId id, Instant start, Instant end) {
        Reservation made;
        made.id = id;
        made.owner = "alice";
        made.gpus = {"node1/4", "node1/5"};
        made.start = start;
        made.end = made.booked_end = end;
        made.workload.emplace().argv = {"train"};
        return made;
    }

    // Ordered at its start, and still waiting for its GPUs.
    void order_first_job() {
        clock.move(ten);
        write(ReservationConfirmed{job({1}, ten, ten + 2h)});
        write(ReservationStarting{{1}, 1});
        AttemptOrder order;
        order.id = first;
        launcher.start(order);
    }
    void run_first_job() {
        order_first_job();
        write(ReservationRunning{{1}, ten});
        launcher.set(first, Phase::running);
    }

    void write(const Event& event) {
        JournalRow row;
        row.sequence = journal.all().back().sequence + 1;
        row.time = clock.now();
        row.actor = "berth";
        row.reservation = reservation_of(event)->text();
        row.kind = event_kind(event);
        row.event = encode_event(event);
        ASSERT_EQ(journal.append(std::span(&row, 1), {}), CommitOutcome::committed);
    }

    // The engine decides nothing about ends by itself before they have come.
    void decide_no_end_early() {
        Policy late;
        late.notice = 0ms;
        policy = std::make_shared<const Policy>(late);
    }

    // The next server, which knows what was written.
    LaunchFollower& follow() {
        later =
            std::make_unique<Engine>(journal, clock,
                                     EngineOptions{.grid = SlotGrid::make("UTC", 120min).value(),
                                                   .limits = {},
                                                   .policy = policy,
                                                   .largest_batch = 256,
                                                   .report = {},
                                                   .give_up = {}});
        follower = std::make_unique<LaunchFollower>(*later, launcher, tokens, clock, ignore_report);
        return *follower;
    }

    Answer ask_later(Command command) {
        return later->ask({.actor = "alice",
                           .reason = {},
                           .idempotency_key = {},
                           .body_hash = {},
                           .command = std::move(command)});
    }

    void evict_first(Instant deadline) {
        write(NoticeGiven{{1}, {NoticeKind::eviction, clock.now(), deadline, ReservationId{2}}});
        write(ReservationReleasing{{1}, ReservationState::evicted, "evicted for r-2", deadline});
    }

    // r-2 goes on with the work of r-1 from noon on.
    void book_continuation() {
        Reservation continuation = job({2}, ten + 2h, ten + 4h);
        continuation.continues = continuation.work_of = ReservationId{1};
        write(ReservationConfirmed{continuation});
        write(ReservationContinued{{1}, {2}});
    }

    [[nodiscard]] Reservation seen(std::uint64_t number = 1) const {
        Reservation found;
        later->read([&](const View& view) { found = *view.find({number}); });
        return found;
    }
    bool is_stopped() {
        return launcher.look([&](auto& l) { return l.stopped.contains(first); });
    }
    Instant end_told() {
        return launcher.look([&](auto& l) { return l.ends[first]; });
    }
    // The follower has looked at everything once more.
    void look_again() {
        const int before = launcher.look([](auto& l) { return l.looks; });
        follower->wake();
        EVENTUALLY(launcher.look([&](auto& l) { return l.looks > before; }));
        follower->wake();
        EVENTUALLY(launcher.look([&](auto& l) { return l.looks > before + 1; }));
    }

    std::shared_ptr<const Policy> policy;
    std::unique_ptr<Engine> later;
    std::unique_ptr<LaunchFollower> follower;
};

TEST_F(SoftRelease, an_evicted_job_is_told_its_deadline_and_not_stopped_before) {
    run_first_job();
    evict_first(ten + 30min);
    follow();
    EVENTUALLY(notice() == "eviction at 2026-11-30T10:30:00Z");
    EVENTUALLY(end_told() == ten + 30min);
    look_again();
    EXPECT_FALSE(is_stopped());
    EXPECT_EQ(seen().state, ReservationState::releasing);
}

TEST_F(SoftRelease, an_evicted_job_reads_how_many_gpus_go_and_in_how_many_minutes) {
    run_first_job();
    evict_first(ten + 30min);
    follow();
    EVENTUALLY(notice() != "");
    const auto message = launcher.look([&](auto& l) { return l.messages[first]; });
    EXPECT_THAT(message, HasSubstr("the 2 GPUs you are using will be reclaimed in 30 minutes; "
                                   "please save a checkpoint"));
    EXPECT_THAT(message,
                HasSubstr("您正在使用的2块GPU将在30分钟后被回收,请做好保存 checkpoint 的准备。"));
}

TEST_F(SoftRelease, an_evicted_job_that_has_saved_and_left_is_over_at_once) {
    run_first_job();
    evict_first(ten + 30min);
    follow();
    EVENTUALLY(notice() != "");
    clock.move(ten + 4min);
    launcher.set(first, Phase::ended, 75, ten + 3min);
    follower->wake();
    EVENTUALLY(seen().state == ReservationState::evicted);
    EXPECT_EQ(seen().end, ten + 3min);
    EXPECT_FALSE(is_stopped());
}

TEST_F(SoftRelease, an_evicted_job_that_still_waits_for_its_gpus_does_not_begin) {
    order_first_job();
    evict_first(ten + 30min);
    follow();
    EVENTUALLY(is_stopped());
}

TEST_F(SoftRelease, an_evicted_job_whose_launcher_lost_it_is_over_and_not_started_again) {
    run_first_job();
    evict_first(ten + 30min);
    launcher.forget(first);
    follow();
    EVENTUALLY(seen().state == ReservationState::evicted);
    EXPECT_EQ(launcher.starts[first], 1);
}

TEST_F(SoftRelease, who_is_told_to_leave_for_maintenance_has_until_its_beginning) {
    run_first_job();
    write(NoticeGiven{{1}, {NoticeKind::maintenance, ten, ten + 30min, {}}});
    write(ReservationReleasing{{1}, ReservationState::evicted, "maintenance", ten + 30min});
    follow();
    EVENTUALLY(notice() == "maintenance at 2026-11-30T10:30:00Z");
    look_again();
    EXPECT_FALSE(is_stopped());
}

TEST_F(SoftRelease, a_job_is_told_that_it_may_not_run_on) {
    run_first_job();
    write(NoticeGiven{{1}, {NoticeKind::end, ten, ten + 2h, {}}});
    follow();
    EVENTUALLY(notice() == "end at 2026-11-30T12:00:00Z");
    EXPECT_EQ(end_told(), ten + 2h);
    EXPECT_FALSE(is_stopped());
}

TEST_F(SoftRelease, a_job_without_a_notice_is_told_nothing_however_near_its_end) {
    decide_no_end_early();
    run_first_job();
    clock.move(ten + 119min);
    follow();
    EVENTUALLY(end_told() == ten + 2h);
    EXPECT_EQ(notice(), "");
}

TEST_F(SoftRelease, who_cancels_near_the_end_is_stopped_at_once_all_the_same) {
    run_first_job();
    write(NoticeGiven{{1}, {NoticeKind::end, ten, ten + 2h, {}}});
    follow();
    EVENTUALLY(notice() != "");
    ASSERT_TRUE(ask_later(Cancel{{1}, {}}));
    EVENTUALLY(is_stopped());
}

TEST_F(SoftRelease, who_was_warned_for_idleness_and_did_not_mind_is_stopped_at_once) {
    run_first_job();
    write(NoticeGiven{{1}, {NoticeKind::idle, ten, ten + 30min, {}}});
    clock.move(ten + 30min);
    write(ReservationReleasing{{1}, ReservationState::expired, "its GPUs were not used"});
    follow();
    EVENTUALLY(is_stopped());
}

TEST_F(SoftRelease, a_notice_that_was_withdrawn_is_taken_back_from_the_job) {
    run_first_job();
    launcher.notify(first, "end", ten + 2h, "as an earlier server told it");
    follow();
    EVENTUALLY(notice().empty());
}

TEST_F(SoftRelease, an_extension_takes_the_notice_of_the_old_end_back) {
    run_first_job();
    write(NoticeGiven{{1}, {NoticeKind::end, ten, ten + 2h, {}}});
    follow();
    EVENTUALLY(notice() == "end at 2026-11-30T12:00:00Z");
    Modify change{{1}, {}, {}};
    change.change.end = ten + 4h;
    ASSERT_TRUE(ask_later(change));
    EVENTUALLY(notice().empty());
    EXPECT_EQ(end_told(), ten + 4h);
}

TEST_F(SoftRelease, a_job_that_runs_on_past_its_booked_end_is_followed_like_any_other) {
    decide_no_end_early();
    run_first_job();
    write(OverrunGranted{{1}, ten + 130min});
    clock.move(ten + 2h);
    write(ReservationOverrunning{{1}});
    follow();
    EVENTUALLY(end_told() > ten + 2h && end_told() == seen().end);
    EXPECT_FALSE(is_stopped());
    launcher.set(first, Phase::ended, 0, ten + 2h);
    follower->wake();
    EVENTUALLY(seen().state == ReservationState::completed);
}

TEST_F(SoftRelease, an_overrunning_job_that_the_launcher_lost_is_never_started_again) {
    run_first_job();
    write(OverrunGranted{{1}, ten + 130min});
    clock.move(ten + 2h);
    write(ReservationOverrunning{{1}});
    launcher.forget(first);
    follow();
    EVENTUALLY(seen().state == ReservationState::failed);
    EXPECT_EQ(launcher.starts[first], 1);
}

TEST_F(SoftRelease, a_continuation_runs_under_its_own_name_in_the_folder_of_the_evicted_one) {
    run_first_job();
    evict_first(ten + 30min);
    book_continuation();
    follow();
    launcher.set(first, Phase::ended, 75, ten);
    follower->wake();
    EVENTUALLY(seen().state == ReservationState::evicted);
    clock.move(ten + 2h);
    const AttemptId second{{2}, 1};
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[second] == 1; }));
    const auto order = launcher.look([&](auto& l) { return l.orders.at(second); });
    EXPECT_EQ(order.work_of, ReservationId{1});
    EXPECT_EQ(order.token, "token of r-2.1");
}

TEST_F(SoftRelease, a_continuation_is_checked_for_its_checkpoint_once_the_evicted_one_has_left) {
    run_first_job();
    evict_first(ten + 30min);
    book_continuation();
    write(CheckpointSaved{{1}, {"/runs/r-1/checkpoints/resume.pt", 7, 840, ten}});
    follow();
    const PreflightFollower preflight(*later, launcher, clock, ignore_report);
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights == 1; }));
    EXPECT_EQ(launcher.look([](auto& l) { return l.resumed_from; }), "") << "it still saves";
    launcher.set(first, Phase::ended, 75, ten);
    follower->wake();
    EVENTUALLY(launcher.look([](auto& l) { return l.preflights == 2; }));
    EXPECT_EQ(launcher.look([](auto& l) { return l.resumed_from; }),
              "/runs/r-1/checkpoints/resume.pt");
}

TEST_F(SoftRelease, a_job_of_the_queue_is_started_under_its_own_name) {
    write(ReservationConfirmed{job({4, IdKind::queue_job}, ten, ten + 40min)});
    follow();
    clock.move(ten);
    const AttemptId attempt{{4, IdKind::queue_job}, 1};
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[attempt] == 1; }));
    EXPECT_EQ(launcher.look([&](auto& l) { return l.orders.at(attempt).token; }), "token of q-4.1");
}

// With the engine's own decisions, from the plan to the continuation.
TEST_F(Followers, a_p0_begins_when_its_victim_has_left_and_the_work_goes_on_in_its_folder) {
    LaunchFollower follower(engine, launcher, tokens, clock, ignore_report);
    run_job(follower);
    Reserve urgent;
    urgent.request.gpus.count = 2;
    urgent.request.start = StartTime{};
    urgent.request.hours = 2;
    urgent.request.priority = Priority::P0;
    urgent.request.on_conflict = OnConflict::evict;
    urgent.request.workload.emplace().argv = {"fix"};
    consult(engine, [&](const State& state) {
        const auto wish = make_exact(state, urgent.request, clock.now());
        urgent.eviction = plan_eviction(state, urgent.request, *wish, clock.now()).value();
    });
    ASSERT_TRUE(ask("carol", urgent));
    EVENTUALLY(notice() == "eviction at 2026-11-30T10:30:00Z");
    EXPECT_EQ(launcher.look([](auto& l) { return l.stopped.size(); }), 0U);

    clock.move(ten + 5min);
    launcher.set(first, Phase::ended, 75, ten + 5min);
    follower.wake();
    EVENTUALLY(launcher.look([](auto& l) { return l.starts[{{2}, 1}] == 1; }));
    EXPECT_EQ(booked().state, ReservationState::evicted);
    launcher.set({{2}, 1}, Phase::ended, 0, ten + 5min);
    follower.wake();

    Instant again;
    engine.read([&](const View& view) { again = view.find(*view.find({1})->continued_by)->start; });
    clock.move(again);
    const AttemptId continuation{*booked().continued_by, 1};
    EVENTUALLY(launcher.look([&](auto& l) { return l.starts[continuation] == 1; }));
    EXPECT_EQ(launcher.look([&](auto& l) { return l.orders.at(continuation).work_of; }),
              ReservationId{1});
}

}  // namespace
}  // namespace berth::test
