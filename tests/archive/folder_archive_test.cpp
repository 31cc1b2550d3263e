// Ended attempts are kept whole, once, and can be read again.
#include "archive/folder_archive.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

#include "archive/stored_file.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;

class Archive : public testing::Test {
protected:
    Archive() {
        std::string pattern = (fs::temp_directory_path() / "berth-archive-XXXXXX").string();
        folder = ::mkdtemp(pattern.data());
        write("output.log", "epoch 1\nepoch 2\n");
        write("work/weights/best.pt", random_bytes(200'000));
        write("work/results.csv", std::string(10'000, 'x'));
        reservation.id = {17};
        reservation.owner = "alice";
        reservation.state = ReservationState::completed;
        reservation.ended_at = parse_rfc3339("2026-11-30T23:59:59Z").value();
        archive = std::move(*FolderArchive::open(folder / "archive"));
    }
    ~Archive() override { fs::remove_all(folder); }

    void write(const fs::path& name, const std::string& text) const {
        fs::create_directories((folder / name).parent_path());
        std::ofstream(folder / name, std::ios::binary) << text;
    }
    static std::string random_bytes(std::size_t size) {
        std::mt19937 random(7);
        std::string bytes(size, '\0');
        for (char& byte : bytes) byte = static_cast<char>(random());
        return bytes;
    }
    std::expected<std::string, std::string> keep() const {
        return archive->keep(reservation, attempt, (folder / "output.log").string(),
                             (folder / "work").string());
    }
    static std::string read(const fs::path& path) {
        std::ifstream in(path, std::ios::binary);
        return {std::istreambuf_iterator<char>(in), {}};
    }

    fs::path folder;
    Reservation reservation;
    const AttemptId attempt{{17}, 1};
    std::unique_ptr<FolderArchive> archive;
};

TEST_F(Archive, output_and_results_are_kept_with_a_manifest_that_tells_them) {
    const auto kept = keep();
    ASSERT_TRUE(kept) << kept.error();
    EXPECT_EQ(*kept, (folder / "archive/2026/11/r-17.1").string());
    EXPECT_EQ(archive->log(attempt), "epoch 1\nepoch 2\n");
    const auto manifest = boost::json::parse(read(fs::path(*kept) / "manifest.json"));
    EXPECT_EQ(manifest.at("reservation").at("owner"), "alice");
    EXPECT_EQ(manifest.at("reservation").at("state"), "completed");
    ASSERT_EQ(manifest.at("files").as_array().size(), 3U);
    for (const auto& file : manifest.at("files").as_array()) {
        const fs::path stored = fs::path(*kept) / std::string(file.at("stored").as_string());
        const auto original = load_file(stored, 1 << 30);
        ASSERT_TRUE(original) << original.error();
        EXPECT_EQ(original->size(), file.at("original_size").to_number<std::size_t>());
    }
    EXPECT_TRUE(fs::exists(fs::path(*kept) / "results/weights/best.pt"));  // does not compress
    EXPECT_LT(fs::file_size(fs::path(*kept) / "results/results.csv.zst"), 1000U);
}

TEST_F(Archive, keeping_twice_keeps_the_first) {
    ASSERT_TRUE(keep());
    write("output.log", "something else");
    ASSERT_TRUE(keep());
    EXPECT_EQ(archive->log(attempt), "epoch 1\nepoch 2\n");
    EXPECT_EQ(archive->log({{17}, 2}), std::nullopt);
}

TEST_F(Archive, a_crash_at_any_moment_leaves_a_whole_archive_or_none) {
    write("work/big", random_bytes(30'000'000));
    for (int delay_ms = 0; delay_ms < 200; delay_ms += 10) {
        fs::remove_all(folder / "archive");
        archive = std::move(*FolderArchive::open(folder / "archive"));
        const pid_t child = ::fork();
        if (child == 0) {
            (void)keep();
            ::_exit(0);
        }
        ::usleep(static_cast<useconds_t>(delay_ms) * 1000);  // the moment of the crash
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        archive = std::move(*FolderArchive::open(folder / "archive"));
        ASSERT_TRUE(keep());
        EXPECT_EQ(archive->log(attempt), "epoch 1\nepoch 2\n") << "killed after " << delay_ms;
        EXPECT_EQ(fs::file_size(folder / "archive/2026/11/r-17.1/results/big"), 30'000'000U);
        for (const auto& entry : fs::directory_iterator(folder / "archive")) {
            EXPECT_FALSE(entry.path().filename().string().starts_with('.'));
        }
    }
}

TEST_F(Archive, links_out_of_the_work_folder_are_not_followed) {
    write("secret", "hush");
    fs::create_symlink(folder / "secret", folder / "work/link");
    fs::create_directory_symlink(folder, folder / "work/up");
    const auto kept = keep();
    ASSERT_TRUE(kept) << kept.error();
    EXPECT_THAT(
        read(fs::path(*kept) / "manifest.json"),
        testing::Not(testing::AnyOf(testing::HasSubstr("secret"), testing::HasSubstr("link"),
                                    testing::HasSubstr("up/"))));
}

TEST_F(Archive, a_file_and_its_compressed_twin_are_both_kept) {
    write("work/data", std::string(10'000, 'd'));
    write("work/data.zst", random_bytes(5'000));
    const auto kept = keep();
    ASSERT_TRUE(kept) << kept.error();
    EXPECT_EQ(load_file(fs::path(*kept) / "results/data.zst", 1 << 30), std::string(10'000, 'd'));
    EXPECT_EQ(load_file(fs::path(*kept) / "results/data.zst.zst", 1 << 30), random_bytes(5'000));
}

TEST_F(Archive, the_manifest_tells_each_originals_sha256) {
    write("work/abc", "abc");
    const auto kept = keep();
    ASSERT_TRUE(kept) << kept.error();
    const auto manifest = boost::json::parse(read(fs::path(*kept) / "manifest.json"));
    EXPECT_FALSE(manifest.at("berth_version").as_string().empty());
    // printf abc | sha256sum
    EXPECT_THAT(
        read(fs::path(*kept) / "manifest.json"),
        testing::HasSubstr("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"));
}

TEST_F(Archive, what_cannot_be_kept_is_said_in_words_and_leaves_no_remains) {
    write("work/long", std::string(4'000'000, 'x') + random_bytes(4'000'000));
    const pid_t child = ::fork();
    if (child == 0) {
        ::signal(SIGXFSZ, SIG_IGN);  // so that writing fails, as on a full disk
        const rlimit limit{1 << 20, 1 << 20};
        ::setrlimit(RLIMIT_FSIZE, &limit);
        const auto kept = keep();
        ::_exit(!kept && kept.error().find("cannot write") != std::string::npos ? 0 : 1);
    }
    int status = -1;
    ::waitpid(child, &status, 0);
    EXPECT_EQ(status, 0);
    EXPECT_TRUE(fs::is_empty(folder / "archive"));
    EXPECT_TRUE(keep());
}

TEST_F(Archive, a_damaged_file_is_noticed) {
    const auto kept = keep();
    ASSERT_TRUE(kept);
    const fs::path stored = fs::path(*kept) / "results/results.csv.zst";
    std::string bytes = read(stored);
    bytes.resize(bytes.size() / 2);
    std::ofstream(stored, std::ios::binary | std::ios::trunc) << bytes;
    EXPECT_FALSE(load_file(stored, 1 << 30));
}

TEST_F(Archive, a_folder_that_cannot_be_written_is_said_in_words) {
    write("file", "");
    const auto refused = FolderArchive::open(folder / "file/below");
    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error(), testing::HasSubstr("cannot make the archive's folder"));
}

TEST_F(Archive, a_long_log_is_kept_in_little_memory) {
    {
        std::ofstream out(folder / "output.log");
        const std::string line(1023, 'l');
        for (int i = 0; i < 100 * 1024; ++i) out << line << '\n';
    }
    rusage before{};
    ::getrusage(RUSAGE_SELF, &before);
    ASSERT_TRUE(keep());
    rusage after{};
    ::getrusage(RUSAGE_SELF, &after);
    EXPECT_LT(after.ru_maxrss - before.ru_maxrss, 40 * 1024) << "KiB more, for a log of 100 MiB";
}

}  // namespace
}  // namespace berth
