#include "api/router.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <stdexcept>

namespace berth {
namespace {

using testing::HasSubstr;

class router : public testing::Test {
protected:
    router() {
        add("GET", "/books");
        add("POST", "/books");
        add("GET", "/books/{id}");
        add("POST", "/books/{id}/lend");
    }

    static Operation operation(const std::string& method, const std::string& pattern) {
        return {.method = method,
                .pattern = pattern,
                .id = method + pattern,
                .summary = "A test",
                .parameters = {text_query("from", ""), text_query("at", "")},
                .body = method == "POST" ? std::optional(BodyDescription{}) : std::nullopt};
    }

    void add(const std::string& method, const std::string& pattern) {
        routes.add(operation(method, pattern),
                   DirectHandler([method, pattern](const Request& request) {
                       const auto id = request.parameters.find("id");
                       return text_response(
                           200, method + " " + pattern +
                                    (id == request.parameters.end() ? "" : " " + id->second));
                   }));
    }

    Response ask(const std::string& method, const std::string& target, Headers headers = {},
                 std::string body = "") const {
        Request request;
        request.method = method;
        request.target = target;
        request.headers = std::move(headers);
        request.body = std::move(body);
        std::vector<Response> answers;
        routes.handle(request, [&](Response response) { answers.push_back(std::move(response)); });
        EXPECT_EQ(answers.size(), 1U);
        return answers.at(0);
    }

