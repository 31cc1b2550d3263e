// Text written directly is the text that the document tree gives.
#include "json/text.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace berth::json {

enum class Mood { calm, busy };
BOOST_DESCRIBE_ENUM(Mood, calm, busy)

struct Leaf {
    std::string text;
    std::optional<int> number;
    bool operator==(const Leaf&) const = default;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (text, number))

struct Tree {
    std::vector<Leaf> leaves;
    std::map<std::string, boost::json::value> any;
    std::map<std::string, std::string> labels;
    Mood mood = Mood::busy;
    bool yes = true;
    std::int64_t least = std::numeric_limits<std::int64_t>::min();
    std::uint64_t most = std::numeric_limits<std::uint64_t>::max();
    double ratio = 0;
    std::optional<Leaf> none;
    Instant at;
};
BOOST_DESCRIBE_STRUCT(Tree, (), (leaves, any, labels, mood, yes, least, most, ratio, none, at))

namespace {

template <class T>
void expect_same(const T& value) {
    EXPECT_EQ(text_of(value), boost::json::serialize(print(value)));
}

TEST(JsonText, every_kind_of_value_looks_as_the_tree_prints_it) {
    Tree tree;
    tree.leaves = {{"a", 1}, {"", std::nullopt}};
    tree.any = {{"list", boost::json::array{1, 2.5, "x", nullptr}}, {"n", -3}};
    tree.labels = {{"rack", "r1"}, {"\"quoted\"", "\\"}};
    tree.at = parse_rfc3339("2026-11-30T20:00:00Z").value();
    expect_same(tree);
    expect_same(std::vector<int>{});
    expect_same(std::map<std::string, int>{});
}

TEST(JsonText, every_byte_of_ascii_and_text_beyond_it_is_escaped_alike) {
    std::string all;
    for (int byte = 0; byte < 128; ++byte) all += static_cast<char>(byte);
    expect_same(all);
    expect_same(std::string("您正在使用的4块GPU 🚀"));
}

TEST(JsonText, numbers_keep_their_value_and_form) {
    for (const double number : {0.0, -0.0, 1.0, 0.1, 1e308, 5e-324, 123456.789, -2.5}) {
        expect_same(number);
    }
}

TEST(JsonText, instants_of_any_year_and_millisecond) {
    const Instant noon = parse_rfc3339("2026-11-30T12:00:00Z").value();
    for (const Instant instant :
         {noon, noon + std::chrono::milliseconds(7), Instant(), Instant() - std::chrono::hours(1),
          noon + std::chrono::days(365) * 3000, noon - std::chrono::days(365) * 2020}) {
        EXPECT_EQ(text_of(instant), '"' + to_rfc3339(instant) + '"');
    }
}

}  // namespace
}  // namespace berth::json
