// Extending, shortening, moving and renaming, in sentences and commands.
#include "apps/berth/change_text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::cli {
namespace {

using testing::HasSubstr;
namespace json = boost::json;

class Change : public testing::Test {
protected:
    json::object with(std::initializer_list<std::pair<const char*, json::value>> changes) {
        json::object changed = before_;
        for (const auto& [field, value] : changes) changed[field] = value;
        return changed;
    }
    std::string command(const json::object& window) {
        return command_for_change("r-1", before_, window);
    }
    std::optional<std::string> wrong(const char* end, Towards towards) {
        return wrong_way(before_, parse_rfc3339(end).value(), towards, grid_);
    }

    SlotGrid grid_ = SlotGrid::make("Europe/Berlin", std::chrono::minutes(120)).value();
    json::object before_{{"id", "r-1"},
                         {"state", "confirmed"},
                         {"title", "first"},
                         {"gpus", {"node1/0", "node1/1"}},
                         {"start", "2026-12-02T19:00:00Z"},
                         {"end", "2026-12-02T23:00:00Z"}};
};

TEST_F(Change, an_extension_says_the_new_end_and_the_old) {
    EXPECT_EQ(change_text(before_, with({{"end", "2026-12-03T03:00:00Z"}}), grid_),
              "r-1 ends Thu 03 Dec 04:00, 4 h later (was Thu 03 Dec 00:00) (Europe/Berlin)");
    EXPECT_EQ(change_text(before_, with({{"end", "2026-12-02T21:00:00Z"}}), grid_),
              "r-1 ends Wed 02 Dec 22:00, 2 h earlier (was Thu 03 Dec 00:00) (Europe/Berlin)");
}

TEST_F(Change, a_move_says_all_that_differs) {
    const std::string text = change_text(before_,
                                         with({{"start", "2026-12-03T19:00:00Z"},
                                               {"end", "2026-12-03T23:00:00Z"},
                                               {"gpus", {"node2/0", "node2/1"}},
                                               {"title", "second"}}),
                                         grid_);
    EXPECT_THAT(text, HasSubstr("is Thu 03 Dec 20:00 – Fri 04 Dec 00:00 (was Wed 02 Dec 20:00"));
    EXPECT_THAT(text, HasSubstr("is on node2[0-1] (was on node1[0-1])"));
    EXPECT_THAT(text, HasSubstr("is called \"second\""));
}

TEST_F(Change, nothing_changed_is_said_too) {
    EXPECT_EQ(change_text(before_, before_, grid_), "r-1 is as it was");
}

TEST_F(Change, an_extension_to_an_earlier_end_is_pointed_to_shorten) {
    EXPECT_THAT(wrong("2026-12-02T21:00:00Z", Towards::later).value(), HasSubstr("berth shorten"));
    EXPECT_THAT(wrong("2026-12-03T01:00:00Z", Towards::earlier).value(), HasSubstr("berth extend"));
    EXPECT_THAT(wrong("2026-12-02T23:00:00Z", Towards::later).value(), HasSubstr("already"));
    EXPECT_FALSE(wrong("2026-12-03T01:00:00Z", Towards::later));
    EXPECT_FALSE(wrong("2026-12-02T21:00:00Z", Towards::earlier));
}

TEST_F(Change, a_suggested_end_is_an_extension_or_a_shortening) {
    EXPECT_EQ(command({{"gpus", {"node1/0", "node1/1"}},
                       {"start", "2026-12-02T19:00:00Z"},
                       {"end", "2026-12-03T01:00:00Z"}}),
              "berth extend r-1 --to 2026-12-03T01:00:00Z");
    EXPECT_EQ(command({{"gpus", json::array{}},
                       {"start", "2026-12-02T19:00:00Z"},
                       {"end", "2026-12-02T21:00:00Z"}}),
              "berth shorten r-1 --to 2026-12-02T21:00:00Z");
}

TEST_F(Change, another_suggested_window_is_a_move) {
    EXPECT_EQ(command({{"gpus", {"node1/0", "node1/1"}},
                       {"start", "2026-12-02T21:00:00Z"},
                       {"end", "2026-12-03T01:00:00Z"}}),
              "berth move r-1 --start 2026-12-02T21:00:00Z --end 2026-12-03T01:00:00Z");
    EXPECT_EQ(command({{"gpus", {"node2/0", "node2/1"}},
                       {"start", "2026-12-02T19:00:00Z"},
                       {"end", "2026-12-03T01:00:00Z"}}),
              "berth move r-1 --start 2026-12-02T19:00:00Z --end 2026-12-03T01:00:00Z "
              "--gpu node2/0,node2/1");
}

TEST_F(Change, who_was_quicker_is_named_with_what_they_made_of_it) {
    auto now = with({{"title", "theirs"}});
    now["history"] = {{{"actor", "alice"}, {"time", "2026-12-01T08:00:00Z"}},
                      {{"actor", "bob"}, {"time", "2026-12-01T09:00:00Z"}}};
    const std::string text = changed_meanwhile(now, grid_);
    EXPECT_THAT(text, HasSubstr("bob changed it Tue 01 Dec 10:00"));
    EXPECT_THAT(text, HasSubstr("\"theirs\""));
    EXPECT_THAT(text, HasSubstr("Nothing of yours was done"));
}

}  // namespace
}  // namespace berth::cli