    Router routes;
};

TEST_F(router, the_method_and_the_path_choose_the_handler) {
    EXPECT_EQ(ask("GET", "/books").body, "GET /books");
    EXPECT_EQ(ask("POST", "/books").body, "POST /books");
    EXPECT_EQ(ask("POST", "/books/7/lend").body, "POST /books/{id}/lend 7");
}

TEST_F(router, a_query_is_not_part_of_the_path) {
    EXPECT_EQ(ask("GET", "/books?from=1").body, "GET /books");
}

TEST_F(router, names_are_decoded_and_an_encoded_slash_stays_in_its_segment) {
    EXPECT_EQ(ask("GET", "/books/a%20b").body, "GET /books/{id} a b");
    EXPECT_EQ(ask("GET", "/books/a%2Fb").body, "GET /books/{id} a/b");
}

TEST_F(router, a_plus_in_a_query_stays_a_plus) {
    routes.add(operation("GET", "/echo"), DirectHandler([](const Request& request) {
                   return text_response(200, request.query_value("at").value_or("none"));
               }));
    EXPECT_EQ(ask("GET", "/echo?at=2026-11-30T20:00:00+08:00").body, "2026-11-30T20:00:00+08:00");
    EXPECT_EQ(ask("GET", "/echo?at=2026-11-30T20:00:00%2B08:00").body, "2026-11-30T20:00:00+08:00");
}

TEST_F(router, head_is_answered_like_get) {
    EXPECT_EQ(ask("HEAD", "/books").status, 200);
}

TEST_F(router, an_unknown_path_is_404_and_names_the_nearest) {
    const auto answer = ask("GET", "/boks");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(answer.headers.at("Content-Type"), "application/problem+json");
    EXPECT_THAT(answer.body, HasSubstr("did you mean /books?"));
}

TEST_F(router, the_nearest_path_keeps_the_callers_own_id) {
    EXPECT_THAT(ask("POST", "/books/r-17/lent").body, HasSubstr("did you mean /books/r-17/lend?"));
}

TEST_F(router, a_path_far_from_all_gets_no_wild_guess) {
    const auto answer = ask("GET", "/something/else/entirely");
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(answer.body, Not(HasSubstr("did you mean")));
}

TEST_F(router, another_method_is_405_and_says_which_are_possible) {
    const auto answer = ask("DELETE", "/books");
    EXPECT_EQ(answer.status, 405);
    EXPECT_EQ(answer.headers.at("Allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(ask("GET", "/books/7/lend").headers.at("Allow"), "OPTIONS, POST");
}

TEST_F(router, options_are_told_without_doing_anything) {
    const auto answer = ask("OPTIONS", "/books");
    EXPECT_EQ(answer.status, 204);
    EXPECT_EQ(answer.headers.at("Allow"), "GET, HEAD, OPTIONS, POST");
    EXPECT_EQ(ask("OPTIONS", "/nothing").status, 404);
}

TEST_F(router, a_file_of_the_page_can_only_be_read) {
    routes.otherwise(DirectHandler([](const Request& request) {
        return text_response(request.target == "/main.js" ? 200 : 404, "");
    }));
    EXPECT_EQ(ask("POST", "/main.js").status, 405);
    EXPECT_EQ(ask("POST", "/main.js").headers.at("Allow"), "GET, HEAD, OPTIONS");
    EXPECT_EQ(ask("POST", "/other.js").status, 404);
}

TEST_F(router, a_query_parameter_that_the_route_does_not_have_is_400) {
    const auto answer = ask("GET", "/books?form=1");
    EXPECT_EQ(answer.status, 400);
    EXPECT_THAT(answer.body, HasSubstr("did you mean \\\"from\\\"?"));
}

TEST_F(router, a_body_that_says_it_is_not_json_is_415) {
    const auto with_type = [&](const std::string& type, const std::string& body) {
        return ask("POST", "/books", {{"Content-Type", type}}, body).status;
    };
    EXPECT_EQ(with_type("text/plain", "{}"), 415);
    EXPECT_EQ(with_type("application/x-www-form-urlencoded", "{}"), 415);
    EXPECT_EQ(with_type("application/json", "{}"), 200);
    EXPECT_EQ(with_type("Application/JSON; charset=utf-8", "{}"), 200);
    EXPECT_EQ(with_type("application/merge-patch+json", "{}"), 200);
    EXPECT_EQ(with_type("text/plain", ""), 200);
    EXPECT_EQ(ask("POST", "/books", {}, "{}").status, 200);
}

TEST_F(router, a_lenient_route_looks_at_neither) {
    auto lenient = operation("POST", "/old");
    lenient.manners = Manners::lenient;
    routes.add(std::move(lenient),
               DirectHandler([](const Request&) { return text_response(200, ""); }));
    EXPECT_EQ(ask("POST", "/old?x=1", {{"Content-Type", "text/plain"}}, "{}").status, 200);
}

TEST_F(router, each_answer_is_counted_under_its_pattern) {
    std::vector<std::string> counted;
    routes.on_answer([&](const RequestFacts& facts) {
        counted.push_back(std::string(facts.method) + " " + std::string(facts.route) + " " +
                          std::to_string(facts.status));
        EXPECT_GE(facts.took.count(), 0);
    });
    ask("GET", "/books/7");
    ask("GET", "/books/8?wrong=1");
    ask("DELETE", "/books/9");
    ask("BREW", "/books");
    ask("GET", "/nothing/here");
    EXPECT_THAT(counted, testing::ElementsAre("GET /books/{id} 200", "GET /books/{id} 400",
                                              "DELETE /books/{id} 405", "other /books 405",
                                              "GET other 404"));
}

TEST_F(router, an_empty_segment_is_no_name) {
    EXPECT_EQ(ask("GET", "/books/").status, 404);
}

TEST_F(router, a_broken_escape_is_400) {
    EXPECT_EQ(ask("GET", "/books/%zz").status, 400);
    EXPECT_EQ(ask("GET", "books").status, 400);
}

TEST_F(router, what_a_handler_throws_is_500_without_its_words_and_reported) {
    std::string reported;
    routes.on_error([&](const std::string& what) { reported = what; });
    routes.add(operation("GET", "/broken"), DirectHandler([](const Request&) -> Response {
                   throw std::runtime_error("password 123");
               }));
    const auto answer = ask("GET", "/broken");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, Not(HasSubstr("password")));
    EXPECT_EQ(reported, "GET /broken failed: password 123");
}

TEST_F(router, a_handler_that_answers_and_then_throws_has_answered_once) {
    routes.add(operation("GET", "/twice"), Handler([](const Request&, const Respond& respond) {
                   respond(text_response(200, "first"));
                   throw std::runtime_error("late");
               }));
    EXPECT_EQ(ask("GET", "/twice").body, "first");
}

}  // namespace
}  // namespace berth
