// The audit's rows, for people, spreadsheets and programs; and a journal file read without a
// server.
#include "apps/berth/audit_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "apps/berth/replay.hpp"
#include "apps/berth/timetable.hpp"
#include "journal/sqlite_journal.hpp"

namespace berth::cli {
namespace {

using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;
namespace json = boost::json;

Instant at(const char* text) {
    return parse_rfc3339(text).value();
}

JournalRow row_of(std::uint64_t sequence, const char* time, const std::string& actor,
                  const Event& event, const std::string& reason = "") {
    const auto id = reservation_of(event);
    return {sequence,
            at(time),
            actor,
            "reserve",
            reason,
            "",
            "",
            id ? id->text() : "",
            event_kind(event),
            encode_event(event)};
}

Event confirmed(std::uint64_t number, const std::string& team, const char* from, const char* to) {
    Reservation reservation;
    reservation.id = {number};
    reservation.owner = "alice";
    reservation.team = team;
    reservation.gpus = {"node1/0"};
    reservation.start = at(from);
    reservation.end = reservation.booked_end = at(to);
    return ReservationConfirmed{reservation};
}

Event cancelled(std::uint64_t number, const char* time) {
    return ReservationEnded{{number}, ReservationState::cancelled, at(time), {}, "enough"};
}

std::vector<JournalRow> some_rows() {
    GpuSpec gpu;
    gpu.node = "node1";
    gpu.model = "A100";
    gpu.memory_gb = 80;
    return {row_of(1, "2026-11-30T08:00:00Z", "berth", FleetDeclared{{gpu}}),
            row_of(2, "2026-11-30T09:00:00Z", "alice",
                   confirmed(1, "vision", "2026-11-30T20:00:00Z", "2026-11-30T22:00:00Z")),
            row_of(3, "2026-11-30T09:30:00Z", "bob",
                   confirmed(2, "nlp", "2026-12-01T20:00:00Z", "2026-12-01T22:00:00Z")),
            row_of(4, "2026-11-30T10:00:00Z", "alice", cancelled(1, "2026-11-30T10:00:00Z"),
                   "no, \"later\"")};
}

SlotGrid utc() {
    return SlotGrid::make("UTC", std::chrono::minutes(120)).value();
}

std::string printed(AuditForm form, const std::vector<JournalRow>& rows) {
    AuditPrinter printer(form, utc());
    std::string text;
    for (const auto& row : rows) text += printer.row(audit_object(row));
    return text + printer.end();
}

std::vector<std::uint64_t> chosen(const AuditQuery& query) {
    AuditFilter filter(query);
    std::vector<std::uint64_t> numbers;
    for (const auto& row : some_rows()) {
        if (filter.takes(row)) numbers.push_back(row.sequence);
    }
    return numbers;
}

TEST(AuditRows, people_see_who_did_what_when_and_why) {
    const std::string text = printed(AuditForm::people, some_rows());
    EXPECT_THAT(text,
                HasSubstr("alice        r-1      reservation_confirmed on node1/0, Mon 30 Nov "
                          "20:00 – Mon 30 Nov 22:00\n"));
    EXPECT_THAT(text, HasSubstr("reservation_ended as cancelled, enough: no, \"later\"\n"));
    EXPECT_EQ(printed(AuditForm::people, {}), "there is no such row\n");
}

TEST(AuditRows, json_is_one_list_with_the_events_as_objects) {
    const auto list = json::parse(printed(AuditForm::json, some_rows())).as_array();
    ASSERT_EQ(list.size(), 4U);
    EXPECT_EQ(list[3].at("reason"), "no, \"later\"");
    EXPECT_EQ(list[3].at("event").at("detail"), "enough");
    EXPECT_EQ(list[0].at("reservation"), nullptr);
    EXPECT_EQ(json::parse(printed(AuditForm::json, {})), json::array{});
}

TEST(AuditRows, csv_quotes_what_needs_it_and_has_a_heading_even_without_rows) {
    const std::string text = printed(AuditForm::csv, some_rows());
    EXPECT_THAT(text, StartsWith("sequence,time,actor,command,reason,reservation,kind,event\r\n"));
    EXPECT_THAT(text, HasSubstr("4,2026-11-30T10:00:00Z,alice,reserve,\"no, \"\"later\"\"\",r-1,"));
    EXPECT_EQ(printed(AuditForm::csv, {}),
              "sequence,time,actor,command,reason,reservation,kind,event\r\n");
}

TEST(AuditRows, a_spreadsheet_is_not_given_a_formula) {
    auto rows = some_rows();
    rows.resize(1);
    rows[0].reason = "=HYPERLINK(1)";
    EXPECT_THAT(printed(AuditForm::csv, rows), HasSubstr(",'=HYPERLINK(1),"));
}

AuditQuery by(void (*narrow)(AuditQuery&)) {
    AuditQuery query;
    narrow(query);
    return query;
}

TEST(AuditFilter, each_wish_narrows_the_rows) {
    EXPECT_THAT(chosen({}), ElementsAre(1, 2, 3, 4));
    EXPECT_THAT(chosen(by([](AuditQuery& query) { query.actor = "alice"; })), ElementsAre(2, 4));
    EXPECT_THAT(chosen(by([](AuditQuery& query) { query.reservation = ReservationId{2}; })),
                ElementsAre(3));
    EXPECT_THAT(chosen(by([](AuditQuery& query) {
                    query.from = at("2026-11-30T09:00:00Z");
                    query.to = at("2026-11-30T10:00:00Z");
                })),
                ElementsAre(2, 3));
}

TEST(AuditFilter, a_teams_rows_are_all_those_about_its_reservations) {
    EXPECT_THAT(chosen(by([](AuditQuery& query) { query.team = "vision"; })), ElementsAre(2, 4));
    EXPECT_THAT(chosen(by([](AuditQuery& query) { query.team = "nobody"; })), ElementsAre());
}

class JournalFile : public testing::Test {
protected:
    JournalFile() {
        EXPECT_NE(::mkdtemp(folder_.data()), nullptr);
        path_ = folder_ + "/journal.sqlite";
        const auto journal = SqliteJournal::open(path_).value();
        EXPECT_EQ(journal->append(some_rows(), {}), CommitOutcome::committed);
    }
    ~JournalFile() override { std::filesystem::remove_all(folder_); }

