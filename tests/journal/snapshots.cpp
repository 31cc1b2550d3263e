#include <chrono>
#include <fstream>
#include <iterator>
#include <thread>

#include "booking/event.hpp"
#include "journal/fixture.hpp"
#include "journal/sha256.hpp"

namespace berth::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class SnapshotsTest : public JournalTest {
protected:
    void SetUp() override {
        open();
        append_rows(3);
    }

    // Keeps the text as the state after the last row.
    SnapshotTaken keep(const std::string& text) {
        const auto taken = journal_->keep({last_, text});
        EXPECT_TRUE(taken.has_value()) << taken.error();
        return taken.value_or(SnapshotTaken{});
    }
    void vouch_for(const SnapshotTaken& taken) {
        auto row = row_at(last_ + 1);
        row.reservation.clear();
        row.kind = "snapshot_taken";
        row.event = encode_event(taken);
        ASSERT_EQ(journal_->append(std::vector{row}, {}), CommitOutcome::committed);
        ++last_;
    }
    void keep_and_vouch(const std::string& text) { vouch_for(keep(text)); }

    // Its text, or "none".
    std::string newest() {
        reports_.clear();
        const auto snapshot =
            journal_->newest([&](const std::string& report) { reports_.push_back(report); });
        return snapshot ? snapshot->bytes : "none";
    }
    std::string file_of(std::uint64_t through) const {
        return path_ + ".snapshot-" + std::to_string(through);
    }
    std::vector<std::string> snapshot_files() const {
        std::vector<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path())) {
            const auto name = entry.path().filename().string();
            if (name.find(".snapshot-") != std::string::npos) names.push_back(name);
        }
        std::ranges::sort(names);
        return names;
    }

    std::vector<std::string> reports_;
};

TEST_F(SnapshotsTest, without_one_there_is_none_and_nothing_to_report) {
    EXPECT_EQ(newest(), "none");
    EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(SnapshotsTest, one_counts_only_once_a_row_vouches_for_it) {
    const auto taken = keep("the state after row 3");
    EXPECT_EQ(newest(), "none");
    vouch_for(taken);
    EXPECT_EQ(newest(), "the state after row 3");
    close();
    open();
    EXPECT_EQ(newest(), "the state after row 3");
    EXPECT_EQ(journal_->newest({})->through, 3U);
    EXPECT_THAT(reports_, IsEmpty());
}

TEST_F(SnapshotsTest, what_keep_returns_names_the_row_and_the_bytes_of_the_file) {
    const auto taken = keep(std::string(100'000, 's'));
    EXPECT_EQ(taken.through, 3U);
    EXPECT_EQ(taken.row_hash + "\n", ask("SELECT hash FROM journal WHERE sequence = 3"));
    std::ifstream file(file_of(3), std::ios::binary);
    const std::string bytes(std::istreambuf_iterator<char>(file), {});
    EXPECT_EQ(taken.digest, sha256_of(bytes));
    EXPECT_LT(bytes.size(), 1'000U);
}

TEST_F(SnapshotsTest, the_newest_two_that_are_vouched_for_are_kept) {
    for (const std::string text : {"first", "second", "third"}) keep_and_vouch(text);
    EXPECT_EQ(newest(), "third");
    keep("fourth");
    EXPECT_THAT(snapshot_files(),
                ElementsAre("journal.sqlite.snapshot-4", "journal.sqlite.snapshot-5",
                            "journal.sqlite.snapshot-6"));
    EXPECT_EQ(newest(), "third");
}

TEST_F(SnapshotsTest, a_changed_one_is_reported_and_the_one_before_is_taken) {
    keep_and_vouch("first");
    keep_and_vouch("second");
    std::ofstream(file_of(4), std::ios::binary | std::ios::app) << "x";
    EXPECT_EQ(newest(), "first");
    EXPECT_THAT(reports_, ElementsAre("the snapshot of row 4 is passed over: its file " +
                                      file_of(4) + " was changed: the digest does not fit"));
}

TEST_F(SnapshotsTest, missing_ones_are_reported) {
    keep_and_vouch("first");
    keep_and_vouch("second");
    std::filesystem::remove(file_of(3));
    std::filesystem::remove(file_of(4));
    EXPECT_EQ(newest(), "none");
    EXPECT_THAT(reports_, ElementsAre("the snapshot of row 4 is passed over: its file " +
                                          file_of(4) + " is missing",
                                      "the snapshot of row 3 is passed over: its file " +
                                          file_of(3) + " is missing"));
}

TEST_F(SnapshotsTest, one_whose_row_was_changed_is_passed_over) {
    keep_and_vouch("first");
    keep_and_vouch("second");
    edit("UPDATE journal SET reason = 'another' WHERE sequence = 4");
    EXPECT_EQ(newest(), "first");
    EXPECT_THAT(reports_, ElementsAre("the snapshot of row 4 is passed over: row 4 was changed:"
                                      " its hash does not fit its contents"));
}

TEST_F(SnapshotsTest, one_whose_row_was_replaced_by_another_that_fits_itself_is_passed_over) {
    auto taken = keep("first");
    taken.row_hash[0] = taken.row_hash[0] == '0' ? '1' : '0';
    vouch_for(taken);
    EXPECT_EQ(newest(), "none");
    EXPECT_THAT(reports_, ElementsAre("the snapshot of row 3 is passed over: row 3 is another one"
                                      " than it was taken after"));
}

TEST_F(SnapshotsTest, one_of_a_row_that_is_not_there_is_not_kept) {
    const auto taken = journal_->keep({17, "the future"});
    ASSERT_FALSE(taken.has_value());
    EXPECT_EQ(taken.error(), "the journal has no row 17");
    EXPECT_THAT(snapshot_files(), IsEmpty());
}

TEST_F(SnapshotsTest, a_half_written_file_of_a_crash_is_removed_at_the_next_start) {
    keep_and_vouch("first");
    std::ofstream(path_ + ".snapshot-new") << "half";
    close();
    open();
    EXPECT_THAT(snapshot_files(), ElementsAre("journal.sqlite.snapshot-3"));
    EXPECT_EQ(newest(), "first");
}

TEST_F(SnapshotsTest, where_no_file_can_be_made_the_failure_is_a_sentence) {
    std::filesystem::create_directory(path_ + ".snapshot-new");
    const auto taken = journal_->keep({last_, "state"});
    ASSERT_FALSE(taken.has_value());
    EXPECT_THAT(taken.error(), HasSubstr("cannot open " + path_ + ".snapshot-new"));
}

TEST_F(SnapshotsTest, batches_are_appended_while_a_large_one_is_kept) {
    std::string text;
    for (int i = 0; text.size() < 40'000'000; ++i) text += "reservation " + std::to_string(i);
    std::atomic<bool> kept = false;
    std::jthread keeper([&, through = last_] {
        EXPECT_TRUE(journal_->keep({through, text}).has_value());
        kept = true;
    });
    std::uint64_t beside = 0;
    auto worst = std::chrono::steady_clock::duration::zero();
    while (!kept) {
        const auto before = std::chrono::steady_clock::now();
        append_rows(8);
        worst = std::max(worst, std::chrono::steady_clock::now() - before);
        if (!kept) ++beside;
    }
    EXPECT_GT(beside, 0U);
    std::cout << beside << " batches beside it, the longest took "
              << std::chrono::duration<double, std::milli>(worst).count() << " ms\n";
}

}  // namespace
}  // namespace berth::testing
