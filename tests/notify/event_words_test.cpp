// What people read about what happens to their reservation, and who reads it.
#include "notify/event_words.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "notify/message.hpp"

namespace berth {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();

class EventWords : public testing::Test {
protected:
    EventWords() {
        reservation.id = {17};
        reservation.owner = "alice";
        reservation.title = "生产模型 v8l";
        reservation.gpus = {"node1/0", "node1/1", "node1/2", "node1/3"};
        reservation.state = ReservationState::running;
        reservation.start = noon;
        reservation.end = reservation.booked_end = noon + 20h;
    }

    std::vector<Message> told(const Event& event, const std::string& actor = "berth") {
        Published published;
        published.row.time = noon;
        published.row.actor = actor;
        published.row.reason = why;
        published.row.kind = event_kind(event);
        published.row.event = encode_event(event);
        published.reservation = std::make_shared<const Reservation>(reservation);
        const auto messages = messages_about(published, grid);
        EXPECT_TRUE(messages.empty() || is_ever_mailed(published.row.kind)) << published.row.kind;
        return messages;
    }
    // The one message, to the owner.
    std::string text(const Event& event, const std::string& actor = "berth") {
        const auto messages = told(event, actor);
        if (messages.size() != 1) return std::to_string(messages.size()) + " messages";
        EXPECT_EQ(messages[0].to, "alice");
        return messages[0].subject + "\n" + messages[0].body;
    }
    static Notice notice(NoticeKind kind) { return {kind, noon, noon + 30min, {}}; }

