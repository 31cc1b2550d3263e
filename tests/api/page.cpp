// The page's files: the right type, kept as long as they may be, and nothing from outside.
#include "api/page.hpp"

#include <gmock/gmock.h>

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
    EXPECT_EQ(answer.headers.at("Content-Security-Policy"), "default-src 'self'");
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

}  // namespace
}  // namespace berth::test
