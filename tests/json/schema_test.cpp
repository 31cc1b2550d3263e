// The schema says what parsing takes and printing gives.
#include "json/schema.hpp"

#include <gtest/gtest.h>

namespace berth::json {

enum class Shade { light, dark };
BOOST_DESCRIBE_ENUM(Shade, light, dark)

struct Word {
    static constexpr std::string_view pattern = "^[a-z]+$";
    static std::expected<Word, std::string> parse(std::string_view) { return Word{}; }
    [[nodiscard]] std::string text() const { return "word"; }
};

struct Either {
    static std::expected<Either, std::string> parse(std::string_view) { return Either{}; }
    [[nodiscard]] std::string text() const { return "now"; }
    static boost::json::object schema() {
        return {{"anyOf", {boost::json::object{{"const", "now"}}, time_schema()}}};
    }
};

struct Leaf {
    std::uint8_t count = 0;
    std::optional<std::string> note;
};
BOOST_DESCRIBE_STRUCT(Leaf, (), (count, note))

struct PaintRequest {
    static constexpr bool all_optional = true;
    std::string title;
    bool dry = true;
    Shade shade = Shade::dark;
    std::optional<Either> start;
    std::optional<Leaf> leaf;
};
BOOST_DESCRIBE_STRUCT(PaintRequest, (), (title, dry, shade, start, leaf))

struct Everything {
    Word word;
    Instant at;
    double ratio = 0;
    std::vector<Leaf> leaves;
    std::map<std::string, std::int64_t> counts;
    boost::json::value anything;
};
BOOST_DESCRIBE_STRUCT(Everything, (), (word, at, ratio, leaves, counts, anything))

namespace {

boost::json::value component(const SchemaBook& book, const char* name) {
    return book.components().at(name);
}

TEST(Schema, a_parsed_struct_may_lack_what_is_optional_and_takes_nothing_else) {
    SchemaBook book;
    EXPECT_EQ(book.accepted<Leaf>(),
              boost::json::parse(R"({"$ref":"#/components/schemas/LeafInput"})"));
    EXPECT_EQ(component(book, "LeafInput"), boost::json::parse(R"({
        "type":"object","additionalProperties":false,"required":["count"],
        "properties":{"count":{"type":"integer","minimum":0,"maximum":255},
                      "note":{"type":["string","null"]}}})"));
}

TEST(Schema, a_printed_struct_has_every_member) {
    SchemaBook book;
    EXPECT_EQ(book.printed<Leaf>(), boost::json::parse(R"({"$ref":"#/components/schemas/Leaf"})"));
    EXPECT_EQ(component(book, "Leaf"), boost::json::parse(R"({
        "type":"object","required":["count","note"],
        "properties":{"count":{"type":"integer","minimum":0,"maximum":255},
                      "note":{"type":["string","null"]}}})"));
}

TEST(Schema, a_struct_with_defaults_requires_nothing_and_says_them) {
    SchemaBook book;
    book.accepted<PaintRequest>();
    EXPECT_EQ(component(book, "PaintRequest"), boost::json::parse(R"({
        "type":"object","additionalProperties":false,
        "properties":{"title":{"type":"string"},"dry":{"type":"boolean","default":true},
            "shade":{"$ref":"#/components/schemas/Shade","default":"dark"},
            "start":{"anyOf":[{"const":"now"},{"type":"string","format":"date-time"},{"type":"null"}]},
            "leaf":{"anyOf":[{"$ref":"#/components/schemas/LeafInput"},{"type":"null"}]}}})"));
    EXPECT_EQ(component(book, "Shade"),
              boost::json::parse(R"({"type":"string","enum":["light","dark"]})"));
}

TEST(Schema, lists_maps_times_and_texts_have_their_shape) {
    SchemaBook book;
    book.printed<Everything>();
    EXPECT_EQ(component(book, "Everything").at("properties"), boost::json::parse(R"({
        "word":{"type":"string","pattern":"^[a-z]+$"},
        "at":{"type":"string","format":"date-time"},
        "ratio":{"type":"number"},
        "leaves":{"type":"array","items":{"$ref":"#/components/schemas/Leaf"}},
        "counts":{"type":"object","additionalProperties":
            {"type":"integer","minimum":-9223372036854775808,"maximum":9223372036854775807}},
        "anything":{}})"));
}

}  // namespace
}  // namespace berth::json
