// Crashes of the server, of the supervisor and between two steps; and the end of a job's time.
#include "launch/job_order.hpp"
#include "launch/supervisor_process.hpp"
#include "launcher_fixture.hpp"

namespace berth {
namespace {

using testing::HasSubstr;

TEST_F(LauncherTest, a_job_outlives_the_server_and_the_next_one_tells_its_true_end) {
    open();
    const auto go = file("go").string();
    const auto order = shell("echo once >> " + file("starts").string() + "; while [ ! -e " + go +
                             " ]; do sleep .01; done; exit 42");
    launcher_->start(order);
    ASSERT_TRUE(appears("starts"));
    close();
    open();
    EXPECT_EQ(status(order.id).phase, AttemptStatus::Phase::running);
    launcher_->start(order);
    ASSERT_TRUE(write_durably(go, "go"));
    EXPECT_EQ(ended(order.id).exit_code, 42);
    EXPECT_EQ(text(file("starts")), "once\n");
}

TEST_F(LauncherTest, an_end_while_no_server_ran_is_told_by_the_next_one) {
    open();
    const auto order = shell("echo once >> " + file("starts").string() + "; exit 7");
    launcher_->start(order);
    close();
    ASSERT_TRUE(eventually([&] {
        const auto known = record(order.id);
        return known && known->phase == JobPhase::ended;
    }));
    open();
    launcher_->start(order);
    EXPECT_EQ(ended(order.id).exit_code, 7);
    EXPECT_EQ(text(file("starts")), "once\n");
}

TEST_F(LauncherTest, when_its_supervisor_is_killed_the_jobs_processes_are_gone_and_it_is_told) {
    open();
    const auto order = shell("setsid sh -c 'echo $$ > " + file("stray").string() +
                             "; sleep 60' & echo $$ > " + file("pid").string() + "; sleep 60");
    launcher_->start(order);
    const auto job = process_in("pid");
    const auto stray = process_in("stray");
    ASSERT_TRUE(send_signal(record(order.id)->supervisor, SIGKILL));
    const auto end = ended(order.id);
    EXPECT_FALSE(end.exit_code);
    EXPECT_THAT(end.detail, HasSubstr("supervisor stopped"));
    EXPECT_FALSE(is_alive(job));
    EXPECT_FALSE(is_alive(stray));
}

TEST_F(LauncherTest, a_crash_between_the_order_and_its_supervisor_starts_the_job_exactly_once) {
    const auto order = shell("echo once >> " + file("starts").string());
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    for (const auto& path : {folder.path(), work_folder_of(order.id.reservation, options_)}) {
        ASSERT_TRUE(make_folder_durably(path));
    }
    ASSERT_TRUE(
        folder.write_order(make_job_order(order, folder, options_, wall_.now(), SiteClock::wall)));
    open();
    launcher_->start(order);
    EXPECT_EQ(ended(order.id).exit_code, 0);
    close();
    open();
    launcher_->start(order);
    EXPECT_EQ(ended(order.id).exit_code, 0);
    EXPECT_EQ(text(file("starts")), "once\n");
}

TEST_F(LauncherTest, a_second_supervisor_refuses_what_has_run) {
    open();
    const auto order = shell("echo once >> " + file("starts").string());
    run(order);
    close();
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    ASSERT_TRUE(eventually([&] { return folder.take_lock().is_open(); }));
    ASSERT_TRUE(run_supervisor(options_.supervisor, folder));
    ASSERT_TRUE(eventually([&] { return folder.take_lock().is_open(); }));
    EXPECT_EQ(text(file("starts")), "once\n");
}

TEST_F(LauncherTest, a_recycled_number_is_not_taken_for_the_job) {
    const auto order = shell("true");
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    ASSERT_TRUE(make_folder_durably(folder.path()));
    ASSERT_TRUE(
        folder.write_order(make_job_order(order, folder, options_, wall_.now(), SiteClock::wall)));
    JobStatus status;
    status.boot = boot_id();
    status.job = {::getpid(), look_up(::getpid())->mark.started + 1};  // this test: killed if taken
    ASSERT_TRUE(folder.write_status(status));
    open();
    EXPECT_FALSE(ended(order.id).exit_code);
}

TEST_F(LauncherTest, a_forgotten_attempt_leaves_nothing_to_start) {
    open();
    const auto order = shell("exit 0");
    run(order);
    launcher_->forget(order.id);
    EXPECT_TRUE(launcher_->attempts().empty());
    close();
    open();
    EXPECT_TRUE(launcher_->attempts().empty());
}

TEST_F(LauncherTest, by_a_virtual_clock_sigterm_comes_before_the_end_and_sigkill_at_it) {
    open(virtual_);
    auto order = shell("trap 'echo told > " + file("told").string() + "' TERM; echo up > " +
                       file("up").string() + "; while :; do sleep .01; done");
    order.ends_at = virtual_.now() + std::chrono::hours(2);
    launcher_->start(order);
    ASSERT_TRUE(appears("up"));
    EXPECT_EQ(text(file("told")), "");
    virtual_.advance(std::chrono::hours(2) - options_.grace);
    ASSERT_TRUE(appears("told"));
    EXPECT_EQ(status(order.id).phase, AttemptStatus::Phase::running);
    virtual_.advance(options_.grace);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 128 + SIGKILL);
    EXPECT_THAT(end.detail, HasSubstr("end of its time"));
    EXPECT_EQ(end.ended_at, virtual_.now());
}

TEST_F(LauncherTest, the_supervisor_holds_the_end_without_any_server) {
    options_.grace = std::chrono::milliseconds(300);
    open();
    auto order = shell("trap 'exit 75' TERM; echo up > " + file("up").string() +
                       "; while :; do sleep .01; done");
    order.ends_at = wall_.now() + std::chrono::milliseconds(1'500);
    launcher_->start(order);
    ASSERT_TRUE(appears("up"));
    close();
    ASSERT_TRUE(eventually([&] { return record(order.id)->phase == JobPhase::ended; }));
    EXPECT_EQ(record(order.id)->exit_code, 75);
    EXPECT_LE(record(order.id)->ended_at, order.ends_at);
}

}  // namespace
}  // namespace berth
