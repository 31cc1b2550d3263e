// A job whose reservation was extended or shortened while it runs: by its supervisor alone, by the
// server's clock, and over restarts.
#include "launch/job_order.hpp"
#include "launch/site_time.hpp"
#include "launch/supervisor_process.hpp"
#include "launcher_fixture.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class MovedEndTest : public LauncherTest {
protected:
    MovedEndTest() { options_.grace = 300ms; }

    // Runs until it is stopped; leaves with 75 when it may.
    AttemptOrder until_stopped(std::uint64_t number = 17) {
        return shell("trap 'exit 75' TERM; echo up > " + up(number).string() +
                         "; while :; do sleep .01; done",
                     number);
    }
    std::filesystem::path up(std::uint64_t number) const {
        return file("up" + std::to_string(number));
    }
    void start(const AttemptOrder& order) {
        launcher_->start(order);
        ASSERT_TRUE(eventually([&] { return !text(up(order.id.reservation.number)).empty(); }));
    }
    // Runs past `end`, by the same clock and grace as the job under test: when it is gone, the job
    // under test would be too.
    void outlive(Instant end) {
        auto other = until_stopped(99);
        other.gpus = {"node1/1"};
        other.ends_at = end;
        launcher_->start(other);
        ended(other.id);
    }
    bool is_running(const AttemptId& id) {
        const auto known = record(id);
        return known && known->phase == JobPhase::running && is_alive(known->job);
    }
    std::filesystem::path notice_of(const AttemptId& id) const {
        return options_.attempts_folder / id.text() / "notice.json";
    }
};

TEST_F(MovedEndTest, an_extended_job_is_not_stopped_at_its_first_end) {
    open();
    auto order = until_stopped();
    order.ends_at = wall_.now() + 2s;
    start(order);
    launcher_->set_end(order.id, order.ends_at + 2h);
    outlive(order.ends_at + 100ms);
    EXPECT_TRUE(is_running(order.id));
}

TEST_F(MovedEndTest, a_supervisor_without_a_server_holds_the_job_to_its_extended_end) {
    open();
    auto order = until_stopped();
    order.ends_at = wall_.now() + 2s;
    start(order);
    launcher_->set_end(order.id, order.ends_at + 700ms);
    close();
    ASSERT_TRUE(eventually([&] { return record(order.id)->phase == JobPhase::ended; }));
    const auto end = *record(order.id);
    EXPECT_EQ(end.exit_code, 75);
    EXPECT_GE(end.ended_at, order.ends_at + 700ms - options_.grace);
    EXPECT_LE(end.ended_at, order.ends_at + 700ms);
}

TEST_F(MovedEndTest, an_extension_that_a_dying_server_only_wrote_down_counts) {
    open();
    auto order = until_stopped();
    order.ends_at = wall_.now() + 2s;
    start(order);
    close();
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    ASSERT_TRUE(folder.move_end(order.ends_at + 700ms));
    ASSERT_TRUE(eventually([&] { return record(order.id)->phase == JobPhase::ended; }));
    EXPECT_GE(record(order.id)->ended_at, order.ends_at + 700ms - options_.grace);
}

TEST_F(MovedEndTest, a_shortened_job_is_stopped_at_its_new_end_also_without_a_server) {
    open();
    const auto order = until_stopped();
    start(order);
    const Instant end = wall_.now() + 1'500ms;
    launcher_->set_end(order.id, end);
    close();
    ASSERT_TRUE(eventually([&] { return record(order.id)->phase == JobPhase::ended; }));
    EXPECT_EQ(record(order.id)->exit_code, 75);
    EXPECT_GE(record(order.id)->ended_at, end - options_.grace);
    EXPECT_LE(record(order.id)->ended_at, end);
}

TEST_F(MovedEndTest, a_job_whose_new_end_has_passed_is_told_now_and_may_still_save) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->set_end(order.id, wall_.now() - 1min);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 75);
    EXPECT_THAT(end.detail, HasSubstr("end of its time"));
}

TEST_F(MovedEndTest, a_job_that_was_told_to_stop_is_not_revived_by_an_extension) {
    open();
    const auto told = file("told").string();
    auto order = shell("trap 'echo told > " + told + "' TERM; echo up > " + up(17).string() +
                       "; while :; do sleep .01; done");
    order.ends_at = wall_.now() + 2s;
    start(order);
    ASSERT_TRUE(appears("told"));
    launcher_->set_end(order.id, order.ends_at + 2h);
    const auto end = ended(order.id);
    EXPECT_EQ(end.exit_code, 128 + SIGKILL);
    EXPECT_THAT(end.detail, HasSubstr("end of its time"));
}

