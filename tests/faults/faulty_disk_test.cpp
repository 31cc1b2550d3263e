// The disk itself: what may and what may not be there after a power loss.
#include "faults/faulty_disk.hpp"

#include <gtest/gtest.h>

#include <set>

#include "faults/pack.hpp"

namespace berth::faults {
namespace {

std::string content(FaultyDisk& disk, FaultyDisk::FileNumber file) {
    std::string all(disk.size(file), '\0');
    disk.read(file, 0, all);
    return all;
}

// All contents that a file of three sectors "a" can have when the power goes after one write of
// three sectors "b".
std::set<std::string> after_a_write_and_power_losses(bool synced) {
    std::set<std::string> seen;
    for (std::uint64_t seed = 0; seed < 300; ++seed) {
        FaultyDisk disk;
        std::uint64_t errors = 0;
        const auto file = disk.create_durably("file");
        EXPECT_EQ(disk.write(file, 0, std::string(3 * sector_size, 'a')), DiskResult::ok);
        EXPECT_EQ(disk.sync(file, errors), DiskResult::ok);
        EXPECT_EQ(disk.write(file, 0, std::string(3 * sector_size, 'b')), DiskResult::ok);
        if (synced) {
            EXPECT_EQ(disk.sync(file, errors), DiskResult::ok);
        }
        Random random(seed);
        disk.lose_power(random);
        const auto left = content(disk, file);
        EXPECT_EQ(left.size(), 3 * sector_size);
        seen.insert({left[0], left[sector_size], left[2 * sector_size]});
    }
    return seen;
}

TEST(FaultyDisk, keeps_what_was_synced) {
    EXPECT_EQ(after_a_write_and_power_losses(true), std::set<std::string>{"bbb"});
}

TEST(FaultyDisk, keeps_any_sectors_of_what_was_not_synced) {
    EXPECT_EQ(after_a_write_and_power_losses(false).size(), 8);
}

TEST(FaultyDisk, a_new_name_may_be_lost_until_names_are_synced) {
    int found = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultyDisk disk;
        (void)disk.create("kept");
        disk.sync_names();
        (void)disk.create("new");
        Random random(seed);
        disk.lose_power(random);
        EXPECT_TRUE(disk.find("kept"));
        if (disk.find("new")) ++found;
    }
    EXPECT_GT(found, 0);
    EXPECT_LT(found, 100);
}

TEST(FaultyDisk, a_failed_sync_is_told_once_to_each_user_and_loses_what_it_did_not_write) {
    int lost = 0;
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        FaultyDisk disk;
        disk.boot({.io_error_at = 3}, seed, [] {});
        const auto file = disk.create_durably("file");
        EXPECT_EQ(disk.write(file, 0, "new"), DiskResult::ok);
        std::uint64_t mine = 0;
        std::uint64_t yours = 0;
        EXPECT_EQ(disk.sync(file, mine), DiskResult::io_error);
        EXPECT_EQ(disk.sync(file, mine), DiskResult::ok);
        EXPECT_EQ(disk.sync(file, yours), DiskResult::io_error);
        EXPECT_EQ(content(disk, file), "new");
        Random random(seed);
        disk.lose_power(random);
        if (content(disk, file) != "new") ++lost;
    }
    EXPECT_GT(lost, 0);
}

TEST(FaultyDisk, a_full_disk_refuses_what_grows_until_there_is_space_again) {
    FaultyDisk disk;
    disk.boot({.full_from = 3, .full_refusals = 1}, 1, [] {});
    const auto file = disk.create_durably("file");
    EXPECT_EQ(disk.write(file, 0, "abc"), DiskResult::ok);
    EXPECT_EQ(disk.write(file, 0, "ABC"), DiskResult::ok);
    EXPECT_EQ(disk.write(file, 3, "def"), DiskResult::full);
    EXPECT_EQ(disk.write(file, 3, "def"), DiskResult::ok);
    EXPECT_EQ(content(disk, file), "ABCdef");
}

TEST(FaultyDisk, is_the_same_in_the_next_process) {
    FaultyDisk disk;
    const auto file = disk.create("file");
    EXPECT_EQ(disk.write(file, 0, "abc"), DiskResult::ok);
    Packer pack;
    pack(disk);
    FaultyDisk copy;
    Unpacker unpack(pack.bytes());
    unpack(copy);
    ASSERT_EQ(copy.find("file"), file);
    EXPECT_EQ(content(copy, file), "abc");
}

}  // namespace
}  // namespace berth::faults
