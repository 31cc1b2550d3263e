// What ends, when, and what is done for that. Nothing answers: a test says itself what the cluster
// took. That pods are really deleted is tested in tests/cluster.
#include "kubernetes/gang_end.hpp"

#include <filesystem>

#include "assessment_fixture.hpp"
#include "kubernetes/full_disk.hpp"
#include "kubernetes/remembered.hpp"
#include "support/manual_clock.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

class GangEndTest : public AssessmentTest {
protected:
    GangEndTest() {
        const auto ignore = [](const auto&) {};
        attempt_.namespace_name = "berth-jobs";
        attempt_.wish.ordered_at = minute(0);
        attempt_.status.phase = Phase::running;
        client.call_and_wait([&] {
            tools.view = std::make_unique<ClusterView>(
                client, tools.options, std::set<std::string>{},
                ClusterViewListener{
                    .changed = ignore, .node_moved = ignore, .in_step = [] {}, .trouble = ignore});
            tools.logs = std::make_shared<AttemptLogs>(client, folder, ignore, ignore);
            open_record();
            tools.record->note(accepted());
        });
    }
    ~GangEndTest() override {
        client.call_and_wait([this] {
            owner.reset();  // no answer finds the tools gone
            tools.logs->close();
            tools.view.reset();
            close_record();
        });
        fs::remove_all(folder);
    }

    RecordLine accepted() const {
        RecordLine line;
        line.reservation = attempt_.id.reservation;
        line.attempt = attempt_.id.number;
        return line;
    }
    AcceptanceRecord written() const { return AcceptanceRecord(folder / "accepted"); }
    void open_record() {
        tools.record = std::make_unique<RecordWriter>(client, written(), record_owner,
                                                      [](const std::string&) {});
    }
    void close_record() {
        tools.record.reset();  // writes what is left
        record_owner = std::make_shared<int>();
    }
    std::string recorded_stop() {
        client.call_and_wait([this] {
            close_record();
            open_record();
        });
        return written().attempts().at(attempt_.id).stop;
    }
    void advance() {
        client.call_and_wait([&] {
            AttemptSight sight = sight_;
            JobSight gone;
            remember(attempt_, clock.now(), sight, gone);
            gang_end->advance(attempt_, sight);
        });
    }
    // The cluster takes no mark, and the logs are as good as they get.
    void tell_in_vain() {
        attempt_.telling_since = steady_clock::now() - 1min;
        attempt_.logs_since = steady_clock::now() - 1min;
    }
    bool has_asked(const std::string& what) const { return attempt_.asked.contains(what); }
    static std::string deletion(const PodSight& pod) { return "delete " + pod.name + " "; }

    const fs::path folder = test::new_folder("gang-end");
    ClusterAttempt attempt_{.id = {{.number = 1}, 1}};
    test::ManualClock clock{minute(0)};
    std::shared_ptr<int> owner = std::make_shared<int>();
    std::shared_ptr<int> record_owner = std::make_shared<int>();
    ApiClient client{ClusterAccess{.server = "https://127.0.0.1:9", .authority = {}}, {}};
    LauncherTools tools{.client = client,
                        .clock = clock,
                        .options = {},
                        .report = [](const auto&) {},
                        .touch = [](const auto&) {},
                        .touch_later = [](const auto&, auto) {},
                        .find = [](const auto&) -> ClusterAttempt* { return nullptr; },
                        .alive = owner};
    std::optional<GangEnd> gang_end{tools};
    const Instant stop_at = minute(60) - tools.options.grace;
};

TEST_F(GangEndTest, a_job_that_is_stopped_before_it_has_pods_loses_its_token_with_it) {
    gang(1, "Pending");
    attempt_.status.phase = Phase::waiting;
    attempt_.wish.stop = true;
    attempt_.stop_recorded = InRecord::yes;
    advance();
    EXPECT_TRUE(has_asked("delete job"));
    EXPECT_TRUE(has_asked("withdraw token")) << "pods that come all the same would start";
}

