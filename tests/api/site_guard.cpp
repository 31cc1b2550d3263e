// Pages of other sites cannot use the API through a browser of somebody who may.
#include "api/site_guard.hpp"

#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class site_guard : public ApiSite {
protected:
    // "" for what passes.
    static std::string code(const std::string& method, const Headers& headers,
                            const std::string& target = "/api/v1/fleet") {
        Request request;
        request.method = method;
        request.target = target;
        request.headers = headers;
        const auto checked = check_site(request, {"Berth.lab"});
        return checked ? "" : checked.error().code;
    }
};

TEST_F(site_guard, this_machines_own_names_and_the_configured_one_are_served) {
    for (const char* host : {"127.0.0.1:8420", "127.0.0.1", "127.1.2.3:1", "localhost:8420",
                             "LOCALHOST", "[::1]:8420", "[::1]", "berth.lab", "BERTH.LAB:443"}) {
        EXPECT_EQ(code("GET", {{"Host", host}}), "") << host;
    }
}

TEST_F(site_guard, any_other_name_is_refused_even_for_reading) {
    for (const char* host :
         {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8420",
          "192.168.0.7:8420", "berth.lab.evil.example", "[::2]:8420", "localhost, evil.example"}) {
        EXPECT_EQ(code("GET", {{"Host", host}}), "wrong_host") << host;
    }
}

TEST_F(site_guard, probes_may_call_by_any_address) {
    EXPECT_EQ(code("GET", {{"Host", "10.0.0.7:8420"}}, "/healthz"), "");
    EXPECT_EQ(code("GET", {{"Host", "10.0.0.7:8420"}}, "/readyz?verbose"), "");
    EXPECT_EQ(code("GET", {{"Host", "10.0.0.7:8420"}}, "/healthz/.."), "wrong_host");
}

TEST_F(site_guard, a_foreign_page_may_change_nothing) {
    for (const char* origin : {"http://evil.example", "null", "http://localhost:3000",
                               "http://127.0.0.1:8421", "file://", "garbage"}) {
        const Headers headers = {{"Host", "127.0.0.1:8420"}, {"Origin", origin}};
        EXPECT_EQ(code("POST", headers), "wrong_origin") << origin;
        EXPECT_EQ(code("DELETE", headers), "wrong_origin") << origin;
        EXPECT_EQ(code("GET", headers), "") << origin;
    }
}

TEST_F(site_guard, the_servers_own_page_may_also_behind_a_proxy) {
    EXPECT_EQ(code("POST", {{"Host", "localhost:8420"}, {"Origin", "http://localhost:8420"}}), "");
    EXPECT_EQ(code("POST", {{"Host", "127.0.0.1:8420"}, {"Origin", "https://berth.lab"}}), "");
    EXPECT_EQ(code("POST", {{"Origin", "https://berth.lab"}}), "");
    EXPECT_EQ(code("POST", {}), "");
}

TEST_F(site_guard, a_refusal_says_what_to_do_and_nothing_was_done) {
    const auto host = get("/api/v1/fleet", {{"Host", "evil.example"}});
    EXPECT_EQ(host.status, 403);
    EXPECT_THAT(text_at(host, "/detail"), HasSubstr("not known as evil.example"));
    const auto origin = as_alice("/api/v1/reservations", R"({"start":"now","hours":2})",
                                 {{"Host", "localhost"}, {"Origin", "http://evil.example"}});
    EXPECT_EQ(origin.status, 403);
    EXPECT_THAT(text_at(origin, "/detail"), HasSubstr("page of http://evil.example"));
    EXPECT_EQ(text_at(get("/api/v1/reservations"), "/items"), "[]");
}

}  // namespace
}  // namespace berth::test