    std::optional<State> at_row(std::optional<std::uint64_t> row) {
        return replay(session_, path_, utc(), {.sequence = row, .time = {}});
    }

    std::string folder_ = testing::TempDir() + "berth-cli-XXXXXX";
    std::string path_;
    Session session_{"http://127.0.0.1:1", "alice", Output::people, {}};
};

TEST_F(JournalFile, the_state_is_rebuilt_as_it_was_at_a_row) {
    EXPECT_TRUE(at_row(1)->reservations.empty());
    const auto second = at_row(2);
    EXPECT_EQ(second->find({1})->state, ReservationState::confirmed);
    EXPECT_EQ(second->find({2}), nullptr);
    const auto last = at_row({});
    EXPECT_EQ(last->find({1})->state, ReservationState::cancelled);
    EXPECT_EQ(last->last_sequence, 4U);
}

TEST_F(JournalFile, or_as_it_was_at_a_time) {
    const auto state =
        replay(session_, path_, utc(), {.sequence = {}, .time = at("2026-11-30T09:45:00Z")});
    EXPECT_EQ(state->last_sequence, 3U);
}

TEST_F(JournalFile, before_its_first_row_there_is_nothing_to_show) {
    EXPECT_FALSE(
        replay(session_, path_, utc(), {.sequence = {}, .time = at("2020-01-01T00:00:00Z")}));
    EXPECT_EQ(session_.exit(), Exit::not_found);
}

TEST_F(JournalFile, its_calendar_is_what_a_server_would_have_answered) {
    const auto state = at_row({});
    const auto calendar = calendar_object(*state, at("2026-11-30T10:00:00Z"),
                                          {at("2026-11-30T00:00:00Z"), at("2026-12-07T00:00:00Z")});
    ASSERT_EQ(calendar.at("reservations").as_array().size(), 1U);
    EXPECT_EQ(calendar.at("reservations").at(0).at("id"), "r-2");
    EXPECT_EQ(calendar.at("nodes").at(0).at("gpus").at(0).at("id"), "node1/0");
}

TEST_F(JournalFile, one_that_is_not_there_is_not_made) {
    EXPECT_FALSE(replay(session_, folder_ + "/other", utc(), {}));
    EXPECT_EQ(session_.exit(), Exit::not_found);
    EXPECT_FALSE(std::filesystem::exists(folder_ + "/other"));
}

}  // namespace
}  // namespace berth::cli
