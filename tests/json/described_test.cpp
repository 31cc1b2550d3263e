// Strict parsing with sentences that help, and printing that parses again.
#include "json/described.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace berth::json {

enum class Colour { red, green };
BOOST_DESCRIBE_ENUM(Colour, red, green)

struct Inner {
    int count = 0;
    std::optional<std::string> note;
    bool operator==(const Inner&) const = default;
};
BOOST_DESCRIBE_STRUCT(Inner, (), (count, note))

struct Outer {
    Inner inner;
    std::vector<int> numbers;
    std::map<std::string, std::string> labels;
    Colour colour = Colour::red;
    Instant at;
    double ratio = 0;
    bool operator==(const Outer&) const = default;
};
BOOST_DESCRIBE_STRUCT(Outer, (), (inner, numbers, labels, colour, at, ratio))

namespace {

const std::string whole =
    R"({"inner":{"count":4,"note":null},"numbers":[1,2],"labels":{"rack":"r1"},"colour":"green",)"
    R"("at":"2026-11-30T20:00:00Z","ratio":0.5})";

std::string mistake_in(const std::string& text) {
    const auto value = read(text);
    if (!value) return value.error().message;
    const auto parsed = parse<Outer>(*value);
    return parsed ? "none" : parsed.error().message;
}

std::string with(const std::string& part, const std::string& other) {
    std::string text = whole;
    text.replace(text.find(part), part.size(), other);
    return text;
}

TEST(DescribedJson, what_is_printed_parses_to_the_same) {
    const auto value = parse<Outer>(read(whole).value());
    ASSERT_TRUE(value) << value.error().message;
    EXPECT_EQ(parse<Outer>(print(*value)).value(), *value);
    EXPECT_EQ(boost::json::parse(boost::json::serialize(print(*value))), boost::json::parse(whole));
}

TEST(DescribedJson, a_long_mistake_is_not_cut_within_a_character) {
    // 58 bytes after the quote, then one character of three.
    const std::string wrong = std::string(58, 'x') + "等待等待";
    EXPECT_EQ(mistake_in(with(R"("count":4)", R"("count":")" + wrong + R"(")")),
              R"("inner.count" must be a whole number, not ")" + std::string(58, 'x') + "…");
}

TEST(DescribedJson, a_mistake_is_named_with_its_field_and_what_to_write) {
    EXPECT_EQ(mistake_in(with(R"("count":4)", R"("count":"four")")),
              R"("inner.count" must be a whole number, not "four")");
    EXPECT_EQ(mistake_in(with(R"("count":4)", R"("cuont":4)")),
              R"(there is no field "inner.cuont"; did you mean "count"?)");
    EXPECT_EQ(mistake_in(with(R"("numbers":[1,2],)", "")), R"("numbers" is missing)");
    EXPECT_EQ(mistake_in(with("[1,2]", "[1,2.5]")),
              R"("numbers.1" must be a whole number, not 2.5E0)");
    EXPECT_EQ(mistake_in(with("green", "blue")), R"("colour" must be red or green, not "blue")");
    EXPECT_EQ(mistake_in(with(R"("count":4)", R"("count":99999999999)")),
              R"("inner.count" is out of range: 9.9999999999E10)");
    EXPECT_THAT(mistake_in(with("2026-11-30T20:00:00Z", "tomorrow")),
                testing::HasSubstr("tomorrow"));
    EXPECT_EQ(mistake_in(with("0.5", "true")), R"("ratio" must be a number, not true)");
    EXPECT_EQ(mistake_in("[]"), "the document must be an object, not []");
}

TEST(DescribedJson, broken_documents_are_refused_in_words) {
    EXPECT_THAT(mistake_in("{"), testing::HasSubstr("ends too early"));
    EXPECT_THAT(mistake_in("{} x"), testing::HasSubstr("follows the end"));
    EXPECT_THAT(mistake_in(R"({"a":1,"a":2})"), testing::HasSubstr("\"a\" stands twice"));
    EXPECT_THAT(mistake_in(std::string(100, '[') + std::string(100, ']')),
                testing::HasSubstr("64 levels"));
    EXPECT_THAT(mistake_in("{\"a\":\"\xff\xfe\"}"), testing::HasSubstr("cannot be read"));
    EXPECT_THAT(mistake_in(""), testing::HasSubstr("cannot be read"));
    EXPECT_THAT(mistake_in(R"({"a":NaN})"), testing::HasSubstr("not valid JSON"));
}

TEST(DescribedJson, a_whole_number_written_as_a_decimal_is_a_whole_number) {
    EXPECT_EQ(parse<Outer>(read(with(R"("count":4)", R"("count":4.0)")).value())->inner.count, 4);
}

}  // namespace
}  // namespace berth::json