TEST_F(GangEndTest, a_stop_that_never_reached_the_cluster_is_taken_back_when_the_end_moves) {
    gang(1);
    const PodSight& pod = running();
    attempt_.wish.ends_at = minute(60);
    clock.move(stop_at);
    advance();
    EXPECT_EQ(attempt_.stop, stop_words::at_end);
    EXPECT_EQ(recorded_stop(), stop_words::at_end);
    EXPECT_TRUE(has_asked("mark"));

    attempt_.wish.ends_at = minute(120);
    tell_in_vain();
    advance();
    EXPECT_FALSE(has_asked(deletion(pod))) << "nothing more while an answer is awaited";
    attempt_.awaited.clear();  // it was refused
    advance();
    EXPECT_EQ(attempt_.stop, "");
    EXPECT_EQ(recorded_stop(), "");
    EXPECT_FALSE(has_asked(deletion(pod)));

    clock.move(stop_at + 60min);
    advance();
    EXPECT_EQ(recorded_stop(), stop_words::at_end);
}

TEST_F(GangEndTest, pods_that_were_told_to_stop_stop_although_the_end_moves) {
    gang(1);
    PodSight& pod = running();
    attempt_.wish.ends_at = minute(60);
    clock.move(stop_at);
    advance();
    attempt_.awaited.clear();
    pod.deleted_at = minute(60);
    attempt_.wish.ends_at = minute(600);
    tell_in_vain();
    advance();
    EXPECT_EQ(attempt_.stop, stop_words::at_end);
    EXPECT_EQ(attempt_.kill_at, minute(60)) << "not hours later";
}

TEST_F(GangEndTest, one_that_waits_without_its_token_stops_although_the_end_moves) {
    gang(1, "Pending");
    waiting("ContainerCreating", "");
    attempt_.status.phase = Phase::waiting;
    attempt_.stop = stop_words::at_end;
    attempt_.token_is_withdrawn = true;
    attempt_.wish.ends_at = minute(60);
    advance();
    EXPECT_EQ(attempt_.stop, stop_words::at_end);
}

TEST_F(GangEndTest, pods_that_came_in_the_place_of_those_that_ran_are_not_waited_for) {
    gang(2);
    attempt_.seen_running = minute(0);
    PodSight& first = pod("Pending");
    pod("Pending");
    first.phase = "Running";
    advance();
    EXPECT_EQ(attempt_.stop, "");
    first.phase = "Pending";
    advance();
    EXPECT_EQ(attempt_.stop, "Its pods were deleted before they were over, and not by Berth.");
}

TEST_F(GangEndTest, pods_of_one_that_never_ran_are_waited_for) {
    gang(1, "Pending");
    waiting("ContainerCreating", "");
    attempt_.status.phase = Phase::waiting;
    advance();
    EXPECT_EQ(attempt_.stop, "");
}

class RecalledStop : public GangEndTest {
protected:
    RecalledStop() {
        gang(1);
        running();
        job_.annotations[annotation::ends_at] = to_rfc3339(minute(60));
        attempt_.stop = stop_words::at_end;
        attempt_.stop_recorded = InRecord::yes;
        clock.move(minute(61));
    }
};

TEST_F(RecalledStop, waits_for_word_of_the_end_and_goes_when_that_has_moved) {
    advance();
    EXPECT_FALSE(has_asked("mark"));
    attempt_.wish.ends_at = minute(120);
    advance();
    EXPECT_EQ(attempt_.stop, "");
    EXPECT_FALSE(has_asked("mark"));
}

TEST_F(RecalledStop, is_acted_upon_once_the_end_is_known_to_be_as_it_was) {
    attempt_.wish.ends_at = minute(60);
    advance();
    EXPECT_TRUE(has_asked("mark"));
}

TEST_F(RecalledStop, is_acted_upon_when_no_word_of_the_end_comes) {
    advance();
    attempt_.asked.at("end") -= 30s;
    advance();
    EXPECT_TRUE(has_asked("mark"));
}

TEST_F(RecalledStop, does_not_keep_its_owner_from_stopping_it) {
    attempt_.wish.stop = true;
    advance();
    EXPECT_TRUE(has_asked("mark"));
}

}  // namespace
}  // namespace berth
