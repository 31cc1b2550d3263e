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

    void add(const std::string& method, const std::string& pattern) {
        routes.add(method, pattern, DirectHandler([method, pattern](const Request& request) {
                       const auto id = request.parameters.find("id");
                       return text_response(
                           200, method + " " + pattern +
                                    (id == request.parameters.end() ? "" : " " + id->second));
                   }));
    }

    Response ask(const std::string& method, const std::string& target) const {
        Request request;
        request.method = method;
        request.target = target;
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
    routes.add("GET", "/echo", DirectHandler([](const Request& request) {
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
    EXPECT_EQ(answer.headers.at("Allow"), "GET, HEAD, POST");
    EXPECT_EQ(ask("GET", "/books/7/lend").headers.at("Allow"), "POST");
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
    routes.add("GET", "/broken", DirectHandler([](const Request&) -> Response {
                   throw std::runtime_error("password 123");
               }));
    const auto answer = ask("GET", "/broken");
    EXPECT_EQ(answer.status, 500);
    EXPECT_THAT(answer.body, Not(HasSubstr("password")));
    EXPECT_EQ(reported, "GET /broken failed: password 123");
}

TEST_F(router, a_handler_that_answers_and_then_throws_has_answered_once) {
    routes.add("GET", "/twice", Handler([](const Request&, const Respond& respond) {
                   respond(text_response(200, "first"));
                   throw std::runtime_error("late");
               }));
    EXPECT_EQ(ask("GET", "/twice").body, "first");
}

}  // namespace
}  // namespace berth
