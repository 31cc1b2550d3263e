// GET /api/v1/calendar, byte by byte, and the week that it shows by itself.
#include <gmock/gmock.h>
#include <zlib.h>

#include "api/calendar_text.hpp"
#include "api/week.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

class calendar_api : public ApiSite {
protected:
    static constexpr const char* monday =
        "/api/v1/calendar?from=2026-11-29T16:00:00Z"
        "&to=2026-11-30T16:00:00Z";
};

TEST_F(calendar_api, the_picture_is_exactly_what_the_page_expects) {
    as_alice("/api/v1/reservations",
             R"({"title":"say \"hi\"\n","team":"vision","gpus":{"ids":["node1/1","node2/1"]},)"
             R"("start":"2026-11-30T12:00:00Z","hours":4,"priority":"P1"})");
    EXPECT_EQ(
        get(monday).body,
        R"({"revision":2,"now":"2026-11-30T02:00:00Z","zone":"Asia/Shanghai","slot_minutes":120,)"
        R"("from":"2026-11-29T16:00:00Z","to":"2026-11-30T16:00:00Z",)"
        R"("simulated_clock":true,"simulated_gpus":true,"nodes":[)"
        R"({"name":"node1","gpus":[)"
        R"({"id":"node1/0","model":"A100","memory_gb":40,"health":"healthy"},)"
        R"({"id":"node1/1","model":"A100","memory_gb":40,"health":"healthy"}]},)"
        R"({"name":"node2","gpus":[)"
        R"({"id":"node2/0","model":"A100","memory_gb":40,"health":"healthy"},)"
        R"({"id":"node2/1","model":"A100","memory_gb":40,"health":"healthy"}]}],)"
        R"("reservations":[{"id":"r-1","state":"confirmed","title":"say \"hi\"\n","owner":"alice",)"
        R"("team":"vision","gpus":[1,3],"start":"2026-11-30T12:00:00Z",)"
        R"("end":"2026-11-30T16:00:00Z","priority":"P1","preemptible":false,"progress":null}],)"
        R"("waiting":[],"occupants":[]})");
}

TEST_F(calendar_api, who_uses_gpus_without_a_reservation_is_in_the_picture_and_in_the_fleet) {
    const std::string before = get(monday).headers.at("ETag");
    submit("berth", ReportOccupants{{{"node1", "team-a/notebook", "Deployment notebook in team-a",
                                      2, monday_ten - 1h}}});
    const auto answer = get(monday, {{"If-None-Match", before}});
    EXPECT_EQ(answer.status, 200);
    const std::string told =
        R"([{"node":"node1","name":"team-a/notebook","owner":"Deployment notebook in team-a",)"
        R"("gpus":2,"since":"2026-11-30T01:00:00Z"}])";
    EXPECT_EQ(text_at(answer, "/occupants"), told);
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/occupants"), told);
    submit("berth", ReportOccupants{});
    EXPECT_EQ(text_at(get(monday), "/occupants"), "[]");
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/occupants"), "[]");
}

TEST_F(calendar_api, gpu_places_follow_the_nodes_as_listed) {
    // A GPU added to node1 later is number 4 for ever, but stands third in the picture.
    DeclareFleet fleet;
    for (const auto& [node, device] : std::vector<std::pair<std::string, int>>{
             {"node1", 0}, {"node1", 1}, {"node1", 2}, {"node2", 0}, {"node2", 1}}) {
        fleet.gpus.push_back({node, device, "A100", 40, {{"rack", "a"}}, Health::healthy});
    }
    submit("berth", fleet);
    as_alice("/api/v1/reservations",
             R"({"gpus":{"ids":["node1/2"]},"start":"2026-11-30T12:00:00Z","hours":2})");
    const auto answer = get(monday);
    EXPECT_EQ(text_at(answer, "/nodes/0/gpus/2/id"), "node1/2");
    EXPECT_EQ(text_at(answer, "/reservations/0/gpus"), "[2]");
    EXPECT_EQ(text_at(get("/api/v1/fleet"), "/nodes/0/gpus/2/number"), "4");
}

TEST_F(calendar_api, a_week_that_has_left_memory_is_drawn_from_the_history) {
    as_alice("/api/v1/reservations",
             R"({"title":"long ago","gpus":{"ids":["node1/0"]},"start":"2026-11-30T04:00:00Z",)"
             R"("hours":2})");
    move_to(monday_ten + 2h);
    move_to(monday_ten + 4h);
    move_to(monday_ten + ended_memory + 24h);
    as_alice("/api/v1/reservations",
             R"({"title":"new","gpus":{"ids":["node1/0"]},"start":"2026-12-10T12:00:00Z",)"
             R"("hours":2})");
    engine->read([](const View& view) { ASSERT_EQ(view.find({1}), nullptr); });
    const auto answer = get(monday);
    EXPECT_EQ(text_at(answer, "/reservations/0/title"), "long ago");
    EXPECT_EQ(text_at(answer, "/reservations/0/state"), "completed");
    const auto both = get("/api/v1/calendar?from=2026-11-29T16:00:00Z&to=2026-12-12T16:00:00Z");
    EXPECT_EQ(text_at(both, "/reservations/0/title"), "long ago");
    EXPECT_EQ(text_at(both, "/reservations/1/title"), "new");
}