    SlotGrid grid = SlotGrid::make("Asia/Shanghai", 120min).value();
    Reservation reservation;
    std::string why;
};

TEST_F(EventWords, who_is_evicted_reads_how_many_gpus_go_and_when_in_both_languages) {
    const auto mail = text(NoticeGiven{{17}, notice(NoticeKind::eviction)});
    EXPECT_THAT(mail, HasSubstr("the 4 GPUs you are using will be reclaimed in 30 minutes; please "
                                "save a checkpoint"));
    EXPECT_THAT(mail,
                HasSubstr("您正在使用的4块GPU将在30分钟后被回收,请做好保存 checkpoint 的准备。"));
    EXPECT_THAT(mail, HasSubstr("The deadline is 2026-11-30 20:30:00."));
}

TEST_F(EventWords, every_kind_of_notice_says_what_it_is_about) {
    const auto about = [&](NoticeKind kind) { return text(NoticeGiven{{17}, notice(kind)}); };
    EXPECT_THAT(about(NoticeKind::maintenance), HasSubstr("for maintenance in 30 minutes"));
    EXPECT_THAT(about(NoticeKind::idle), HasSubstr("show no use"));
    EXPECT_THAT(about(NoticeKind::no_show), HasSubstr("check in to keep them"));
    EXPECT_THAT(about(NoticeKind::end), HasSubstr("your booked time ends in 30 minutes"));
}

TEST_F(EventWords, the_last_seconds_and_a_single_gpu_are_not_miscounted) {
    reservation.gpus = {"node1/0"};
    const Notice short_notice{NoticeKind::eviction, noon, noon + 90s, {}};
    EXPECT_THAT(text(NoticeGiven{{17}, short_notice}),
                AllOf(HasSubstr("the GPU you are using will be reclaimed in 90 seconds"),
                      HasSubstr("您正在使用的1块GPU将在90秒后被回收")));
}

TEST_F(EventWords, a_withdrawn_notice_is_told_unless_the_owner_made_it_void) {
    EXPECT_THAT(text(NoticeWithdrawn{{17}}), HasSubstr("it keeps its GPUs"));
    EXPECT_THAT(told(NoticeWithdrawn{{17}}, "alice"), testing::IsEmpty());
}

TEST_F(EventWords, an_eviction_still_to_come_says_who_begins_when_and_so_does_its_end) {
    EXPECT_THAT(text(EvictionPlanned{{17}, {30}, noon + 4h}),
                AllOf(HasSubstr("r-17 has its GPUs until 2026-12-01 00:00:00"), HasSubstr("r-30"),
                      HasSubstr("P0")));
    EXPECT_THAT(text(EvictionCalledOff{{17}, noon + 20h}),
                HasSubstr("until 2026-12-01 16:00:00 again"));
}

TEST_F(EventWords, a_continuation_says_what_it_goes_on_with_and_when) {
    reservation.continues = ReservationId{9};
    EXPECT_THAT(text(ReservationConfirmed{reservation}),
                AllOf(HasSubstr("The work of r-9 goes on as r-17: 2026-11-30 20:00:00"),
                      HasSubstr("r-9 的工作将由 r-17 继续")));
    EXPECT_THAT(text(ReservationWaitlisted{reservation}), HasSubstr("no room yet"));
}

TEST_F(EventWords, what_people_book_themselves_is_no_news) {
    EXPECT_TRUE(told(ReservationConfirmed{reservation}, "alice").empty());
    EXPECT_TRUE(told(ReservationWaitlisted{reservation}, "alice").empty());
    const WindowBooked accepted{{17}, {"node1/0"}, noon, noon + 2h};
    EXPECT_TRUE(told(accepted, "alice").empty());
}

TEST_F(EventWords, an_offered_window_says_how_to_take_it_and_until_when) {
    const WindowOffered offer{{17}, {"node1/0"}, noon, noon + 2h, noon + 15min};
    EXPECT_THAT(text(offer),
                AllOf(HasSubstr("2026-11-30 20:15:00"), HasSubstr("`berth accept r-17`"),
                      HasSubstr("`berth decline r-17`")));
}

TEST_F(EventWords, a_window_that_came_up_is_told) {
    EXPECT_THAT(text(WindowBooked{{17}, {"node2/0"}, noon, noon + 2h}),
                HasSubstr("r-17 has its window: 2026-11-30 20:00:00 – 2026-11-30 22:00:00, "
                          "node2/0"));
}

TEST_F(EventWords, who_loses_a_window_reads_why_and_what_comes_next) {
    EXPECT_THAT(text(ReservationDisplaced{{17}, ReservationId{30}, "r-30 needs it"}),
                AllOf(HasSubstr("for r-30: r-30 needs it"), HasSubstr("booked again")));
}

TEST_F(EventWords, who_is_moved_reads_where_to_and_why) {
    const ReservationMoved moved{{17},      {"node2/0"},         noon,
                                 noon + 2h, MoveCause::gpu_down, "node1/0 is down"};
    EXPECT_THAT(text(moved), AllOf(HasSubstr("node2/0"), HasSubstr("node1/0 is down")));
}

TEST_F(EventWords, an_overrun_says_until_when_and_how_to_extend) {
    reservation.end = noon + 22h;
    EXPECT_THAT(text(ReservationOverrunning{{17}}),
                AllOf(HasSubstr("may go on until 2026-12-01 18:00:00"),
                      HasSubstr("`berth extend r-17 2h`")));
}

TEST_F(EventWords, who_will_be_late_is_offered_the_slots_that_are_missing) {
    EXPECT_THAT(
        text(ExpectedEndChanged{{17}, noon + 22h + 30min}),
        AllOf(HasSubstr("150 minutes after its booked end"), HasSubstr("`berth extend r-17 4h`")));
    EXPECT_TRUE(told(ExpectedEndChanged{{17}, noon + 20h}).empty()) << "in time is no news";
}

TEST_F(EventWords, trouble_is_told_and_so_is_its_end) {
    EXPECT_THAT(text(ReservationTroubled{{17}, "node1/0 is down"}), HasSubstr("node1/0 is down"));
    EXPECT_THAT(text(ReservationTroubled{{17}, {}}), HasSubstr("Nothing stands in the way"));
}

TEST_F(EventWords, an_offer_to_take_over_goes_to_who_may_take_it) {
    const auto messages = told(TransferOffered{{17}, {"bob", {}}}, "alice");
    ASSERT_EQ(messages.size(), 1U);
    EXPECT_EQ(messages[0].to, "bob");
    EXPECT_THAT(messages[0].body, HasSubstr("alice offers you r-17"));
    EXPECT_TRUE(told(TransferOffered{{17}, {{}, "vision"}}, "alice").empty());
}

TEST_F(EventWords, both_sides_of_a_transfer_are_told_but_not_who_made_it) {
    reservation.owner = "bob";
    const ReservationTransferred event{{17}, "bob", "vision", "alice"};
    const auto to = [&](const std::string& actor) {
        std::vector<std::string> users;
        for (const Message& message : told(event, actor)) users.push_back(message.to);
        return users;
    };
    EXPECT_THAT(to("carol"), ElementsAre("bob", "alice"));
    EXPECT_THAT(to("alice"), ElementsAre("bob"));
    EXPECT_THAT(to("bob"), ElementsAre("alice"));
}

TEST_F(EventWords, who_declined_is_told_to_the_owner) {
    EXPECT_THAT(text(TransferDeclined{{17}}, "bob"), HasSubstr("bob does not take r-17 over"));
}

TEST_F(EventWords, an_evicted_end_says_where_the_work_goes_on) {
    reservation.continued_by = ReservationId{31};
    EXPECT_THAT(text(ReservationEnded{{17}, ReservationState::evicted, noon, 75, ""}),
                AllOf(HasSubstr("r-17 has been evicted. Its work goes on as r-31."),
                      HasSubstr("已被抢占")));
}

TEST_F(EventWords, an_expired_reservation_and_the_reason_are_told) {
    why = "nobody checked in";
    EXPECT_THAT(text(ReservationEnded{{17}, ReservationState::expired, noon, {}, ""}),
                AllOf(HasSubstr("r-17 has expired."), HasSubstr("why / 原因: nobody checked in")));
}

}  // namespace
}  // namespace berth
