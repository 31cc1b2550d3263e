// The page's files: the right type, kept as long as they may be, and nothing from outside.
#include <gmock/gmock.h>

#include <chrono>

#include "api/gzip.hpp"
#include "api/hashed_name.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class page : public ApiSite {
protected:
    page() {
        folder.write("secret.txt", "outside");
        folder.write("page/index.html", "<!doctype html><title>Berth</title>");
        folder.write("page/assets/main-4F7KQ2ZX.js", "export {}");
        folder.write("page/assets/style.css", "body {}");
        folder.write("page/.hidden", "hidden");
        std::filesystem::create_symlink(folder.path / "secret.txt", folder.path / "page/link.txt");
        api = std::make_unique<Api>(context());
    }
};

TEST_F(page, the_root_is_the_index) {
    const auto answer = get("/");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "<!doctype html><title>Berth</title>");
    EXPECT_EQ(answer.headers.at("Content-Type"), "text/html; charset=utf-8");
    EXPECT_EQ(answer.headers.at("Content-Security-Policy"),
              "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
              "form-action 'self'");
    EXPECT_EQ(answer.headers.at("Referrer-Policy"), "same-origin");
    EXPECT_EQ(answer.headers.at("Vary"), "Accept-Encoding");
    EXPECT_EQ(answer.headers.at("X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(answer.headers.at("Cache-Control"), "no-cache");
}

TEST_F(page, a_file_with_a_hash_in_its_name_is_kept_for_ever) {
    const auto answer = get("/assets/main-4F7KQ2ZX.js");
    EXPECT_EQ(answer.headers.at("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_THAT(answer.headers.at("Cache-Control"), HasSubstr("immutable"));
    EXPECT_EQ(get("/assets/style.css").headers.at("Cache-Control"), "no-cache");
}

TEST_F(page, an_unchanged_file_is_304_and_a_changed_one_is_sent) {
    const std::string tag = get("/assets/style.css").headers.at("ETag");
    const auto unchanged = get("/assets/style.css", {{"If-None-Match", tag}});
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    folder.write("page/assets/style.css", "body { margin: 0 }");
    EXPECT_EQ(get("/assets/style.css", {{"If-None-Match", tag}}).status, 200);
}

class compressed_page : public page {
protected:
    compressed_page() {
        folder.write("page/assets/main-4F7KQ2ZX.js.br", "as brotli");
        folder.write("page/assets/main-4F7KQ2ZX.js.gz", "as gzip");
    }

    [[nodiscard]] Response main(const std::string& accepted, Headers headers = {}) const {
        if (!accepted.empty()) headers["Accept-Encoding"] = accepted;
        return get("/assets/main-4F7KQ2ZX.js", headers);
    }
    [[nodiscard]] static std::string coding_of(const Response& answer) {
        const auto found = answer.headers.find("Content-Encoding");
        return found == answer.headers.end() ? "none" : found->second;
    }
};

TEST_F(compressed_page, what_was_compressed_beforehand_is_sent_to_who_takes_it) {
    const auto brotli = main("gzip, deflate, br");
    EXPECT_EQ(coding_of(brotli), "br");
    EXPECT_EQ(brotli.body, "as brotli");
    EXPECT_EQ(brotli.headers.at("Content-Type"), "text/javascript; charset=utf-8");
    EXPECT_THAT(brotli.headers.at("Cache-Control"), HasSubstr("immutable"));
    EXPECT_EQ(brotli.headers.at("Vary"), "Accept-Encoding");
    EXPECT_EQ(main("gzip").body, "as gzip");
    EXPECT_EQ(main("br;q=0, gzip").body, "as gzip");
    for (const char* plain : {"", "identity", "br;q=0", "zstd"}) {
        const auto answer = main(plain);
        EXPECT_EQ(answer.body, "export {}") << plain;
        EXPECT_EQ(coding_of(answer), "none") << plain;
        EXPECT_EQ(answer.headers.at("Vary"), "Accept-Encoding") << plain;
    }
}

TEST_F(compressed_page, each_form_has_a_tag_of_its_own) {
    const std::string plain = main("").headers.at("ETag");
    const std::string zipped = main("gzip").headers.at("ETag");
    const std::string brotli = main("br").headers.at("ETag");
    EXPECT_NE(plain, zipped);
    EXPECT_NE(plain, brotli);
    EXPECT_NE(zipped, brotli);
    EXPECT_EQ(main("br", {{"If-None-Match", brotli}}).status, 304);
    EXPECT_EQ(main("br", {{"If-None-Match", plain}}).status, 200);
}

TEST_F(compressed_page, what_an_older_build_left_beside_a_file_is_not_sent) {
    folder.write("page/index.html.gz", "the old page");
    const auto beside = folder.path / "page/index.html.gz";
    std::filesystem::last_write_time(
        beside, std::filesystem::last_write_time(folder.path / "page/index.html") - 1s);
    const Headers zipped = {{"Accept-Encoding", "gzip"}};
    EXPECT_EQ(get("/", zipped).body, get("/").body);
    std::filesystem::last_write_time(
        beside, std::filesystem::last_write_time(folder.path / "page/index.html"));
    EXPECT_EQ(get("/", zipped).body, "the old page");
}

TEST_F(compressed_page, what_leads_outside_is_not_sent_compressed_either) {
    std::filesystem::create_symlink(folder.path / "secret.txt",
                                    folder.path / "page/assets/style.css.gz");
    EXPECT_EQ(get("/assets/style.css", {{"Accept-Encoding", "gzip"}}).body, "body {}");
}

TEST_F(compressed_page, long_text_is_compressed_on_the_way_where_nobody_did_before) {
    const std::string styles(5000, ' ');
    folder.write("page/assets/style.css", styles);
    const auto answer = get("/assets/style.css", {{"Accept-Encoding", "gzip, br"}});
    EXPECT_EQ(coding_of(answer), "gzip");
    EXPECT_EQ(answer.body, gzip(styles));
    folder.write("page/picture.png", styles);
    EXPECT_EQ(coding_of(get("/picture.png", {{"Accept-Encoding", "gzip"}})), "none");
}

TEST_F(page, nothing_outside_the_folder_is_served) {
    for (const char* path :
         {"/../secret.txt", "/%2e%2e/secret.txt", "/assets/../../secret.txt", "/..%2fsecret.txt",
          "/assets/%2e%2e%2f%2e%2e%2fsecret.txt", "/link.txt", "/.hidden", "//etc/passwd",
          "/%2fetc%2fpasswd", "/secret.txt%00", "/assets", "/assets/"}) {
        const auto answer = get(path);
        EXPECT_NE(answer.status, 200) << path;
        EXPECT_THAT(answer.body, Not(HasSubstr("outside"))) << path;
    }
}

TEST_F(page, an_unknown_path_is_a_problem_that_names_the_nearest) {
    const auto answer = get("/api/v1/calender");
    EXPECT_EQ(answer.status, 404);
    EXPECT_EQ(text_at(answer, "/code"), "not_found");
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("did you mean /api/v1/calendar?"));
}

TEST_F(page, a_page_that_is_not_built_is_explained) {
    std::filesystem::remove_all(folder.path / "page");
    api = std::make_unique<Api>(context());
    const auto answer = get("/");
    EXPECT_EQ(answer.headers.at("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_THAT(answer.body, HasSubstr("npm run build"));
    EXPECT_EQ(get("/assets/style.css").status, 404);
}

TEST(page_names, only_a_bundlers_hash_counts_as_one) {
    EXPECT_TRUE(is_hashed_name("main-4F7KQ2ZX.js"));
    EXPECT_TRUE(is_hashed_name("index.3f2a9b1c.css"));
    EXPECT_FALSE(is_hashed_name("calendar-overview.js"));
    EXPECT_FALSE(is_hashed_name("main.js"));
    EXPECT_FALSE(is_hashed_name("noextension-12345678"));
    EXPECT_FALSE(is_hashed_name(".js"));
}

TEST(page_names, below_assets_a_hash_may_hold_a_hyphen) {
    EXPECT_TRUE(is_hashed_name("assets/index-BxYz12ab.js"));
    EXPECT_TRUE(is_hashed_name("assets/index-Bx-z_1ab.js"));
    EXPECT_TRUE(is_hashed_name("assets/index--x1z_1a-.js"));
    EXPECT_TRUE(is_hashed_name("assets/heat-map-Bx-z_1ab.css"));
    EXPECT_FALSE(is_hashed_name("index-Bx-z_1ab.js"));
    EXPECT_FALSE(is_hashed_name("assets/drag-to-book.js"));
    EXPECT_FALSE(is_hashed_name("assets/page-dark-map.css"));
    EXPECT_FALSE(is_hashed_name("assets/Bx-z_1ab.js"));
}

// ---- what the API answers

class compressed_api : public ApiSite {};

TEST_F(compressed_api, long_json_is_compressed_for_who_takes_it) {
    const auto plain = get("/api/v1/openapi.json");
    EXPECT_FALSE(plain.headers.contains("Content-Encoding"));
    const auto zipped = get("/api/v1/openapi.json", {{"Accept-Encoding", "gzip"}});
    EXPECT_EQ(zipped.headers.at("Content-Encoding"), "gzip");
    EXPECT_EQ(zipped.headers.at("Vary"), "Accept-Encoding");
    EXPECT_EQ(zipped.body, gzip(plain.body));
}

TEST_F(compressed_api, what_is_short_or_has_a_tag_to_be_sent_back_is_not) {
    const Headers zip = {{"Accept-Encoding", "gzip"}, {"X-Berth-User", "alice"}};
    EXPECT_FALSE(get("/api/v1/waitlist", zip).headers.contains("Content-Encoding"));
    ask("POST", "/api/v1/reservations",
        R"({"start":"now","hours":2,"title":")" + std::string(150, 'x') + R"("})", zip);
    for (int i = 0; i < 20; ++i) {
        ask("PATCH", "/api/v1/reservations/r-1", R"({"title":")" + std::to_string(i) + R"("})",
            zip);
    }
    const auto shown = get("/api/v1/reservations/r-1", zip);
    EXPECT_GT(shown.body.size(), 1024U);
    EXPECT_FALSE(shown.headers.contains("Content-Encoding"));
    EXPECT_TRUE(shown.headers.contains("ETag"));
}

}  // namespace
}  // namespace berth::test
