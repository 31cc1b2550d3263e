// The live stream without sockets: nothing lost, nothing twice, nobody waits for the slow.
#include "api/event_hub.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <thread>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

class event_hub : public Site {
protected:
    void book(int slot) const {
        Reserve command;
        command.request.gpus.ids = {"node1/0"};
        command.request.start = StartTime{monday_ten + 2h * (slot + 1)};
        command.request.hours = 2;
        submit("alice", command);
    }

    static std::string read_all_there_is(BodyStream& stream) {
        std::string text;
        for (auto piece = stream.next(); piece && !piece->empty(); piece = stream.next()) {
            text += *piece;
        }
        return text;
    }

    static std::vector<std::uint64_t> ids_in(const std::string& text) {
        std::vector<std::uint64_t> ids;
        for (auto at = text.find("id: "); at != std::string::npos; at = text.find("\nid: ", at)) {
            if (text[at] == '\n') ++at;
            ids.push_back(std::stoull(text.substr(at + 4)));
        }
        return ids;
    }

    ProgressBoard board{journal};
    ApiContext with = context();
};

TEST_F(event_hub, a_change_is_told_with_its_reservation) {
    EventHub hub(with, board);
    const auto listener = hub.listen(std::nullopt);
    read_all_there_is(*listener);
    book(0);
    const std::string text = read_all_there_is(*listener);
    EXPECT_THAT(text, StartsWith("id: 2\nevent: reservation_confirmed\ndata: "
                                 R"({"sequence":2,"time":"2026-11-30T02:00:00Z",)"
                                 R"("kind":"reservation_confirmed","actor":"alice",)"
                                 R"("reservation":{"id":"r-1","state":"confirmed",)"));
    EXPECT_THAT(text, HasSubstr(R"("gpus":["node1/0"])"));
    EXPECT_TRUE(text.ends_with("}\n\n"));
}

TEST_F(event_hub, a_new_listener_hears_nothing_of_the_past) {
    EventHub hub(with, board);
    book(0);
    EXPECT_TRUE(ids_in(read_all_there_is(*hub.listen(std::nullopt))).empty());
}

TEST_F(event_hub, who_comes_back_gets_what_it_missed_and_then_what_happens) {
    EventHub hub(with, board);
    for (int slot = 0; slot < 4; ++slot) book(slot);
    const auto listener = hub.listen(3);
    book(4);
    EXPECT_EQ(ids_in(read_all_there_is(*listener)), (std::vector<std::uint64_t>{4, 5, 6}));
    book(5);
    EXPECT_EQ(ids_in(read_all_there_is(*listener)), std::vector<std::uint64_t>{7});
}

TEST_F(event_hub, a_row_about_no_reservation_comes_with_null) {
    EventHub hub(with, board);
    EXPECT_THAT(read_all_there_is(*hub.listen(0)), HasSubstr(R"("reservation":null})"));
}

TEST_F(event_hub, a_long_backlog_is_read_page_by_page) {
    EventHub hub(with, board);
    for (int slot = 0; slot < 450; ++slot) book(slot);
    const auto ids = ids_in(read_all_there_is(*hub.listen(1)));
    ASSERT_EQ(ids.size(), 450U);
    for (std::size_t i = 0; i < ids.size(); ++i) ASSERT_EQ(ids[i], i + 2);
}

TEST_F(event_hub, an_id_from_the_future_starts_from_now) {
    EventHub hub(with, board);
    const auto listener = hub.listen(1000);
    book(0);
    EXPECT_EQ(ids_in(read_all_there_is(*listener)), std::vector<std::uint64_t>{2});
}

TEST_F(event_hub, nothing_is_lost_or_doubled_however_busy_the_hand_over_is) {
    EventHub hub(with, board);
    constexpr std::uint64_t rows = 600;
    std::thread writer([&] {
        for (int slot = 0; slot < static_cast<int>(rows) - 1; ++slot) book(slot);
    });
    for (int round = 0; round < 20; ++round) {
        std::vector<std::uint64_t> ids;
        const auto listener = hub.listen(0);
        const std::uint64_t until = static_cast<std::uint64_t>(round + 1) * rows / 20;
        const auto deadline = std::chrono::steady_clock::now() + 20s;
        while ((ids.empty() || ids.back() < until) && std::chrono::steady_clock::now() < deadline) {
            const auto more = ids_in(listener->next().value_or(""));
            ids.insert(ids.end(), more.begin(), more.end());
        }
        for (std::size_t i = 0; i < ids.size(); ++i) EXPECT_EQ(ids[i], i + 1) << round;
        EXPECT_FALSE(ids.empty() || ids.back() < until) << round;
    }
    writer.join();
}

TEST_F(event_hub, a_listener_that_lags_too_far_behind_is_ended) {
    with.listener_lag = 3;
    EventHub hub(with, board);
    const auto slow = hub.listen(std::nullopt);
    const auto quick = hub.listen(std::nullopt);
    for (int slot = 0; slot < 4; ++slot) {
        book(slot);
        read_all_there_is(*quick);
    }
    slow->next();  // the greeting
    EXPECT_FALSE(slow->next());
    EXPECT_TRUE(quick->next());
}

TEST_F(event_hub, progress_is_told_without_an_id) {
    EventHub hub(with, board);
    const auto listener = hub.listen(std::nullopt);
    read_all_there_is(*listener);
    hub.publish_progress({ReservationId{1}, 1, monday_ten, R"({"lr":0.5})"},
                         {3, 10, std::nullopt, "{}"});
    EXPECT_EQ(read_all_there_is(*listener),
              "event: progress\ndata: "
              R"({"reservation":"r-1","epoch":3,"epochs":10,"eta_seconds":null,"attempt":1,)"
              R"("at":"2026-11-30T02:00:00Z","values":{"lr":5E-1}})"
              "\n\n");
}

TEST_F(event_hub, a_listener_is_woken_by_each_change_and_by_the_end) {
    EventHub hub(with, board);
    std::atomic<int> woken = 0;
    const auto listener = hub.listen(std::nullopt);
    listener->on_more([&] { ++woken; });
    book(0);
    EXPECT_EQ(woken, 1);
    hub.close();
    EXPECT_EQ(woken, 2);
}

TEST_F(event_hub, after_the_close_what_was_queued_is_given_and_then_no_more) {
    EventHub hub(with, board);
    const auto listener = hub.listen(std::nullopt);
    book(0);
    hub.close();
    EXPECT_EQ(ids_in(read_all_there_is(*listener)), std::vector<std::uint64_t>{2});
    EXPECT_FALSE(listener->next());
    const auto late = hub.listen(std::nullopt);
    late->next();
    EXPECT_FALSE(late->next());
}

}  // namespace
}  // namespace berth::test
