// Files that are wholly there or not at all.
#include "files/durable_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

namespace berth {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class DurableFile : public testing::Test {
protected:
    DurableFile() {
        std::string name = (fs::temp_directory_path() / "berth-files-XXXXXX").string();
        folder_ = ::mkdtemp(name.data());
    }
    ~DurableFile() override { fs::remove_all(folder_); }
    DurableFile(const DurableFile&) = delete;
    DurableFile& operator=(const DurableFile&) = delete;

    fs::path folder_;
    fs::path file() const { return folder_ / "facts"; }
};

TEST_F(DurableFile, is_replaced_and_nothing_is_left_beside_it) {
    ASSERT_TRUE(write_durably(file(), "a long first text"));
    ASSERT_TRUE(write_soon(file(), "second"));
    EXPECT_EQ(read_whole(file()), "second");
    EXPECT_EQ(std::distance(fs::directory_iterator(folder_), {}), 1);
}

TEST_F(DurableFile, belongs_to_its_owner_alone) {
    ASSERT_TRUE(write_durably(file(), "secret"));
    EXPECT_EQ(fs::status(file()).permissions(), fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(DurableFile, keeps_what_it_was_when_the_disk_is_full) {
    ASSERT_TRUE(write_durably(file(), "before"));
    fs::create_symlink("/dev/full", folder_ / "facts.new");
    const auto written = write_durably(file(), "after");
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error(),
              "Cannot write " + file().string() + ".new: No space left on device.");
    EXPECT_EQ(read_whole(file()), "before");
    EXPECT_FALSE(fs::exists(fs::symlink_status(folder_ / "facts.new")));
}

TEST_F(DurableFile, grows_at_its_end) {
    ASSERT_TRUE(append_durably(file(), "one\n"));
    ASSERT_TRUE(append_durably(file(), "two\n"));
    EXPECT_EQ(read_whole(file()), "one\ntwo\n");
}

TEST_F(DurableFile, is_written_at_a_place) {
    ASSERT_TRUE(write_at(file(), 0, "one two"));
    ASSERT_TRUE(write_at(file(), 4, "TWO three"));
    EXPECT_EQ(read_whole(file()), "one TWO three");
}

TEST_F(DurableFile, says_which_file_it_could_not_write) {
    const auto written = append_durably(folder_ / "absent" / "facts", "one");
    ASSERT_FALSE(written);
    EXPECT_THAT(written.error(), HasSubstr("absent/facts: No such file or directory."));
    EXPECT_FALSE(read_whole(folder_ / "absent" / "facts"));
}

TEST_F(DurableFile, gets_folders_where_there_are_none) {
    ASSERT_TRUE(make_folder_durably(folder_ / "a" / "b"));
    ASSERT_TRUE(make_folder_durably(folder_ / "a" / "b"));
    ASSERT_TRUE(write_durably(folder_ / "a" / "b" / "facts", "one"));
    ASSERT_TRUE(write_durably(folder_ / "a" / "b" / "c", "a file"));
    EXPECT_FALSE(make_folder_durably(folder_ / "a" / "b" / "c" / "d"));
}

}  // namespace
}  // namespace berth
