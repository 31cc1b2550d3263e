// A job that is evicted: told by its notice file, then by SIGTERM, and gone by its deadline; and
// its continuation, which goes on in the same folder.
#include "launcher_fixture.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class SoftReleaseTest : public LauncherTest {
protected:
    SoftReleaseTest() { options_.grace = 300ms; }

    void start(const AttemptOrder& order, const std::string& sign_of_life) {
        launcher_->start(order);
        ASSERT_TRUE(appears(sign_of_life));
    }
    std::filesystem::path notice_of(const AttemptId& id) const {
        return options_.attempts_folder / id.text() / "notice.json";
    }
    // As the follower does for an evicted reservation.
    void evict(const AttemptId& id, Instant deadline) {
        launcher_->set_end(id, deadline);
        launcher_->notify(id, "eviction", deadline, "Please save.");
    }
};

TEST_F(SoftReleaseTest, a_job_that_reads_its_notice_leaves_long_before_the_deadline) {
    open();
    const auto order = shell("echo up > " + file("up").string() +
                             "; while [ ! -e \"$BERTH_NOTICE_FILE\" ]; do sleep .01; done; "
                             "cp \"$BERTH_NOTICE_FILE\" " +
                             file("read").string() + "; exit 75");
    start(order, "up");
    evict(order.id, wall_.now() + 30min);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 75);
    EXPECT_EQ(end.detail, "") << "nobody had to stop it";
    EXPECT_THAT(text(file("read")), HasSubstr(R"("kind":"eviction")"));
    EXPECT_THAT(text(file("read")), HasSubstr(R"("seconds_left":1800)"));
}

TEST_F(SoftReleaseTest, a_job_that_does_not_look_gets_sigterm_a_grace_before_the_deadline) {
    options_.grace = 10s;  // time to answer also where all else is busy
    open();
    const auto order = shell("trap 'exit 75' TERM; echo up > " + file("up").string() +
                             "; while :; do sleep .01; done");
    start(order, "up");
    const Instant deadline = wall_.now() + options_.grace + 1s;
    evict(order.id, deadline);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 75);
    EXPECT_GE(end.ended_at, deadline - options_.grace);
    EXPECT_LE(end.ended_at, deadline);
}

TEST_F(SoftReleaseTest, a_job_that_does_not_listen_is_killed_at_the_deadline) {
    open();
    const auto order =
        shell("trap '' TERM; echo up > " + file("up").string() + "; while :; do sleep .01; done");
    start(order, "up");
    const Instant deadline = wall_.now() + 1s;
    evict(order.id, deadline);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 128 + SIGKILL);
    EXPECT_GE(end.ended_at, deadline);
    EXPECT_LE(end.ended_at, deadline + 1s);
}

TEST_F(SoftReleaseTest, by_a_virtual_clock_silence_is_ended_at_the_deadline_too) {
    open(virtual_);
    auto order =
        shell("trap '' TERM; echo up > " + file("up").string() + "; while :; do sleep .01; done");
    order.ends_at = virtual_.now() + 20h;
    start(order, "up");
    evict(order.id, virtual_.now() + 30min);
    virtual_.advance(29min);
    EXPECT_EQ(status(order.id).phase, AttemptStatus::Phase::running);
    virtual_.advance(1min);
    EXPECT_EQ(ended(order.id).exit_code, 128 + SIGKILL);
}

TEST_F(SoftReleaseTest, a_notice_of_any_kind_can_be_withdrawn_also_by_the_next_server) {
    open();
    const auto order = shell("echo up > " + file("up").string() + "; sleep 60");
    start(order, "up");
    for (const char* kind : {"end", "idle"}) {
        launcher_->notify(order.id, kind, wall_.now() + 30min, "Please save.");
        ASSERT_TRUE(std::filesystem::exists(notice_of(order.id))) << kind;
        close();
        open();
        launcher_->withdraw_notice(order.id);
        EXPECT_FALSE(std::filesystem::exists(notice_of(order.id))) << kind;
    }
}

TEST_F(SoftReleaseTest, a_continuation_finds_the_checkpoints_of_the_work_it_goes_on_with) {
    open();
    run(shell("echo epoch 7 > $BERTH_CHECKPOINT_DIR/resume.pt", 17));
    auto second = shell("cat $BERTH_CHECKPOINT_DIR/resume.pt", 18);
    second.work_of = ReservationId{17};
    EXPECT_EQ(run(second).exit_code, 0);
    EXPECT_EQ(text(launcher_->log_file(second.id)), "epoch 7\n");
    EXPECT_FALSE(std::filesystem::exists(launcher_->work_folder({18})));
}

TEST_F(SoftReleaseTest,
       a_continuation_on_other_gpus_waits_until_the_evicted_one_has_left_the_folder) {
    open();
    const auto first = shell("echo up > " + file("up").string() + "; sleep 60", 17);
    start(first, "up");
    auto second = shell("true", 18);
    second.gpus = {"node1/1"};
    second.work_of = ReservationId{17};
    launcher_->start(second);
    EXPECT_EQ(status(second.id).phase, AttemptStatus::Phase::waiting);
    close();
    open();
    EXPECT_EQ(status(second.id).phase, AttemptStatus::Phase::waiting);
    launcher_->stop(first.id);
    EXPECT_EQ(ended(second.id).exit_code, 0);
}

TEST_F(SoftReleaseTest, a_job_of_the_queue_has_its_own_folders_and_is_known_to_the_next_server) {
    open();
    auto order = shell("echo $BERTH_RESERVATION $BERTH_CHECKPOINT_DIR");
    order.id = {ReservationId{4, IdKind::queue_job}, 1};
    run(order);
    EXPECT_EQ(text(launcher_->log_file(order.id)),
              "q-4 " + (options_.work_folder / "q-4" / "checkpoints").string() + "\n");
    close();
    open();
    EXPECT_EQ(status(order.id).exit_code, 0);
}

}  // namespace
}  // namespace berth
