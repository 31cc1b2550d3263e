// A notice is written once, however often it is told, so that its seconds count from the first.
#include <sys/stat.h>

#include "launcher_fixture.hpp"

namespace berth {
namespace {

class NoticeTest : public LauncherTest {
protected:
    // A file that was written again is another one, or was changed at another time.
    std::tuple<ino_t, std::int64_t, std::int64_t> version(const AttemptId& id) const {
        struct stat known{};
        const auto notice = options_.attempts_folder / id.text() / "notice.json";
        if (::stat(notice.c_str(), &known) != 0) return {};
        return {known.st_ino, known.st_mtim.tv_sec, known.st_mtim.tv_nsec};
    }
};

TEST_F(NoticeTest, the_same_notice_is_written_once_and_another_one_replaces_it) {
    open(virtual_);
    auto order = shell("sleep 60");
    order.ends_at = virtual_.now() + std::chrono::hours(2);
    launcher_->start(order);
    const auto deadline = virtual_.now() + std::chrono::minutes(30);
    launcher_->notify(order.id, "release", deadline, "Please save.");
    const auto first = version(order.id);
    ASSERT_NE(std::get<0>(first), 0U);
    virtual_.advance(std::chrono::minutes(5));
    launcher_->notify(order.id, "release", deadline, "Please save.");
    EXPECT_EQ(version(order.id), first);
    launcher_->notify(order.id, "release", deadline + std::chrono::minutes(30), "Please save.");
    EXPECT_NE(version(order.id), first);
}

TEST_F(NoticeTest, the_same_notice_from_the_next_server_is_not_written_again) {
    open();
    const auto order = shell("sleep 60");
    launcher_->start(order);
    const auto deadline = wall_.now() + std::chrono::minutes(30);
    launcher_->notify(order.id, "release", deadline, "Please save.");
    const auto first = version(order.id);
    close();
    open();
    launcher_->notify(order.id, "release", deadline, "Please save.");
    EXPECT_EQ(version(order.id), first);
}

}  // namespace
}  // namespace berth
