// What the disk does not take at first is on it in the end, and nobody builds on it before.
#include "kubernetes/record_writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>

#include "kubernetes/full_disk.hpp"

namespace berth {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using testing::HasSubstr;

RecordLine prepared(std::uint64_t reservation) {
    RecordLine line;
    line.step = RecordedStep::prepared;
    line.reservation = {.number = reservation};
    line.attempt = 1;
    return line;
}

class RecordWriters : public testing::Test {
protected:
    RecordWriters() {
        client.call_and_wait([this] {
            writer = std::make_unique<RecordWriter>(
                client, AcceptanceRecord(file), alive,
                [this](const std::string& words) { reports.set_value(words); });  // once
        });
    }
    ~RecordWriters() override {
        close();
        fs::remove_all(folder);
    }

    void note(RecordLine line, std::promise<void>& written) {
        client.call_and_wait([&] { writer->note(line, [&written] { written.set_value(); }); });
    }
    void close() {
        client.call_and_wait([this] { writer.reset(); });
    }

    const fs::path folder = test::new_folder("record-writer");
    const fs::path file = folder / "accepted";
    ApiClient client{{.server = "https://127.0.0.1:9", .authority = {}}, {}};
    std::shared_ptr<void> alive = std::make_shared<int>();
    std::promise<std::string> reports;
    std::unique_ptr<RecordWriter> writer;
};

TEST_F(RecordWriters, what_finds_no_room_is_written_once_there_is_and_only_then_built_upon) {
    std::promise<void> written;
    auto is_written = written.get_future();
    {
        const test::FullDisk full(10);  // half a line
        note(prepared(1), written);
        EXPECT_THAT(reports.get_future().get(), HasSubstr("Cannot write " + file.string()));
        client.call_and_wait([] {});
        EXPECT_EQ(is_written.wait_for(0s), std::future_status::timeout);
    }
    ASSERT_EQ(is_written.wait_for(20s), std::future_status::ready);
    EXPECT_TRUE(AcceptanceRecord(file).attempts().contains({{1}, 1}));
}

TEST_F(RecordWriters, what_found_no_room_is_written_with_what_comes_next) {
    std::promise<void> first;
    std::promise<void> second;
    {
        const test::FullDisk full(10);
        note(prepared(1), first);
        reports.get_future().wait();
    }
    note(prepared(2), second);
    ASSERT_EQ(second.get_future().wait_for(20s), std::future_status::ready);
    ASSERT_EQ(first.get_future().wait_for(20s), std::future_status::ready);
    close();
    EXPECT_EQ(AcceptanceRecord(file).attempts().size(), 2U);
}

}  // namespace
}  // namespace berth
