#include "identity/job_tokens.hpp"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <iterator>

namespace berth {
namespace {

class job_tokens : public testing::Test {
protected:
    void SetUp() override {
        std::string name =
            (std::filesystem::temp_directory_path() / "berth-tokens-XXXXXX").string();
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder_ = name;
        secret_ = folder_ / "secret";
    }
    void TearDown() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] JobTokens tokens() const {
        auto opened = JobTokens::open(secret_);
        if (!opened) throw std::runtime_error(opened.error());
        return *opened;
    }

    std::filesystem::path folder_;
    std::filesystem::path secret_;
};

const AttemptId attempt{ReservationId{17}, 2};

TEST_F(job_tokens, a_token_names_its_attempt_and_is_accepted) {
    const auto token = tokens().issue(attempt);
    EXPECT_TRUE(token.starts_with("r-17.2.")) << token;
    EXPECT_EQ(tokens().verify(token), attempt);
}

TEST_F(job_tokens, a_token_of_a_queue_job_opens_that_job_and_no_reservation) {
    const AttemptId queued{ReservationId{17, IdKind::queue_job}, 2};
    const auto token = tokens().issue(queued);
    EXPECT_EQ(tokens().verify(token), queued);
    EXPECT_FALSE(tokens().verify("r" + token.substr(1)));
}

TEST_F(job_tokens, a_token_is_still_good_after_a_restart) {
    const auto token = tokens().issue(attempt);
    EXPECT_EQ(tokens().verify(token), attempt);
}

TEST_F(job_tokens, another_sites_token_is_refused) {
    auto elsewhere = JobTokens::open(folder_ / "other");
    ASSERT_TRUE(elsewhere);
    EXPECT_FALSE(tokens().verify(elsewhere->issue(attempt)));
}

TEST_F(job_tokens, a_token_does_not_open_another_attempt) {
    const auto seal = tokens().issue(attempt).substr(std::string("r-17.2").size());
    for (const char* other : {"r-17.1", "r-18.2", "r-17.20", "r-017.2"}) {
        EXPECT_FALSE(tokens().verify(other + seal)) << other;
    }
}

TEST_F(job_tokens, one_changed_character_anywhere_spoils_a_token) {
    const auto token = tokens().issue(attempt);
    for (std::size_t i = 0; i < token.size(); ++i) {
        auto forged = token;
        forged[i] = forged[i] == '0' ? '1' : '0';
        EXPECT_FALSE(tokens().verify(forged)) << forged;
    }
}

TEST_F(job_tokens, nonsense_is_refused) {
    const auto token = tokens().issue(attempt);
    for (const std::string& text :
         {std::string(), std::string("."), std::string("r-17.2"), std::string("r-17.2."),
          token + "0", token + ".", token.substr(0, token.size() - 1)}) {
        EXPECT_FALSE(tokens().verify(text)) << text;
    }
}

TEST_F(job_tokens, the_secret_is_created_for_its_owner_alone) {
    (void)tokens();
    struct stat status{};
    ASSERT_EQ(::stat(secret_.c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 0777U, 0600U);
    EXPECT_EQ(status.st_size, 32);
    EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder_), {}), 1);
}

TEST_F(job_tokens, a_secret_that_others_can_read_is_not_used) {
    (void)tokens();
    ASSERT_EQ(::chmod(secret_.c_str(), 0640), 0);
    const auto opened = JobTokens::open(secret_);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("chmod 600"), std::string::npos) << opened.error();
}

TEST_F(job_tokens, a_damaged_secret_is_named) {
    std::ofstream(secret_) << "short";
    ASSERT_EQ(::chmod(secret_.c_str(), 0600), 0);
    const auto opened = JobTokens::open(secret_);
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find(secret_.string()), std::string::npos) << opened.error();
}

TEST_F(job_tokens, a_folder_that_is_not_there_is_an_error_not_a_crash) {
    const auto opened = JobTokens::open(folder_ / "nowhere" / "secret");
    ASSERT_FALSE(opened);
    EXPECT_NE(opened.error().find("cannot be created"), std::string::npos) << opened.error();
}

}  // namespace
}  // namespace berth
