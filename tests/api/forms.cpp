// The forms that answers come in: which one is chosen, and tables as text.
#include <gtest/gtest.h>

#include <array>

#include "api/accept.hpp"
#include "api/csv.hpp"

namespace berth {
namespace {

constexpr std::array<std::string_view, 2> offered = {"application/json", "text/csv"};

std::string chosen(std::string_view accept) {
    const auto index = preferred(accept, offered);
    return index ? std::string(offered[*index]) : "none";
}

TEST(accept, the_preferred_form_is_chosen) {
    EXPECT_EQ(chosen(""), "application/json");
    EXPECT_EQ(chosen("*/*"), "application/json");
    EXPECT_EQ(chosen("text/csv"), "text/csv");
    EXPECT_EQ(chosen("Text/CSV;header=present"), "text/csv");
    EXPECT_EQ(chosen("text/*"), "text/csv");
    EXPECT_EQ(chosen("application/json;q=0.5, text/csv"), "text/csv");
    EXPECT_EQ(chosen("text/csv;q=0.5 , application/json ; q=0.9"), "application/json");
    EXPECT_EQ(chosen("text/html,application/xhtml+xml,*/*;q=0.8"), "application/json");
}

TEST(accept, the_closest_range_decides) {
    EXPECT_EQ(chosen("application/json;q=0, */*"), "text/csv");
    EXPECT_EQ(chosen("*/*;q=0.9, text/csv;q=0.1"), "application/json");
}

TEST(accept, what_nobody_offers_is_none) {
    EXPECT_EQ(chosen("text/html"), "none");
    EXPECT_EQ(chosen("image/*, text/csv;q=0"), "none");
    EXPECT_EQ(chosen("garbage"), "none");
}

TEST(csv, only_what_needs_quotes_gets_them) {
    std::string table;
    append_csv_row(table, {"plain", "with, comma", "with \"quotes\"", "two\nlines", ""});
    EXPECT_EQ(table, "plain,\"with, comma\",\"with \"\"quotes\"\"\",\"two\nlines\",\r\n");
}

}  // namespace
}  // namespace berth