TEST_F(MovedEndTest, by_a_virtual_clock_the_moved_end_counts_also_for_the_next_server) {
    open(virtual_);
    auto order = until_stopped();
    const Instant first_end = order.ends_at = virtual_.now() + 2h;
    start(order);
    launcher_->set_end(order.id, first_end + 2h);
    close();
    open(virtual_);
    virtual_.advance(3h);
    auto other = until_stopped(99);
    other.gpus = {"node1/1"};
    other.ends_at = virtual_.now() + 1min;
    start(other);
    virtual_.advance(1min);
    ended(other.id);
    EXPECT_TRUE(is_running(order.id));
    virtual_.advance(59min);
    EXPECT_EQ(ended(order.id).exit_code, 75);
    EXPECT_EQ(status(order.id).ended_at, first_end + 2h);
}

TEST_F(MovedEndTest, a_waiting_job_that_was_extended_starts_with_its_new_end) {
    open();
    const auto first = until_stopped(1);
    start(first);
    auto second = until_stopped(2);
    second.ends_at = wall_.now() + 1'500ms;
    launcher_->start(second);
    launcher_->set_end(second.id, second.ends_at + 2h);
    outlive(second.ends_at + 100ms);
    EXPECT_EQ(status(second.id).phase, AttemptStatus::Phase::waiting);
    launcher_->stop(first.id);
    EXPECT_TRUE(eventually([&] { return is_running(second.id); }));
}

TEST_F(MovedEndTest, the_same_end_is_written_once) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->set_end(order.id, order.ends_at);
    const auto moved = options_.attempts_folder / order.id.text() / "end.json";
    EXPECT_FALSE(std::filesystem::exists(moved));
    launcher_->set_end(order.id, order.ends_at + 1h);
    const auto written = std::filesystem::last_write_time(moved);
    close();
    open();
    launcher_->set_end(order.id, order.ends_at + 1h);
    EXPECT_EQ(std::filesystem::last_write_time(moved), written);
}

TEST_F(MovedEndTest, an_end_that_cannot_be_written_is_written_as_soon_as_it_can_be) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->notify(order.id, "end", order.ends_at, "Please save.");
    const auto attempt = options_.attempts_folder / order.id.text();
    std::filesystem::create_directory(attempt / "end.json.new");  // stands in the way
    launcher_->set_end(order.id, order.ends_at + 2h);
    EXPECT_TRUE(std::filesystem::exists(notice_of(order.id))) << "the supervisor does not know yet";
    std::filesystem::remove(attempt / "end.json.new");
    EXPECT_TRUE(eventually([&] { return AttemptFolder(attempt).moved_end().has_value(); }));
    EXPECT_TRUE(eventually([&] { return !std::filesystem::exists(notice_of(order.id)); }));
}

TEST_F(MovedEndTest, a_notice_of_an_end_that_was_moved_away_is_withdrawn) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->notify(order.id, "end", order.ends_at, "Please save.");
    ASSERT_TRUE(std::filesystem::exists(notice_of(order.id)));
    launcher_->set_end(order.id, order.ends_at);
    EXPECT_TRUE(std::filesystem::exists(notice_of(order.id)));
    launcher_->set_end(order.id, order.ends_at + 2h);
    EXPECT_FALSE(std::filesystem::exists(notice_of(order.id)));
}

TEST_F(MovedEndTest, a_notice_of_something_else_than_the_end_stays_when_the_end_moves) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->notify(order.id, "release", wall_.now() + 5min, "Please leave.");
    launcher_->set_end(order.id, order.ends_at + 2h);
    EXPECT_TRUE(std::filesystem::exists(notice_of(order.id)));
}

TEST_F(MovedEndTest, a_notice_that_a_dying_server_did_not_withdraw_is_withdrawn_by_the_next) {
    open();
    const auto order = until_stopped();
    start(order);
    launcher_->notify(order.id, "end", order.ends_at, "Please save.");
    close();
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    ASSERT_TRUE(folder.move_end(order.ends_at + 2h));
    open();
    EXPECT_FALSE(std::filesystem::exists(notice_of(order.id)));
}

// The server's clock is an hour behind the wall clock, which has just jumped.
TEST_F(MovedEndTest, a_supervisor_goes_by_the_servers_time_when_the_wall_clock_is_wrong) {
    auto order = until_stopped();
    order.ends_at = wall_.now() - 1min;
    const AttemptFolder folder(options_.attempts_folder / order.id.text());
    for (const auto& path : {folder.path(), work_folder_of(order.id.reservation, options_)}) {
        ASSERT_TRUE(make_folder_durably(path));
    }
    ASSERT_TRUE(folder.write_order(
        make_job_order(order, folder, options_, wall_.now() - 1h, SiteClock::wall)));
    ASSERT_TRUE(run_supervisor(options_.supervisor, folder, wall_.now() - 1h - since_boot()));
    ASSERT_TRUE(appears("up17"));
    EXPECT_TRUE(is_running(order.id));
    EXPECT_LT(record(order.id)->started_at, order.ends_at);
    EXPECT_THAT(text(folder.path() / "supervisor.log"), HasSubstr("the wall clock jumped ahead"));
}

}  // namespace
}  // namespace berth
