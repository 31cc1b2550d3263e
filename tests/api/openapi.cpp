// The API's document and its routes are one.
#include <gmock/gmock.h>

#include <set>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class CountingMetrics : public MetricsPort {
public:
    void count(const RequestFacts&) override {}
    void count(const BatchFacts&) override {}
    [[nodiscard]] std::string text(const SiteFacts& site) override {
        last = site;
        return "metrics\n";
    }
    SiteFacts last;
};

class openapi : public ApiSite {
protected:
    // With all that an app may switch on.
    openapi() {
        ApiContext whole = context();
        whole.metrics = &metrics;
        whole.move_clock = [this](Instant to) {
            clock.move(to);
            return std::expected<void, std::string>();
        };
        api = std::make_unique<Api>(std::move(whole));
        document = json_of(get("/api/v1/openapi.json"));
    }

    [[nodiscard]] const boost::json::value& at(const char* pointer) const {
        return document.at_pointer(pointer);
    }

    CountingMetrics metrics;
    boost::json::value document;
};

std::string lower(std::string text) {
    for (char& c : text) c = static_cast<char>(std::tolower(c));
    return text;
}

TEST_F(openapi, every_route_is_in_the_document_and_nothing_else) {
    std::set<std::string> routes;
    for (const Operation* operation : api->operations()) {
        routes.insert(lower(operation->method) + " " + operation->pattern);
    }
    std::set<std::string> described;
    for (const auto& [path, methods] : at("/paths").as_object()) {
        for (const auto& [method, operation] : methods.as_object()) {
            described.insert(std::string(method) + " " + std::string(path));
        }
    }
    EXPECT_EQ(described, routes);
    EXPECT_TRUE(routes.contains("patch /api/v1/reservations/{id}"));
    EXPECT_TRUE(routes.contains("get /metrics"));
    EXPECT_TRUE(routes.contains("post /test/clock"));
}

TEST_F(openapi, every_operation_has_a_name_of_its_own_and_says_what_it_does) {
    std::set<std::string> ids;
    for (const Operation* operation : api->operations()) {
        EXPECT_TRUE(ids.insert(operation->id).second) << operation->id;
        EXPECT_FALSE(operation->summary.empty()) << operation->id;
        EXPECT_FALSE(operation->answers.empty()) << operation->id;
    }
}

TEST_F(openapi, every_name_in_a_path_is_a_parameter) {
    for (const Operation* operation : api->operations()) {
        const auto brace = operation->pattern.find('{');
        const bool named = std::ranges::any_of(
            operation->parameters, [](const Parameter& one) { return one.place == Place::path; });
        EXPECT_EQ(brace != std::string::npos, named) << operation->pattern;
    }
}

void collect_references(const boost::json::value& value, std::set<std::string>& found) {
    if (const auto* object = value.if_object()) {
        for (const auto& [key, member] : *object) {
            if (key == "$ref") found.emplace(member.as_string());
            collect_references(member, found);
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& item : *array) collect_references(item, found);
    }
}

TEST_F(openapi, every_reference_leads_somewhere) {
    std::set<std::string> references;
    collect_references(document, references);
    EXPECT_GT(references.size(), 10U);
    for (const auto& reference : references) {
        boost::json::error_code error;
        EXPECT_NE(document.find_pointer(reference.substr(1), error), nullptr) << reference;
    }
}

TEST_F(openapi, every_refusal_code_is_known_to_the_document) {
    const auto& codes = at("/components/schemas/Problem/properties/code/enum").as_array();
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<RefusalCode>>([&](auto one) {
        EXPECT_TRUE(std::ranges::any_of(codes, [&](const auto& code) {
            return code.as_string() == one.name;
        })) << one.name;
    });
}

std::set<std::string> names_in(const boost::json::value& object) {
    std::set<std::string> names;
    for (const auto& [name, value] : object.as_object()) names.emplace(name);
    return names;
}

TEST_F(openapi, a_reservation_is_described_as_it_is_answered) {
    as_alice("/api/v1/reservations", R"({"start":"now","hours":2})");
    const auto shown = names_in(json_of(get("/api/v1/reservations/r-1")));
    const auto& schema = at("/components/schemas/ReservationWithHistory");
    const auto described = names_in(schema.at("properties"));
    EXPECT_TRUE(std::ranges::includes(described, shown));
    std::set<std::string> required;
    for (const auto& name : schema.at("required").as_array()) required.emplace(name.as_string());
    EXPECT_TRUE(std::ranges::includes(shown, required));
    // What is rarely there need not be.
    for (const std::string_view name : Reservation::left_out) {
        EXPECT_TRUE(described.contains(std::string(name))) << name;
        EXPECT_FALSE(required.contains(std::string(name))) << name;
    }
    EXPECT_EQ(at("/components/schemas/Reservation/properties/id/pattern"), "^[rq]-[0-9]{1,18}$");
    EXPECT_EQ(at("/components/schemas/Reservation/properties/start/format"), "date-time");
}

TEST_F(openapi, a_request_says_what_may_be_left_out) {
    const auto& schema = at("/components/schemas/ReservationRequest");
    EXPECT_EQ(schema.at("additionalProperties"), false);
    EXPECT_EQ(boost::json::serialize(schema.at("anyOf")),
              R"([{"required":["start"]},{"required":["plan"]}])");
    EXPECT_FALSE(schema.at("properties").as_object().contains("finish_before"));
    EXPECT_FALSE(at("/components/schemas/PlanRequest").as_object().contains("required"));
    EXPECT_EQ(schema.at("properties").at("on_conflict").at("default"), "refuse");
}

TEST_F(openapi, the_site_is_counted_when_metrics_are_read) {
    as_alice("/api/v1/reservations", R"({"gpus":{"count":2},"start":"now","hours":2})");
    move_to(monday_ten);
    const auto answer = get("/metrics");
    EXPECT_EQ(answer.body, "metrics\n");
    EXPECT_THAT(answer.headers.at("Content-Type"), HasSubstr("version=0.0.4"));
    EXPECT_EQ(metrics.last.gpus, (std::map<std::string, std::uint64_t>{
                                     {"down", 0}, {"free", 2}, {"gone", 0}, {"held", 2}}));
    EXPECT_EQ(metrics.last.reservations.at("completed"), 0U);
    EXPECT_GE(metrics.last.sequence, 2U);
    EXPECT_EQ(metrics.last.listeners, 0U);
    {
        const auto stream = get("/api/v1/events");
        get("/metrics");
        EXPECT_EQ(metrics.last.listeners, 1U);
    }
    get("/metrics");
    EXPECT_EQ(metrics.last.listeners, 0U);
}

}  // namespace
}  // namespace berth::test
