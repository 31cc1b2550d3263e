#include <fstream>

#include "booking/event.hpp"
#include "journal/fixture.hpp"
#include "journal/journal_reader.hpp"

namespace berth::testing {
namespace {

using ::testing::HasSubstr;

class ReadingOfflineTest : public JournalTest {
protected:
    // A booking, then a snapshot of the state after it.
    void SetUp() override {
        open();
        append_rows(2);
        ASSERT_EQ(append(booked(7, {"n/0"}, 4, 8)), CommitOutcome::committed);
        const auto taken = journal_->keep({last_, "the state"});
        ASSERT_TRUE(taken.has_value()) << taken.error();
        auto row = row_at(last_ + 1);
        row.kind = "snapshot_taken";
        row.event = encode_event(*taken);
        ASSERT_EQ(journal_->append(std::vector{row}, {}), CommitOutcome::committed);
        ++last_;
    }

    std::unique_ptr<JournalReader> reader() {
        auto opened = JournalReader::open(path_);
        EXPECT_TRUE(opened.has_value()) << opened.error();
        return opened ? std::move(*opened) : nullptr;
    }

    static void expect_everything(JournalReader& reader, std::size_t rows) {
        std::size_t read = 0;
        const auto walked = reader.read_after(0, [&](const JournalRow&) { ++read; });
        EXPECT_TRUE(walked.has_value()) << walked.error();
        EXPECT_EQ(read, rows);
        AuditQuery vision;
        vision.team = "vision";
        EXPECT_EQ(reader.audit(vision).size(), 1U);
        ReservationQuery on_gpu;
        on_gpu.gpu = "n/0";
        EXPECT_EQ(reader.reservations(on_gpu).size(), 1U);
        EXPECT_TRUE(reader.reservation({7}).has_value());
        const auto snapshot = reader.newest({});
        ASSERT_TRUE(snapshot.has_value());
        EXPECT_EQ(snapshot->bytes, "the state");
    }
};

TEST_F(ReadingOfflineTest, a_journal_is_read_when_no_server_runs_and_can_be_served_meanwhile) {
    close();
    const auto offline = reader();
    expect_everything(*offline, last_);
    open();
    append_rows(1);
}

TEST_F(ReadingOfflineTest, a_journal_is_read_beside_its_server_and_shows_what_it_appends) {
    const auto beside = reader();
    expect_everything(*beside, last_);
    append_rows(1);
    expect_everything(*beside, last_);
}

TEST_F(ReadingOfflineTest, reading_changes_nothing) {
    close();
    const auto content = [&] {
        std::ifstream file(path_, std::ios::binary);
        return std::string(std::istreambuf_iterator<char>(file), {});
    };
    const auto before = content();
    expect_everything(*reader(), last_);
    EXPECT_EQ(content(), before);
}

TEST_F(ReadingOfflineTest, a_read_that_starts_later_checks_the_row_it_starts_from) {
    close();
    edit("UPDATE journal SET reason = '' WHERE sequence = 2");
    const auto offline = reader();
    const auto read = offline->read_after(2, [](const JournalRow&) {});
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error(), "row 2 was changed: its hash does not fit its contents");
    EXPECT_TRUE(offline->read_after(3, [](const JournalRow&) {}).has_value());
}

TEST_F(ReadingOfflineTest, what_cannot_be_read_is_a_sentence) {
    close();
    EXPECT_EQ(JournalReader::open(folder_.file("none")).error(),
              "there is no journal " + folder_.file("none"));
    EXPECT_FALSE(std::filesystem::exists(folder_.file("none")));
    std::ofstream(folder_.file("diary")) << "dear diary, today the GPUs were all taken again\n";
    EXPECT_THAT(JournalReader::open(folder_.file("diary")).error(), HasSubstr("not a database"));
    edit("PRAGMA user_version = 4");
    EXPECT_THAT(JournalReader::open(path_).error(), HasSubstr("was written by a newer Berth"));
}

}  // namespace
}  // namespace berth::testing
