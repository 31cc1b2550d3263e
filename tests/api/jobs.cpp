// The job's own side, and the test clock.
#include <gmock/gmock.h>

#include "site.hpp"

namespace berth::test {
namespace {

using testing::HasSubstr;

class job_side : public ApiSite {
protected:
    Response job(const std::string& method, const std::string& what, const std::string& body = "",
                 const std::string& token = "token-of-r-1.1") const {
        return ask(method, "/api/v1/jobs/self/" + what, body,
                   {{"Authorization", "Bearer " + token}});
    }
    // What the engine has decided, and a server that has started since.
    void tell(const Event& event) {
        JournalRow row;
        row.sequence = journal.all().back().sequence + 1;
        row.time = clock.now();
        row.actor = "berth";
        row.reservation = reservation_of(event)->text();
        row.kind = event_kind(event);
        row.event = encode_event(event);
        api.reset();
        engine.reset();
        ASSERT_EQ(journal.append(std::span(&row, 1), {}), CommitOutcome::committed);
        start_engine();
        api = std::make_unique<Api>(context());
    }
};

TEST_F(job_side, a_bad_token_is_401_everywhere) {
    run_job();
    for (const auto& [method, what] : std::vector<std::pair<std::string, std::string>>{
             {"POST", "progress"}, {"POST", "saved"}, {"GET", "notice"}}) {
        EXPECT_EQ(job(method, what, "{}", "forged").status, 401) << what;
        const auto none = ask(method, "/api/v1/jobs/self/" + what, "{}");
        EXPECT_EQ(none.status, 401) << what;
        EXPECT_EQ(none.headers.at("WWW-Authenticate"), "Bearer");
        EXPECT_EQ(text_at(none, "/code"), "token_invalid");
    }
}

TEST_F(job_side, progress_is_kept_and_shown_with_the_reservation) {
    run_job();
    EXPECT_EQ(job("POST", "progress", R"({"event":"epoch","epoch":3,"epochs":10})").status, 204);
    EXPECT_EQ(job("POST", "progress", R"({"event":"resting"})").status, 204);
    const auto answer = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(answer, "/progress"), R"({"event":"epoch","epoch":3,"epochs":10})");
    EXPECT_EQ(journal.of(ReservationId{1}).size(), 2U);
}

TEST_F(job_side, progress_from_before_a_restart_is_still_shown) {
    run_job();
    job("POST", "progress", R"({"epoch":3,"epochs":10})");
    job("POST", "progress", R"({"event":"resting"})");
    api = std::make_unique<Api>(context());
    EXPECT_EQ(text_at(get("/api/v1/reservations/r-1"), "/progress/epoch"), "3");
}

TEST_F(job_side, progress_must_be_an_object_of_at_most_64_kib) {
    run_job();
    EXPECT_EQ(job("POST", "progress", "[1]").status, 400);
    EXPECT_EQ(job("POST", "progress", "{").status, 400);
    const std::string large = R"({"x":")" + std::string(64 * 1024, 'x') + R"("})";
    EXPECT_EQ(job("POST", "progress", large).status, 413);
}

TEST_F(job_side, an_attempt_that_is_not_under_way_is_told_so) {
    EXPECT_EQ(job("POST", "progress", "{}").status, 409);
    EXPECT_EQ(job("GET", "notice").status, 409);
}

TEST_F(job_side, a_running_job_far_from_its_end_has_no_notice) {
    run_job();
    EXPECT_EQ(job("GET", "notice").body, R"({"notice":null})");
}

TEST_F(job_side, a_job_that_is_evicted_reads_when_how_many_gpus_go_in_both_languages) {
    run_job();
    tell(NoticeGiven{{1}, {NoticeKind::eviction, clock.now(), clock.now() + 30min, {}}});
    tell(ReservationReleasing{{1}, ReservationState::evicted, "", clock.now() + 30min});
    clock.move(clock.now() + 10min);
    const auto answer = job("GET", "notice");
    EXPECT_EQ(text_at(answer, "/notice/kind"), "eviction");
    EXPECT_EQ(text_at(answer, "/notice/deadline"), "2026-11-30T04:30:00Z");
    EXPECT_EQ(text_at(answer, "/notice/seconds_left"), "1200");
    EXPECT_THAT(text_at(answer, "/notice/message"),
                HasSubstr("the GPU you are using will be reclaimed in 20 minutes; please save a "
                          "checkpoint"));
    EXPECT_THAT(text_at(answer, "/notice/message"),
                HasSubstr("您正在使用的1块GPU将在20分钟后被回收"));
}

TEST_F(job_side, a_job_that_may_not_run_on_is_told_of_its_end_until_that_is_withdrawn) {
    run_job();
    tell(NoticeGiven{{1}, {NoticeKind::end, clock.now(), monday_ten + 6h, {}}});
    const auto answer = job("GET", "notice");
    EXPECT_EQ(text_at(answer, "/notice/kind"), "end");
    EXPECT_EQ(text_at(answer, "/notice/deadline"), "2026-11-30T08:00:00Z");
    EXPECT_THAT(text_at(answer, "/notice/message"), HasSubstr("save a checkpoint"));
    tell(NoticeWithdrawn{{1}});
    EXPECT_EQ(job("GET", "notice").body, R"({"notice":null})");
}

TEST_F(job_side, a_cancelled_job_has_its_grace_and_not_until_an_end_that_it_was_told_before) {
    run_job();
    tell(NoticeGiven{{1}, {NoticeKind::end, clock.now(), monday_ten + 6h, {}}});
    as_alice("/api/v1/reservations/r-1/cancel");
    EXPECT_EQ(text_at(job("GET", "notice"), "/notice/kind"), "release");
    EXPECT_EQ(text_at(job("GET", "notice"), "/notice/deadline"), "2026-11-30T04:01:00Z");
}

TEST_F(job_side, a_cancelled_job_is_told_to_leave_by_a_deadline_that_stands_still) {
    run_job();
    as_alice("/api/v1/reservations/r-1/cancel");
    clock.move(clock.now() + 20s);
    const auto answer = job("GET", "notice");
    EXPECT_EQ(text_at(answer, "/notice/kind"), "release");
    EXPECT_EQ(text_at(answer, "/notice/deadline"), "2026-11-30T04:01:00Z");
    EXPECT_EQ(text_at(answer, "/notice/seconds_left"), "40");
    clock.move(clock.now() + 60s);
    EXPECT_EQ(text_at(job("GET", "notice"), "/notice/deadline"), "2026-11-30T04:01:00Z");
    EXPECT_EQ(text_at(job("GET", "notice"), "/notice/seconds_left"), "0");
}

TEST_F(job_side, what_was_saved_is_on_record) {
    run_job();
    const auto answer = job(
        "POST", "saved", R"({"checkpoint":"/ckpt/resume.pt","epoch":7,"step":840,"leaving":true})");
    EXPECT_EQ(answer.status, 204) << answer.body;
    const auto seen = get("/api/v1/reservations/r-1");
    EXPECT_EQ(text_at(seen, "/checkpoint/path"), "/ckpt/resume.pt");
    EXPECT_EQ(text_at(seen, "/checkpoint/epoch"), "7");
    EXPECT_EQ(text_at(seen, "/checkpoint/step"), "840");
    EXPECT_EQ(journal.rows_of(ReservationId{1}).back().actor, "job:r-1.1");
}

TEST_F(job_side, a_save_without_a_path_is_400) {
    run_job();
    EXPECT_EQ(job("POST", "saved", R"({"epoch":7,"step":840})").status, 400);
}

class test_clock : public ApiSite {
protected:
    test_clock() {
        auto with_clock = context();
        with_clock.move_clock = [this](Instant when) -> std::expected<void, std::string> {
            if (when < clock.now()) return std::unexpected("the clock only moves forward");
            clock.move(when);
            return {};
        };
        api = std::make_unique<Api>(with_clock);
    }
};

TEST_F(test_clock, it_moves_to_an_instant_or_by_a_length) {
    EXPECT_EQ(ask("POST", "/test/clock", R"({"advance":"1h30m"})").body,
              R"({"now":"2026-11-30T03:30:00Z"})");
    EXPECT_EQ(ask("POST", "/test/clock", R"({"now":"2026-12-01T00:00:00Z"})").body,
              R"({"now":"2026-12-01T00:00:00Z"})");
}

TEST_F(test_clock, nonsense_is_400_with_a_sentence) {
    for (const char* body : {R"({})", R"({"advance":"2"})", R"({"advance":"h"})",
                             R"({"advance":"-2h"})", R"({"advance":""})", R"({"now":"noon"})",
                             R"({"now":"2026-12-01T00:00:00Z","advance":"2h"})",
                             R"({"now":"2020-01-01T00:00:00Z"})"}) {
        EXPECT_EQ(ask("POST", "/test/clock", body).status, 400) << body;
    }
}

}  // namespace
}  // namespace berth::test
