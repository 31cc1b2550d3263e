// A job's log, read and followed.
#include <gmock/gmock.h>

#include "api/http_server.hpp"
#include "raw_client.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class job_log : public ApiSite {
protected:
    void write(const std::string& text) const { folder.write("logs/r-1.1.log", text); }
    // The job is gone, and its end is on record.
    void end_job() { submit("berth", AttemptEnded{ReservationId{1}, 1, 0, clock.now(), {}}); }
};

TEST_F(job_log, there_is_none_before_the_start) {
    as_alice("/api/v1/reservations", R"({"start":"2026-11-30T12:00:00Z","hours":2})");
    const auto answer = get("/api/v1/reservations/r-1/log");
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("r-1 has not started yet"));
}

TEST_F(job_log, it_is_read_from_the_running_job_from_an_offset_on) {
    run_job();
    folder.write("logs/r-1.1.log", "epoch 1\nepoch 2\n");
    const auto whole = get("/api/v1/reservations/r-1/log");
    EXPECT_EQ(whole.body, "epoch 1\nepoch 2\n");
    EXPECT_EQ(whole.headers.at("Content-Type"), "text/plain; charset=utf-8");
    EXPECT_EQ(whole.headers.at("X-Berth-Log-Size"), "16");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?attempt=1&offset=8").body, "epoch 2\n");
    const auto end = get("/api/v1/reservations/r-1/log?offset=16");
    EXPECT_EQ(end.status, 200);
    EXPECT_EQ(end.body, "");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?offset=99").body, "");
}

TEST_F(job_log, it_is_read_from_the_archive_once_the_job_is_gone) {
    run_job();
    archive.logs[{ReservationId{1}, 1}] = "archived words";
    const auto answer = get("/api/v1/reservations/r-1/log?offset=9");
    EXPECT_EQ(answer.body, "words");
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Size"), "14");
}

TEST_F(job_log, an_attempt_that_never_was_is_404) {
    run_job();
    const auto answer = get("/api/v1/reservations/r-1/log?attempt=2");
    EXPECT_EQ(answer.status, 404);
    EXPECT_THAT(text_at(answer, "/detail"), HasSubstr("its last is 1"));
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?attempt=one").status, 400);
}

TEST_F(job_log, its_tail_begins_with_a_whole_line) {
    run_job();
    write("epoch 1\nepoch 2\nepoch 3\n");
    const auto answer = get("/api/v1/reservations/r-1/log?tail=18");
    EXPECT_EQ(answer.body, "epoch 2\nepoch 3\n");
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Size"), "24");
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Offset"), "8");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=16").body, "epoch 2\nepoch 3\n");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=15").body, "epoch 3\n");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=24").body.size(), 24U);
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=999").body.size(), 24U);
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=0").body, "");
}

TEST_F(job_log, what_a_progress_bar_has_overwritten_is_cut_as_a_line) {
    run_job();
    write("\r10%\r20%\r30%");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=6").body, "30%");
    write("a\r\nb\r\nc");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log?tail=3").body, "c");
}

TEST_F(job_log, of_one_endless_line_the_end_is_shown_from_a_whole_character_on) {
    run_job();
    write("训练训练\n");
    const auto answer = get("/api/v1/reservations/r-1/log?tail=5");
    EXPECT_EQ(answer.body, "练\n");
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Offset"), "9");
}

TEST_F(job_log, of_the_archived_log_there_is_a_tail_too) {
    run_job();
    archive.logs[{ReservationId{1}, 1}] = "one\ntwo\n";
    const auto answer = get("/api/v1/reservations/r-1/log?tail=5");
    EXPECT_EQ(answer.body, "two\n");
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Offset"), "4");
}

TEST_F(job_log, it_says_whether_more_may_come) {
    run_job();
    write("epoch 1\n");
    EXPECT_EQ(get("/api/v1/reservations/r-1/log").headers.at("X-Berth-Log-Open"), "true");
    end_job();
    EXPECT_EQ(get("/api/v1/reservations/r-1/log").headers.at("X-Berth-Log-Open"), "false");
}

TEST_F(job_log, of_a_job_that_has_written_nothing_yet_it_is_empty_and_after_its_end_there_is_none) {
    run_job();
    const auto answer = get("/api/v1/reservations/r-1/log");
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.headers.at("X-Berth-Log-Size"), "0");
    end_job();
    EXPECT_EQ(get("/api/v1/reservations/r-1/log").status, 404);
}

