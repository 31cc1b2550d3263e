// The live stream, in whatever pieces it comes.
#include "apps/berth/live_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const std::string stream =
    ": this stream tells of every change\nretry: 2000\n\n"
    "id: 7\nevent: reservation_running\ndata: {\"a\":\ndata: 1}\n\n"
    "event: progress\r\ndata:{\"epoch\":2}\r\n\r\n";

TEST(LiveEvents, an_event_has_its_id_its_name_and_all_its_lines_of_data) {
    EXPECT_THAT(EventParser().feed(stream),
                ElementsAre(LiveEvent{"7", "reservation_running", "{\"a\":\n1}"},
                            LiveEvent{"", "progress", "{\"epoch\":2}"}));
}

TEST(LiveEvents, pieces_may_end_anywhere) {
    for (std::size_t cut = 0; cut <= stream.size(); ++cut) {
        EventParser parser;
        auto events = parser.feed(stream.substr(0, cut));
        for (auto& event : parser.feed(stream.substr(cut))) events.push_back(event);
        EXPECT_EQ(events, EventParser().feed(stream)) << cut;
    }
}

TEST(LiveEvents, the_last_id_is_kept_over_events_without_one) {
    EventParser parser;
    parser.feed(stream);
    EXPECT_EQ(parser.last_id(), "7");
}

TEST(LiveEvents, half_an_event_before_a_lost_connection_is_none) {
    EventParser parser;
    parser.feed("id: 8\ndata: half");
    parser.start_again();
    EXPECT_THAT(parser.feed("\n\n"), IsEmpty());
    EXPECT_EQ(parser.last_id(), "");
    EXPECT_THAT(parser.feed("id: 9\ndata: whole\n\n"), ElementsAre(LiveEvent{"9", "", "whole"}));
}

}  // namespace
}  // namespace berth::cli