TEST_F(calendar_api, every_control_character_in_a_title_is_escaped) {
    as_alice("/api/v1/reservations",
             R"({"title":"a\u0001b\tc\\d 训练","start":"2026-11-30T12:00:00Z","hours":2})");
    EXPECT_EQ(text_at(get(monday), "/reservations/0/title"),
              "a\x01"
              "b\tc\\d 训练");
}

TEST_F(calendar_api, without_a_window_the_current_week_of_the_site_is_shown) {
    const auto answer = get("/api/v1/calendar");
    EXPECT_EQ(text_at(answer, "/from"), "2026-11-29T16:00:00Z");
    EXPECT_EQ(text_at(answer, "/to"), "2026-12-06T16:00:00Z");
}

TEST_F(calendar_api, what_held_no_gpu_is_not_drawn) {
    as_alice("/api/v1/reservations", R"({"start":"2026-11-30T12:00:00Z","hours":2})");
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(text_at(get(monday), "/reservations"), "[]");
}

TEST_F(calendar_api, an_unchanged_picture_is_304_until_something_changes) {
    const std::string tag = get(monday).headers.at("ETag");
    const auto unchanged = get(monday, {{"If-None-Match", "\"x\", W/" + tag}});
    EXPECT_EQ(unchanged.status, 304);
    EXPECT_EQ(unchanged.body, "");
    EXPECT_EQ(unchanged.headers.at("ETag"), tag);
    as_alice("/api/v1/reservations", R"({"start":"2026-11-30T12:00:00Z","hours":2})");
    EXPECT_EQ(get(monday, {{"If-None-Match", tag}}).status, 200);
}

TEST_F(calendar_api, another_window_is_another_picture) {
    const std::string tag = get(monday).headers.at("ETag");
    EXPECT_EQ(get("/api/v1/calendar", {{"If-None-Match", tag}}).status, 200);
}

TEST_F(calendar_api, a_windows_end_before_its_start_is_400) {
    EXPECT_EQ(get("/api/v1/calendar?from=2026-11-30T16:00:00Z&to=2026-11-29T16:00:00Z").status,
              400);
}

// What gzip made of it.
std::string unzipped(const std::string& bytes) {
    z_stream stream{};
    EXPECT_EQ(inflateInit2(&stream, 15 + 16), Z_OK);
    std::string text(1 << 20, '\0');
    std::string in = bytes;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data());
    stream.avail_out = static_cast<uInt>(text.size());
    EXPECT_EQ(inflate(&stream, Z_FINISH), Z_STREAM_END);
    text.resize(stream.total_out);
    inflateEnd(&stream);
    return text;
}

TEST_F(calendar_api, a_client_that_takes_gzip_gets_the_same_text_compressed) {
    for (int i = 1; i <= 40; ++i) {
        as_alice("/api/v1/reservations", R"({"gpus":{"ids":["node1/0"]},"hours":2,"start":")" +
                                             to_rfc3339(monday_ten + 2h * i) + R"("})");
    }
    const char* week = "/api/v1/calendar";
    const auto plain = get(week);
    const auto zipped = get(week, {{"Accept-Encoding", "br, gzip;q=0.8"}});
    EXPECT_EQ(zipped.headers.at("Content-Encoding"), "gzip");
    EXPECT_LT(zipped.body.size() * 4, plain.body.size());
    EXPECT_EQ(unzipped(zipped.body), plain.body);
    EXPECT_EQ(plain.headers.count("Content-Encoding"), 0U);
    EXPECT_EQ(plain.headers.at("Vary"), "Accept-Encoding");
    EXPECT_NE(plain.headers.at("ETag"), zipped.headers.at("ETag"));
    EXPECT_EQ(get(week, {{"If-None-Match", zipped.headers.at("ETag")}}).status, 304);
    for (const char* refused : {"", "identity", "gzip;q=0", "gzip; q=0.00, br", "xgzip"}) {
        EXPECT_EQ(get(week, {{"Accept-Encoding", refused}}).body, plain.body) << refused;
    }
}

TEST_F(calendar_api, a_picture_that_was_kept_is_never_older_than_the_clock) {
    EXPECT_EQ(text_at(get(monday), "/now"), "2026-11-30T02:00:00Z");
    clock.move(monday_ten + 1s);
    EXPECT_EQ(text_at(get(monday), "/now"), "2026-11-30T02:00:01Z");
}

