// An eviction plan in words.
#include "apps/berth/plan_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>

namespace berth::cli {
namespace {

using testing::HasSubstr;

std::string told(const char* victims) {
    const auto eviction = boost::json::parse(
        std::string(R"({"gpus":["node1/0","node1/1"],"start":"2026-12-02T20:00:00Z",)"
                    R"("end":"2026-12-03T00:00:00Z","harm_gpu_hours":12.5,"victims":)") +
        victims + "}");
    const auto grid = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    return eviction_text(eviction.as_object(), grid);
}

TEST(EvictionText, it_says_who_loses_what_and_where_they_go_on) {
    const std::string text =
        told(R"([{"id":"r-3","owner":"bob","team":"nlp","priority":"P2","running":true,)"
             R"("gpus":["node1/0"],"gpu_hours_lost":10.25,"again_from":"2026-12-03T00:00:00Z",)"
             R"("again_to":"2026-12-03T08:00:00Z"}])");
    EXPECT_THAT(text, HasSubstr("disturbing 1 person, 12.5 GPU-hours of harm"));
    EXPECT_THAT(text, HasSubstr("r-3"));
    EXPECT_THAT(text, HasSubstr("bob (nlp)"));
    EXPECT_THAT(text, HasSubstr("runs"));
    EXPECT_THAT(text, HasSubstr("loses 10.2 GPU-hours"));
    EXPECT_THAT(text, HasSubstr("goes on Thu 03 Dec 00:00 – Thu 03 Dec 08:00"));
}

TEST(EvictionText, who_finds_no_window_waits_and_who_has_not_begun_loses_nothing) {
    const std::string text =
        told(R"([{"id":"r-3","owner":"bob","team":"","priority":"P3","running":false,)"
             R"("gpus":["node1/0"],"start":"2026-12-02T20:00:00Z","gpu_hours_lost":0,)"
             R"("again_from":null,"again_to":null},)"
             R"({"id":"r-4","owner":"bob","team":"","priority":"P3","running":false,)"
             R"("gpus":["node1/1"],"start":"2026-12-02T20:00:00Z","gpu_hours_lost":0,)"
             R"("again_from":null,"again_to":null}])");
    EXPECT_THAT(text, HasSubstr("1 person"));
    EXPECT_THAT(text, HasSubstr("begins Wed 02 Dec 20:00"));
    EXPECT_THAT(text, HasSubstr("loses nothing"));
    EXPECT_THAT(text, HasSubstr("waits for another window"));
}

}  // namespace
}  // namespace berth::cli
