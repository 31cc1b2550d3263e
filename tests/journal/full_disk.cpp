#include <sched.h>
#include <sys/mount.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <functional>
#include <iostream>

#include "journal/faulty_disk.hpp"
#include "journal/fixture.hpp"
#include "journal/verify.hpp"

namespace berth::testing {
namespace {

class FullDiskTest : public JournalTest {
protected:
    void TearDown() override { FaultyDisk::mend(); }

    // One batch of this many kilobytes.
    CommitOutcome append_kilobytes(int kilobytes) {
        auto row = row_at(last_ + 1);
        row.event = std::string(static_cast<std::size_t>(kilobytes) * 1024, 'x');
        auto reservation = booked(row.sequence, {"n/0"}, static_cast<int>(row.sequence),
                                  static_cast<int>(row.sequence) + 1);
        reservation.revision = row.sequence;
        row.reservation = reservation.id.text();
        const auto outcome = journal_->append(
            std::vector{row}, std::vector{Projection{
                                  row.sequence, std::make_shared<const Reservation>(reservation)}});
        if (outcome == CommitOutcome::committed) ++last_;
        return outcome;
    }

    // All rows that were committed and no others, each with its projection.
    void expect_whole() {
        EXPECT_EQ(journal_->rows_after(0, 100'000).size(), last_);
        EXPECT_EQ(ask("SELECT count(*) FROM claims"), std::to_string(last_) + "\n");
        const auto report = verify_journal(path_);
        ASSERT_TRUE(report.has_value()) << report.error();
        EXPECT_FALSE(report->fault.has_value()) << report->fault->message;
        EXPECT_EQ(report->rows, last_);
    }
};

TEST_F(FullDiskTest, a_file_at_its_limit_refuses_the_batch_and_goes_on_when_it_may_grow) {
    open({.most_pages = 60});
    auto outcome = CommitOutcome::committed;
    while (outcome == CommitOutcome::committed && last_ < 1000) outcome = append_kilobytes(10);
    EXPECT_EQ(outcome, CommitOutcome::disk_full);
    EXPECT_THAT(journal_->last_error(), ::testing::HasSubstr("full"));
    expect_whole();
    EXPECT_EQ(append_kilobytes(10), CommitOutcome::disk_full);
    close();
    open();
    EXPECT_EQ(append_kilobytes(10), CommitOutcome::committed);
    expect_whole();
}

// Wherever in the transaction the disk turns out to be full, the batch is either there or not.
TEST_F(FullDiskTest, a_disk_that_fills_up_at_any_write_leaves_whole_batches) {
    open();
    ASSERT_EQ(append_kilobytes(1), CommitOutcome::committed);
    int refused = 0;
    for (int good_writes = 0;; ++good_writes) {
        ASSERT_LT(good_writes, 1000);
        FaultyDisk::fail_writes_after(good_writes, ENOSPC);
        const auto outcome = append_kilobytes(40);
        FaultyDisk::mend();
        if (outcome == CommitOutcome::committed) break;
        ASSERT_EQ(outcome, CommitOutcome::disk_full) << "after " << good_writes << " writes";
        ++refused;
        ASSERT_EQ(append_kilobytes(1), CommitOutcome::committed) << journal_->last_error();
    }
    EXPECT_GT(refused, 10);
    expect_whole();
}

TEST_F(FullDiskTest, a_failed_write_of_another_kind_is_an_unknown_outcome) {
    open();
    ASSERT_EQ(append_kilobytes(1), CommitOutcome::committed);
    FaultyDisk::fail_writes_after(3, EIO);
    EXPECT_EQ(append_kilobytes(40), CommitOutcome::unknown);
}

TEST_F(FullDiskTest, after_a_failed_sync_nothing_is_appended_any_more) {
    open();
    ASSERT_EQ(append_kilobytes(1), CommitOutcome::committed);
    FaultyDisk::fail_syncs(EIO);
    EXPECT_EQ(append_kilobytes(1), CommitOutcome::unknown);
    FaultyDisk::mend();
    EXPECT_EQ(append_kilobytes(1), CommitOutcome::unknown);
    // Recovery decides: whatever it finds is whole, and can be appended to.
    close();
    open();
    last_ = journal_->rows_after(0, 1000).size();
    EXPECT_EQ(append_kilobytes(1), CommitOutcome::committed);
    expect_whole();
}

// Runs in a child, in mounts of its own. What it says is empty when all is well.
std::string fill_small_disk(const std::string& folder,
                            const std::function<std::string(const std::string&)>& body) {
    if (unshare(CLONE_NEWNS) != 0 ||
        mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
        mount("tmpfs", folder.c_str(), "tmpfs", 0, "size=2m") != 0) {
        return "no mount";
    }
    return body(folder);
}

std::string in_child(const std::function<std::string()>& body) {
    int ends[2];
    if (pipe(ends) != 0) return "no pipe";
    const pid_t child = fork();
    if (child == 0) {
        const auto said = body();
        const auto written = write(ends[1], said.data(), said.size());
        _exit(written == static_cast<ssize_t>(said.size()) ? 0 : 1);
    }
    ::close(ends[1]);
    std::string said;
    char buffer[256];
    for (ssize_t size = 0; (size = read(ends[0], buffer, sizeof buffer)) > 0;) {
        said.append(buffer, static_cast<std::size_t>(size));
    }
    ::close(ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status == 0 ? said : said + " (the child ended with " + std::to_string(status) + ")";
}

std::string append_until_full_and_again(const std::string& path, const std::function<void()>& fill,
                                        const std::function<void()>& free) {
    auto journal = SqliteJournal::open(path);
    if (!journal) return journal.error();
    std::uint64_t sequence = 0;
    const auto append = [&] {
        auto row = row_at(sequence + 1);
        row.event = std::string(8000, 'x');
        const auto outcome = (*journal)->append(std::vector{row}, {});
        if (outcome == CommitOutcome::committed) ++sequence;
        return outcome;
    };
    if (append() != CommitOutcome::committed) return "the first append failed";
    fill();
    auto outcome = CommitOutcome::committed;
    while (outcome == CommitOutcome::committed && sequence < 10'000) outcome = append();
    if (outcome != CommitOutcome::disk_full) return "not disk_full: " + (*journal)->last_error();
    if ((*journal)->rows_after(0, 100'000).size() != sequence) return "rows are missing";
    free();
    if (append() != CommitOutcome::committed) return "still: " + (*journal)->last_error();
    const auto report = verify_journal(path);
    if (!report) return report.error();
    if (report->fault) return report->fault->message;
    return report->rows == sequence ? "" : "another number of rows";
}

TEST_F(FullDiskTest, a_disk_that_is_really_full_refuses_and_appends_again_once_there_is_room) {
    const auto ballast = folder_.file("ballast");
    const auto said = in_child([&] {
        return fill_small_disk(folder_.path().string(), [&](const std::string&) {
            return append_until_full_and_again(
                path_,
                [&] {
                    std::ofstream file(ballast, std::ios::binary);
                    const std::string block(4096, 'b');
                    while (file.write(block.data(), 4096).flush()) {
                    }
                },
                [&] { std::filesystem::remove(ballast); });
        });
    });
    if (said != "no mount") {
        EXPECT_EQ(said, "");
        return;
    }
    std::cout << "a disk cannot be mounted here: every write fails with ENOSPC instead\n";
    EXPECT_EQ(
        append_until_full_and_again(
            path_, [] { FaultyDisk::fail_writes_after(0, ENOSPC); }, [] { FaultyDisk::mend(); }),
        "");
}

}  // namespace
}  // namespace berth::testing
