#include "kubernetes/acceptance_record.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <fstream>

#include "kubernetes/full_disk.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

class AcceptanceRecords : public testing::Test {
protected:
    AcceptanceRecords() { fs::create_directories(folder); }
    ~AcceptanceRecords() override { fs::remove_all(folder); }

    static RecordLine line(RecordedStep step, std::uint64_t reservation, int attempt) {
        RecordLine made;
        made.step = step;
        made.reservation = {.number = reservation};
        made.attempt = attempt;
        return made;
    }

    const fs::path folder = fs::temp_directory_path() / ("record" + std::to_string(::getpid()));
    const fs::path file = folder / "accepted";
    const AttemptId first{{1}, 1};
};

TEST_F(AcceptanceRecords, what_was_accepted_is_known_after_a_restart) {
    RecordLine accepted = line(RecordedStep::accepted, 1, 1);
    accepted.namespace_name = "berth-jobs";
    accepted.job_uid = "c00ba98e";
    accepted.ordered_at = Instant{1'800'000'000s};
    ASSERT_TRUE(AcceptanceRecord(file).add({accepted}));
    const AcceptanceRecord again(file);
    ASSERT_TRUE(again.attempts().contains(first));
    const RecordedAttempt& known = again.attempts().at(first);
    EXPECT_EQ(known.step, RecordedStep::accepted);
    EXPECT_EQ(known.facts.namespace_name, "berth-jobs");
    EXPECT_EQ(known.facts.job_uid, "c00ba98e");
    EXPECT_EQ(known.facts.ordered_at, accepted.ordered_at);
    EXPECT_FALSE(known.end);
}

TEST_F(AcceptanceRecords, how_it_ended_is_known_beside_how_it_began) {
    RecordLine ended = line(RecordedStep::ended, 1, 1);
    ended.exit_code = 75;
    ended.detail = "Stopped at the end of its time.";
    RecordLine accepted = line(RecordedStep::accepted, 1, 1);
    accepted.work_folder = "r-1";
    ASSERT_TRUE(AcceptanceRecord(file).add({accepted, ended}));
    for (int restart = 0; restart < 2; ++restart) {
        const AcceptanceRecord again(file);
        const RecordedAttempt& known = again.attempts().at(first);
        EXPECT_EQ(known.step, RecordedStep::ended);
        EXPECT_EQ(known.facts.work_folder, "r-1");
        ASSERT_TRUE(known.end);
        EXPECT_EQ(known.end->exit_code, 75);
        EXPECT_EQ(known.end->detail, "Stopped at the end of its time.");
    }
}

TEST_F(AcceptanceRecords, why_it_is_being_stopped_is_known_until_it_is_forgotten) {
    const RecordLine stopping = stopping_line(first, "Stopped at the end of its time.");
    ASSERT_TRUE(AcceptanceRecord(file).add({line(RecordedStep::accepted, 1, 1), stopping}));
    for (int restart = 0; restart < 2; ++restart) {
        const AcceptanceRecord again(file);
        const RecordedAttempt& known = again.attempts().at(first);
        EXPECT_EQ(known.facts.step, RecordedStep::accepted);
        EXPECT_EQ(known.stop, "Stopped at the end of its time.");
        EXPECT_FALSE(known.end);
    }
    ASSERT_TRUE(AcceptanceRecord(file).add({line(RecordedStep::forgotten, 1, 1), stopping}));
    EXPECT_TRUE(AcceptanceRecord(file).attempts().empty());
}

TEST_F(AcceptanceRecords, what_never_began_ends_as_well) {
    RecordLine ended = line(RecordedStep::ended, 1, 1);
    ended.detail = "Given up";
    ASSERT_TRUE(AcceptanceRecord(file).add({ended}));
    const AcceptanceRecord again(file);
    ASSERT_TRUE(again.attempts().at(first).end);
    EXPECT_EQ(again.attempts().at(first).end->detail, "Given up");
}

TEST_F(AcceptanceRecords, a_line_that_a_crash_cut_off_is_as_if_never_written) {
    ASSERT_TRUE(AcceptanceRecord(file).add({line(RecordedStep::accepted, 1, 1)}));
    std::ofstream(file, std::ios::app) << R"({"step":"accepted","reservation":"r-2","att)";
    {
        AcceptanceRecord again(file);
        EXPECT_EQ(again.attempts().size(), 1U);
        ASSERT_TRUE(again.add({line(RecordedStep::accepted, 3, 1)}));
    }
    EXPECT_EQ(AcceptanceRecord(file).attempts().size(), 2U);
}

TEST_F(AcceptanceRecords, half_a_line_on_a_full_disk_spoils_no_other) {
    AcceptanceRecord record(file);
    ASSERT_TRUE(record.add({line(RecordedStep::accepted, 1, 1)}));
    {
        const test::FullDisk full(fs::file_size(file) + 10);
        EXPECT_FALSE(record.add({line(RecordedStep::accepted, 2, 1)}));
        EXPECT_FALSE(record.is_whole());
    }
    ASSERT_TRUE(record.add({line(RecordedStep::accepted, 3, 1)}));
    EXPECT_TRUE(record.is_whole());
    EXPECT_EQ(AcceptanceRecord(file).attempts().size(), 3U);
}

TEST_F(AcceptanceRecords, it_does_not_grow_for_ever) {
    AcceptanceRecord record(file);
    std::vector<RecordLine> lines;
    for (std::uint64_t number = 1; number <= 6'000; ++number) {
        lines.push_back(line(RecordedStep::accepted, number, 1));
        lines.push_back(line(RecordedStep::forgotten, number, 1));
    }
    lines.push_back(line(RecordedStep::accepted, 6'001, 1));
    ASSERT_TRUE(record.add(lines));
    EXPECT_LT(fs::file_size(file), 1'000U);
    EXPECT_EQ(AcceptanceRecord(file).attempts().size(), 1U);
}

TEST_F(AcceptanceRecords, what_is_forgotten_takes_no_room_after_a_restart) {
    {
        AcceptanceRecord record(file);
        for (std::uint64_t number = 1; number <= 100; ++number) {
            ASSERT_TRUE(record.add({line(RecordedStep::accepted, number, 1),
                                    line(RecordedStep::ended, number, 1),
                                    line(RecordedStep::forgotten, number, 1)}));
        }
        EXPECT_TRUE(record.attempts().empty());
    }
    EXPECT_TRUE(AcceptanceRecord(file).attempts().empty());
    EXPECT_EQ(fs::file_size(file), 0U);
}

TEST_F(AcceptanceRecords, a_file_that_cannot_be_read_is_not_taken_for_an_empty_one) {
    fs::create_symlink(file, file);  // round and round
    EXPECT_THROW(AcceptanceRecord{file}, std::runtime_error);
    EXPECT_TRUE(fs::is_symlink(file)) << "nothing was written over";
}

TEST_F(AcceptanceRecords, what_was_accepted_stays_so_when_it_is_prepared_late) {
    AcceptanceRecord record(file);
    ASSERT_TRUE(
        record.add({line(RecordedStep::accepted, 1, 1), line(RecordedStep::prepared, 1, 1)}));
    EXPECT_EQ(record.attempts().at(first).step, RecordedStep::accepted);
}

}  // namespace
}  // namespace berth
