// What a job gets, how its end is told, and how it is stopped; with real processes.
#include "launch/local_launcher.hpp"

#include <atomic>

#include "launcher_fixture.hpp"

namespace berth {
namespace {

using testing::HasSubstr;

TEST_F(LauncherTest, the_exit_code_is_the_jobs_own) {
    open();
    EXPECT_EQ(run(shell("exit 0", 1)).exit_code, 0);
    EXPECT_EQ(run(shell("exit 75", 2)).exit_code, 75);
}

TEST_F(LauncherTest, a_job_killed_by_a_signal_ends_with_128_and_its_number) {
    open();
    const auto end = run(shell("kill -SEGV $$"));
    EXPECT_EQ(end.exit_code, 128 + SIGSEGV);
    EXPECT_THAT(end.detail, HasSubstr("signal 11"));
}

TEST_F(LauncherTest, what_a_job_prints_is_in_its_log) {
    open();
    const auto order = shell("echo to the output; echo to the errors >&2");
    run(order);
    EXPECT_EQ(text(launcher_->log_file(order.id)), "to the output\nto the errors\n");
}

TEST_F(LauncherTest, a_job_sees_its_reservation_and_nothing_else_of_the_servers) {
    ::setenv("BERTH_TEST_SECRET", "do not tell", 1);
    open();
    auto order = shell("env");
    order.devices = {2, 3};
    order.ends_at = Instant(std::chrono::seconds(4'102'444'800));
    order.workload.env = {{"MINE", "yes"}, {"CUDA_VISIBLE_DEVICES", "0,1"}};
    run(order);
    ::unsetenv("BERTH_TEST_SECRET");
    const auto seen = "\n" + text(launcher_->log_file(order.id));
    const auto work = launcher_->work_folder(order.id.reservation);
    for (const auto& line :
         {std::string("BERTH_URL=http://127.0.0.1:8420"), std::string("BERTH_RESERVATION=r-17"),
          std::string("BERTH_TOKEN=the-job's-own"), std::string("CUDA_VISIBLE_DEVICES=2,3"),
          std::string("BERTH_ENDS_AT=2100-01-01T00:00:00Z"), std::string("MINE=yes"),
          "BERTH_CHECKPOINT_DIR=" + work + "/checkpoints", "BERTH_RESULTS_DIR=" + work + "/results",
          "BERTH_NOTICE_FILE=" + (options_.attempts_folder / "r-17.1/notice.json").string()}) {
        EXPECT_THAT(seen, HasSubstr("\n" + line + "\n"));
    }
    EXPECT_THAT(seen, HasSubstr("\nBERTH_ATTEMPT="));
    EXPECT_THAT(seen, Not(HasSubstr("do not tell")));
}

TEST_F(LauncherTest, a_missing_program_is_a_sentence_and_no_exit_code) {
    open();
    auto order = shell("");
    order.workload.argv = {"no-such-trainer"};
    const auto end = run(order);
    EXPECT_FALSE(end.exit_code);
    EXPECT_THAT(end.detail, HasSubstr("no program \"no-such-trainer\""));
}

TEST_F(LauncherTest, a_missing_work_folder_is_a_sentence_and_no_exit_code) {
    open();
    auto order = shell("true");
    order.workload.workdir = "/no/such/folder";
    const auto end = run(order);
    EXPECT_FALSE(end.exit_code);
    EXPECT_THAT(end.detail, HasSubstr("/no/such/folder does not exist"));
}

TEST_F(LauncherTest, a_job_that_is_stopped_may_save_and_say_how_it_left) {
    open();
    const auto order = shell("trap 'exit 75' TERM; echo up > " + file("up").string() +
                             "; while :; do sleep .01; done");
    launcher_->start(order);
    ASSERT_TRUE(appears("up"));
    launcher_->stop(order.id);
    EXPECT_EQ(ended(order.id).exit_code, 75);
}

TEST_F(LauncherTest, a_stubborn_job_is_killed_after_its_grace) {
    options_.grace = std::chrono::milliseconds(200);
    open();
    const auto order =
        shell("trap '' TERM; echo $$ > " + file("pid").string() + "; while :; do sleep .01; done");
    launcher_->start(order);
    const auto job = process_in("pid");
    launcher_->stop(order.id);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 128 + SIGKILL);
    EXPECT_THAT(end.detail, HasSubstr("did not stop"));
    EXPECT_FALSE(is_alive(job));
}

TEST_F(LauncherTest, what_left_the_jobs_session_is_gone_before_the_attempt_is_over) {
    options_.grace = std::chrono::milliseconds(100);
    open();
    const auto order = shell("setsid sh -c 'trap \"\" TERM; echo $$ > " + file("stray").string() +
                             "; while :; do sleep .01; done' & while [ ! -s " +
                             file("stray").string() + " ]; do sleep .01; done");
    launcher_->start(order);
    const auto stray = process_in("stray");
    const auto end = ended(order.id);
    EXPECT_FALSE(is_alive(stray));
    EXPECT_EQ(end.exit_code, 0);
}

TEST_F(LauncherTest, the_next_on_the_same_gpu_starts_once_the_first_ones_processes_are_gone) {
    open();
    const auto first = shell("echo $$ > " + file("pid").string() + "; sleep 60", 1);
    const auto second = shell("kill -0 $(cat " + file("pid").string() + ") && exit 1; exit 0", 2);
    launcher_->start(first);
    ASSERT_TRUE(appears("pid"));
    launcher_->start(second);
    EXPECT_EQ(status(second.id).phase, AttemptStatus::Phase::waiting);
    launcher_->stop(first.id);
    const auto before = ended(first.id);
    const auto after = ended(second.id);
    EXPECT_EQ(after.exit_code, 0) << "the first one still ran";
    ASSERT_TRUE(before.ended_at && after.started_at);
    EXPECT_GE(*after.started_at, *before.ended_at);
    EXPECT_LE(*after.started_at - *before.ended_at, std::chrono::seconds(1));
}

TEST_F(LauncherTest, jobs_on_other_gpus_do_not_wait) {
    open();
    launcher_->start(shell("sleep 60", 1));
    auto other = shell("exit 0", 2);
    other.gpus = {"node1/1"};
    EXPECT_EQ(run(other).exit_code, 0);
}

TEST_F(LauncherTest, a_waiting_attempt_that_is_stopped_never_runs) {
    open();
    const auto first = shell("sleep 60", 1);
    const auto second = shell("echo ran > " + file("ran").string(), 2);
    launcher_->start(first);
    launcher_->start(second);
    launcher_->stop(second.id);
    EXPECT_FALSE(ended(second.id).exit_code);
    launcher_->stop(first.id);
    ended(first.id);
    EXPECT_EQ(text(file("ran")), "");
}

TEST_F(LauncherTest, whoever_asked_hears_of_the_start_and_the_end) {
    open();
    std::atomic<int> heard{0};
    std::atomic<bool> heard_end{false};
    const auto order = shell("exit 3");
    launcher_->on_change([&] {
        ++heard;
        if (status(order.id).phase == AttemptStatus::Phase::ended) heard_end = true;
    });
    launcher_->start(order);
    EXPECT_TRUE(eventually([&] { return heard_end.load(); }));
    close();
}

TEST_F(LauncherTest, a_notice_is_whole_and_counts_by_the_sites_clock) {
    open(virtual_);
    auto order = shell("sleep 60");
    order.ends_at = virtual_.now() + std::chrono::hours(2);
    launcher_->start(order);
    const auto deadline = virtual_.now() + std::chrono::minutes(30);
    launcher_->notify(order.id, "release", deadline, "Please save.");
    const auto notice = json::read(text(options_.attempts_folder / "r-17.1/notice.json"));
    ASSERT_TRUE(notice);
    EXPECT_EQ(notice->at("kind").as_string(), "release");
    EXPECT_EQ(notice->at("deadline").as_string(), to_rfc3339(deadline));
    EXPECT_EQ(notice->at("seconds_left").to_number<double>(), 1800.0);
    EXPECT_EQ(notice->at("message").as_string(), "Please save.");
}

}  // namespace
}  // namespace berth
