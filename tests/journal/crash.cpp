#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <iostream>
#include <random>

#include "journal/fixture.hpp"
#include "journal/verify.hpp"

namespace berth::testing {
namespace {

using std::chrono::microseconds;
using std::chrono::steady_clock;

// Appends batches of 1 to 8 confirmed reservations for ever, and acknowledges each through the pipe
// once append() has said that it is committed. Each row's reason says where its batch ends.
[[noreturn]] void append_until_killed(const std::string& path, std::uint64_t last, unsigned seed,
                                      int pipe_end) {
    auto journal = SqliteJournal::open(path);
    if (!journal) _exit(2);
    std::mt19937 random(seed);
    for (;;) {
        const auto end = last + 1 + random() % 8;
        std::vector<JournalRow> rows;
        std::vector<Projection> projections;
        for (auto sequence = last + 1; sequence <= end; ++sequence) {
            auto row = row_at(sequence);
            row.reason = std::to_string(end);
            row.event = std::string(random() % 3000, 'e');
            auto reservation = booked(sequence, {"n/0"}, static_cast<int>(sequence),
                                      static_cast<int>(sequence) + 1);
            reservation.revision = sequence;
            row.reservation = reservation.id.text();
            rows.push_back(std::move(row));
            projections.push_back(
                {sequence, std::make_shared<const Reservation>(std::move(reservation))});
        }
        if ((*journal)->append(rows, projections) != CommitOutcome::committed) _exit(3);
        (*journal)->advance("follower", end);
        last = end;
        if (write(pipe_end, &last, sizeof last) != sizeof last) _exit(4);
    }
}

class CrashTest : public JournalTest {
protected:
    // Kills a child that appends after `last` at a random moment; the last row it acknowledged.
    std::uint64_t kill_while_appending(std::uint64_t last, unsigned seed) {
        int ends[2];
        EXPECT_EQ(pipe(ends), 0);
        const pid_t child = fork();
        if (child == 0) append_until_killed(path_, last, seed, ends[1]);
        ::close(ends[1]);
        std::mt19937 random(seed);
        auto acknowledged = last;
        const auto take = [&] {
            return read(ends[0], &acknowledged, sizeof acknowledged) == sizeof acknowledged;
        };
        EXPECT_TRUE(take());  // it is at work
        const auto moment = steady_clock::now() + microseconds(random() % 40'000);
        for (auto now = steady_clock::now(); now < moment; now = steady_clock::now()) {
            const auto left = std::chrono::ceil<std::chrono::milliseconds>(moment - now);
            pollfd ready{.fd = ends[0], .events = POLLIN, .revents = 0};
            if (poll(&ready, 1, static_cast<int>(left.count())) > 0 && !take()) break;
        }
        kill(child, SIGKILL);
        while (take()) {
        }
        ::close(ends[0]);
        int status = 0;
        waitpid(child, &status, 0);
        EXPECT_TRUE(WIFSIGNALED(status)) << "the child ended by itself: " << status;
        return acknowledged;
    }
};

TEST_F(CrashTest, no_acknowledged_row_is_lost_and_no_batch_is_torn_when_the_program_is_killed) {
    const unsigned first_seed = std::random_device{}();
    std::uint64_t last = 0;
    for (unsigned round = 0; round < 20; ++round) {
        SCOPED_TRACE("seed " + std::to_string(first_seed + round));
        const auto acknowledged = kill_while_appending(last, first_seed + round);
        open();
        const auto rows = journal_->rows_after(0, 1'000'000);
        ASSERT_GE(rows.size(), acknowledged);
        last = rows.size();
        ASSERT_EQ(rows.back().reason, std::to_string(last)) << "the last batch is torn";
        EXPECT_EQ(ask("SELECT count(*) FROM claims"), std::to_string(last) + "\n");
        EXPECT_EQ(ask("SELECT max(revision) FROM reservations"), std::to_string(last) + "\n");
        EXPECT_GE(journal_->cursor("follower"), acknowledged);
        close();
        const auto report = verify_journal(path_);
        ASSERT_TRUE(report.has_value()) << report.error();
        ASSERT_FALSE(report->fault.has_value()) << report->fault->message;
        ASSERT_EQ(report->rows, last);
    }
    std::cout << "seeds " << first_seed << " to " << first_seed + 19 << ", " << last << " rows\n";
}

}  // namespace
}  // namespace berth::testing