TEST_F(calendar_api, progress_changes_the_picture) {
    run_job();
    const std::string tag = get(monday).headers.at("ETag");
    EXPECT_EQ(text_at(get(monday), "/reservations/0/progress"), "null");
    ask("POST", "/api/v1/jobs/self/progress",
        R"({"event":"epoch","epoch":3,"epochs":100,"eta_seconds":5400.5,"losses":{}})",
        {{"Authorization", "Bearer token-of-r-1.1"}});
    const auto answer = get(monday, {{"If-None-Match", tag}});
    EXPECT_EQ(answer.status, 200);
    EXPECT_THAT(answer.body,
                testing::HasSubstr(R"("progress":{"epoch":3,"epochs":100,"eta_seconds":5400.5}})"));
}

// The picture of one reservation on node1/0, from Monday 10:00 for four hours.
class bars : public ApiSite {
protected:
    bars() {
        one->id = {1};
        one->gpus = {"node1/0"};
        one->start = monday_ten;
        one->end = monday_ten + 4h;
        one->booked_end = one->end;
    }

    boost::json::value drawn() {
        CalendarPicture picture;
        engine->read([&](const View& view) { picture.fleet = view.fleet; });
        (is_waiting(one->state) ? picture.waiting : picture.reservations).push_back(one);
        ProgressBoard board(journal);
        return boost::json::parse(calendar_text(picture, board));
    }
    std::string bar() { return boost::json::serialize(drawn().at_pointer("/reservations/0")); }

    std::shared_ptr<Reservation> one = std::make_shared<Reservation>();
};

TEST_F(bars, an_ordinary_one_says_nothing_that_is_rare) {
    for (const char* rare : {"kind", "booked_end", "notice", "wait", "idle_since", "trouble"}) {
        EXPECT_THAT(bar(), testing::Not(testing::HasSubstr(rare)));
    }
}

TEST_F(bars, one_that_runs_on_says_where_its_booked_time_ended) {
    one->state = ReservationState::overrunning;
    one->end = monday_ten + 5h;
    EXPECT_THAT(bar(), testing::HasSubstr(R"("booked_end":"2026-11-30T06:00:00Z")"));
}

TEST_F(bars, one_that_must_leave_says_when_and_for_whom) {
    one->state = ReservationState::releasing;
    one->notice = Notice{NoticeKind::eviction, monday_ten, monday_ten + 30min, ReservationId{9}};
    EXPECT_THAT(bar(), testing::HasSubstr(
                           R"("notice":{"kind":"eviction","given_at":"2026-11-30T02:00:00Z",)"
                           R"("deadline":"2026-11-30T02:30:00Z","by":"r-9"})"));
}

TEST_F(bars, since_when_the_gpus_are_idle_is_told) {
    one->idle_since = one->start;
    EXPECT_THAT(bar(), testing::HasSubstr("\"idle_since\":\"" + to_rfc3339(one->start) + '"'));
}

TEST_F(bars, maintenance_and_trouble_are_told) {
    one->kind = ReservationKind::maintenance;
    one->trouble = "node1/0 is down";
    EXPECT_THAT(bar(), testing::HasSubstr(R"("kind":"maintenance")"));
    EXPECT_THAT(bar(), testing::HasSubstr(R"("trouble":"node1/0 is down")"));
}

TEST_F(bars, an_offer_says_until_when_it_is_held) {
    one->state = ReservationState::offered;
    one->wait = Wait{monday_ten + 8h, WaitMode::offer, monday_ten + 15min};
    EXPECT_THAT(bar(), testing::HasSubstr(R"("answer_by":"2026-11-30T02:15:00Z")"));
}

TEST_F(bars, who_waits_is_listed_beside_with_what_they_asked_for) {
    one->state = ReservationState::waitlisted;
    one->gpus.clear();
    one->asked.count = 4;
    one->wait = Wait{monday_ten + 8h, WaitMode::auto_, {}};
    const auto picture = drawn();
    EXPECT_EQ(picture.at("reservations"), boost::json::array());
    const auto& entry = picture.at_pointer("/waiting/0");
    EXPECT_EQ(entry.at("id"), "r-1");
    EXPECT_EQ(entry.at_pointer("/asked/count"), 4);
    EXPECT_EQ(entry.at_pointer("/wait/latest_start"), "2026-11-30T10:00:00Z");
    EXPECT_EQ(entry.at_pointer("/wait/mode"), "auto");
}

TEST(week, it_runs_from_monday_to_monday_on_the_sites_clock) {
    const auto grid = SlotGrid::make("Europe/Berlin", 120min).value();
    // Sunday, shortly before midnight; the clocks went back that very day.
    const auto week = week_around(parse_rfc3339("2026-10-25T22:59:59Z").value(), grid);
    EXPECT_EQ(to_rfc3339(week.from), "2026-10-18T22:00:00Z");
    EXPECT_EQ(to_rfc3339(week.to), "2026-10-25T23:00:00Z");
}

}  // namespace
}  // namespace berth::test