TEST_F(job_log, nonsense_is_400) {
    run_job();
    for (const char* query :
         {"tail=8388609", "tail=-1", "tail=4&offset=0", "wait=26", "wait=soon"}) {
        const auto answer = get(std::string("/api/v1/reservations/r-1/log?") + query);
        EXPECT_EQ(answer.status, 400) << query;
    }
}

// Followed without sockets: the test lets the time go on.
class followed_log : public job_log {
protected:
    followed_log() {
        api = std::make_unique<Api>(context(), run_at_once, run_at_once,
                                    [this](std::chrono::milliseconds, std::function<void()> what) {
                                        later.push_back(std::move(what));
                                    });
    }

    static void run_at_once(const std::function<void()>& what) { what(); }

    void a_while_later() {
        for (const auto& what : std::exchange(later, {})) what();
    }

    void follow(const std::string& query) {
        answer.reset();
        Request request;
        request.method = "GET";
        request.target = "/api/v1/reservations/r-1/log?" + query;
        api->handle(std::move(request),
                    [this](Response response) { answer = std::move(response); });
    }

    std::vector<std::function<void()>> later;
    std::optional<Response> answer;
};

TEST_F(followed_log, who_waits_is_answered_as_soon_as_there_is_more) {
    run_job();
    write("epoch 1\n");
    follow("offset=8&wait=25");
    a_while_later();
    EXPECT_FALSE(answer);
    write("epoch 1\nepoch 2\n");
    a_while_later();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "epoch 2\n");
    EXPECT_EQ(answer->headers.at("X-Berth-Log-Open"), "true");
    EXPECT_TRUE(later.empty()) << "nobody waits, and still somebody looks";
}

TEST_F(followed_log, what_is_there_already_is_not_waited_for) {
    run_job();
    write("epoch 1\n");
    follow("offset=2&wait=25");
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "och 1\n");
    follow("tail=100&wait=25");
    ASSERT_TRUE(answer);
}

TEST_F(followed_log, who_waits_is_told_of_the_end) {
    run_job();
    write("epoch 1\n");
    follow("offset=8&wait=25");
    EXPECT_FALSE(answer);
    end_job();
    a_while_later();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body, "");
    EXPECT_EQ(answer->headers.at("X-Berth-Log-Open"), "false");
}

TEST_F(followed_log, an_ended_job_keeps_nobody_waiting) {
    run_job();
    write("epoch 1\n");
    end_job();
    follow("offset=8&wait=25");
    ASSERT_TRUE(answer);
}

TEST_F(followed_log, the_servers_end_keeps_nobody_waiting) {
    run_job();
    follow("wait=25");
    EXPECT_FALSE(answer);
    api->close_streams();
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->status, 200);
}

// Over sockets.
class many_followers : public job_log {
protected:
    many_followers() {
        server = std::make_unique<HttpServer>(context());
        port = server->start("127.0.0.1", 0).value();
        run_job();
        write("epoch 1\n");
    }

    static std::string get(const std::string& target) {
        return "GET " + target + " HTTP/1.1\r\nHost: berth\r\n\r\n";
    }

    void follow(int count) {
        for (int i = 0; i < count; ++i) {
            followers.push_back(std::make_unique<RawClient>(port));
            followers.back()->send(get("/api/v1/reservations/r-1/log?offset=8&wait=25"));
        }
    }

    std::uint16_t port = 0;
    std::unique_ptr<HttpServer> server;
    std::vector<std::unique_ptr<RawClient>> followers;
};

TEST_F(many_followers, two_hundred_wait_at_once_and_nobody_else_does) {
    follow(200);
    RawClient other(port);
    const auto before = std::chrono::steady_clock::now();
    for (int i = 0; i < 20; ++i) {
        other.send(get("/healthz") + get("/api/v1/calendar"));
        EXPECT_THAT(other.read_answer(), EndsWith("alive\n"));
        EXPECT_THAT(other.read_answer(), StartsWith("HTTP/1.1 200 "));
    }
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
    write("epoch 1\nepoch 2\n");
    for (const auto& follower : followers) {
        EXPECT_THAT(follower->read_answer(), EndsWith("\r\n\r\nepoch 2\n"));
    }
}

TEST_F(many_followers, all_are_answered_when_the_server_stops) {
    follow(20);
    RawClient other(port);
    other.send(get("/healthz"));
    other.read_answer();
    const auto before = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
    for (const auto& follower : followers) {
        EXPECT_THAT(follower->read_answer(), HasSubstr("X-Berth-Log-Open: true\r\n"));
    }
}

}  // namespace
}  // namespace berth::test
