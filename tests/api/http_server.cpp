// The server on a real socket: what only shows on the wire.
#include "api/http_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <future>
#include <thread>

#include "raw_client.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class http_server : public Site {
protected:
    void start(HttpOptions options = {}) {
        server = std::make_unique<HttpServer>(context(), options);
        const auto started = server->start("127.0.0.1", 0);
        if (!started) throw std::runtime_error(started.error());
        port = *started;
    }

    static std::string get(const std::string& target, const std::string& more = "") {
        return "GET " + target + " HTTP/1.1\r\nHost: berth\r\n" + more + "\r\n";
    }

    static std::string post(const std::string& target, const std::string& body,
                            const std::string& more = "") {
        return "POST " + target + " HTTP/1.1\r\nHost: berth\r\nX-Berth-User: alice\r\n" + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
    }

    static std::string book(int slot) {
        return post("/api/v1/reservations", R"({"gpus":{"ids":["node1/0"]},"start":")" +
                                                to_rfc3339(monday_ten + 2h * (slot + 1)) +
                                                R"(","hours":2})");
    }

    std::uint16_t port = 0;
    std::unique_ptr<HttpServer> server;
};

TEST_F(http_server, the_seed_contract_works_over_the_wire) {
    start();
    RawClient client(port);
    client.send(post(
        "/reserve", R"({"user":"alice","gpus":[0,1],"start":"2026-11-30T20:00:00","duration":4})"));
    const auto answer = client.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(answer, HasSubstr("Content-Type: application/json\r\n"));
    EXPECT_THAT(answer, EndsWith(R"({"gpu":1,"time":"2026-11-30T20:00:00"}]})"));
}

TEST_F(http_server, a_connection_is_kept_for_the_next_request) {
    start();
    RawClient client(port);
    client.send(get("/healthz"));
    EXPECT_THAT(client.read_answer(), EndsWith("alive\n"));
    client.send(get("/readyz"));
    EXPECT_THAT(client.read_answer(), EndsWith("ready at revision 1\n"));
}

TEST_F(http_server, pipelined_requests_are_answered_in_their_order) {
    start();
    RawClient client(port);
    client.send(book(0) + get("/api/v1/reservations/r-1") + book(0) + get("/healthz"));
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(client.read_answer(), HasSubstr(R"("id":"r-1")"));
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 409 Conflict\r\n"));
    EXPECT_THAT(client.read_answer(), EndsWith("alive\n"));
}

// Compressed aside, while the same connection's next request waits its turn.
TEST_F(http_server, a_very_long_answer_is_compressed_and_keeps_its_place) {
    start();
    RawClient client(port);
    const std::string zip = "Accept-Encoding: gzip\r\n";
    client.send(get("/api/v1/openapi.json", zip) + get("/healthz"));
    const auto zipped = client.read_answer();
    EXPECT_THAT(zipped, HasSubstr("Content-Encoding: gzip\r\n"));
    EXPECT_THAT(client.read_answer(), EndsWith("alive\n"));
    client.send(get("/api/v1/openapi.json"));
    const auto plain = client.read_answer();
    ASSERT_GT(plain.size(), 64U * 1024) << "short enough to be compressed at once";
    EXPECT_LT(zipped.size(), plain.size() / 4);
}

TEST_F(http_server, connection_close_and_http_1_0_are_closed_after_the_answer) {
    start();
    RawClient closing(port);
    closing.send(get("/healthz", "Connection: close\r\n"));
    EXPECT_THAT(closing.read_to_end(), EndsWith("alive\n"));
    RawClient old(port);
    old.send("GET /healthz HTTP/1.0\r\n\r\n");
    EXPECT_THAT(old.read_to_end(), EndsWith("alive\n"));
}

TEST_F(http_server, head_tells_the_length_without_the_body) {
    start();
    RawClient client(port);
    client.send("HEAD /healthz HTTP/1.1\r\nHost: berth\r\n\r\n" + get("/healthz"));
    EXPECT_THAT(client.read_until("\r\n\r\n"), HasSubstr("Content-Length: 6\r\n"));
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(http_server, an_answer_without_a_body_has_no_length) {
    start();
    run_job();
    RawClient client(port);
    client.send(post("/api/v1/jobs/self/progress", R"({"epoch":1,"epochs":2})",
                     "Authorization: Bearer token-of-r-1.1\r\n"));
    const auto answer = client.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 204 No Content\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
}

TEST_F(http_server, a_body_over_1_mib_is_413_and_the_answer_arrives) {
    start();
    RawClient client(port);
    client.send(post("/api/v1/reservations", std::string(1024 * 1024 + 1, ' ')));
    const auto answer = client.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 413 "));
    EXPECT_THAT(answer, HasSubstr(R"("code":"body_too_large")"));
}

TEST_F(http_server, a_chunked_body_is_limited_too) {
    start();
    RawClient client(port);
    client.send(
        "POST /api/v1/reservations HTTP/1.1\r\nHost: b\r\n"
        "Transfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(0x10000, ' ') + "\r\n";
    for (int i = 0; i < 17; ++i) client.send(chunk);
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(http_server, a_client_that_asks_first_is_told_to_go_on) {
    start();
    RawClient client(port);
    client.send(
        "POST /reserve HTTP/1.1\r\nHost: b\r\nContent-Length: 2\r\n"
        "Expect: 100-continue\r\n\r\n");
    EXPECT_EQ(client.read_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("{}");
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(http_server, a_large_header_is_431) {
    start();
    RawClient client(port);
    client.send(get("/healthz", "X-Long: " + std::string(20'000, 'x') + "\r\n"));
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 431 "));
}

TEST_F(http_server, what_is_not_http_is_400_and_closed) {
    start();
    RawClient client(port);
    client.send("\x16\x03\x01 hello\r\n\r\n");
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(http_server, a_header_that_trickles_in_is_408) {
    start({.header_timeout = 100ms});
    RawClient client(port);
    client.send("GET /healthz HTTP/1.1\r\n");
    const auto answer = client.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 408 "));
    EXPECT_THAT(answer, HasSubstr(R"("code":"request_timeout")"));
}

TEST_F(http_server, a_body_that_never_comes_is_408) {
    start({.body_timeout = 100ms});
    RawClient client(port);
    client.send("POST /reserve HTTP/1.1\r\nHost: b\r\nContent-Length: 10\r\n\r\n{");
    EXPECT_THAT(client.read_to_end(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(http_server, an_idle_connection_is_closed) {
    start({.idle_timeout = 100ms});
    RawClient client(port);
    EXPECT_EQ(client.read_to_end(), "");
}

TEST_F(http_server, one_connection_too_many_is_turned_away_and_the_others_live) {
    start({.most_connections = 1});
    RawClient first(port);
    first.send(get("/healthz"));
    first.read_answer();
    RawClient second(port);
    const auto answer = second.read_to_end();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
    first.send(get("/healthz"));
    EXPECT_THAT(first.read_answer(), EndsWith("alive\n"));
}

TEST_F(http_server, one_live_stream_too_many_is_503_and_the_connection_lives) {
    start({.most_streams = 1});
    auto first = std::make_unique<RawClient>(port);
    first->send(get("/api/v1/events"));
    first->read_until("retry: 2000\n\n");
    RawClient second(port);
    second.send(get("/api/v1/events"));
    const auto answer = second.read_answer();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 503 "));
    EXPECT_THAT(answer, HasSubstr("Retry-After: 1\r\n"));
    first.reset();
    std::string again;
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    while (!again.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < deadline) {
        second.send(get("/api/v1/events"));
        again = second.read_answer();
    }
    EXPECT_THAT(again, HasSubstr("text/event-stream"));
}

TEST_F(http_server, who_pipelines_without_reading_is_held_back_and_still_answered_in_order) {
    start();
    RawClient client(port);
    std::string requests;
    int asked = 0;
    for (; requests.size() < 64 * 1024 * 1024; ++asked) {
        requests += get(asked % 2 == 0 ? "/healthz" : "/readyz");
    }
    const std::size_t sent = client.send_what_fits(requests);
    EXPECT_LT(sent, requests.size());  // what is in flight fills the sockets' buffers, no more
    for (int i = 0; i < 1000; ++i) {
        EXPECT_THAT(client.read_answer(), HasSubstr(i % 2 == 0 ? "alive" : "ready at"));
    }
}

TEST_F(http_server, what_a_connection_takes_slowly_does_not_outlast_the_patience) {
    start({.stop_patience = 200ms});
    RawClient client(port);
    std::string requests;
    while (requests.size() < 64 * 1024 * 1024) requests += get("/healthz");
    client.send_what_fits(requests);
    const auto before = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
}

TEST_F(http_server, a_request_that_comes_byte_by_byte_is_answered) {
    start();
    RawClient client(port);
    for (const char c : book(0)) client.send(std::string(1, c));
    EXPECT_THAT(client.read_answer(), StartsWith("HTTP/1.1 201 "));
}

TEST_F(http_server, a_listener_hears_what_it_missed_and_what_happens) {
    start();
    RawClient writer(port);
    writer.send(book(0) + book(1));
    writer.read_answer();
    writer.read_answer();
    RawClient listener(port);
    listener.send(get("/api/v1/events", "Last-Event-ID: 2\r\n"));
    const auto head = listener.read_until("\r\n\r\n");
    EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
    EXPECT_THAT(head, HasSubstr("Transfer-Encoding: chunked\r\n"));
    EXPECT_THAT(listener.read_until("id: 3\n"), Not(HasSubstr("id: 2\n")));
    writer.send(book(2));
    writer.read_answer();
    EXPECT_THAT(listener.read_until("id: 4\n"), Not(HasSubstr("id: 3\n")));
    EXPECT_THAT(listener.read_until("\n\n"), HasSubstr(R"("id":"r-3")"));
}

TEST_F(http_server, a_listener_of_http_1_0_gets_the_stream_unchunked) {
    start();
    RawClient listener(port);
    listener.send("GET /api/v1/events HTTP/1.0\r\nLast-Event-ID: 0\r\n\r\n");
    EXPECT_THAT(listener.read_until("\r\n\r\n"), Not(HasSubstr("chunked")));
    EXPECT_THAT(listener.read_until("\n\n"), StartsWith(": "));
    EXPECT_THAT(listener.read_until("\n\n"), StartsWith("id: 1\nevent: fleet_declared\n"));
}

TEST_F(http_server, a_silent_stream_shows_signs_of_life) {
    start({.keep_alive_comment = 20ms});
    RawClient listener(port);
    listener.send(get("/api/v1/events"));
    listener.read_until(": keep-alive\n\n");
    listener.read_until(": keep-alive\n\n");
}

TEST_F(http_server, a_listener_that_left_makes_room_for_another) {
    start({.most_connections = 1});
    {
        RawClient listener(port);
        listener.send(get("/api/v1/events"));
        listener.read_until("\n\n");
    }
    const auto deadline = std::chrono::steady_clock::now() + 10s;
    std::string answer;
    while (!answer.starts_with("HTTP/1.1 200") && std::chrono::steady_clock::now() < deadline) {
        RawClient next(port);
        next.send(get("/healthz", "Connection: close\r\n"));
        answer = next.read_to_end();
    }
    EXPECT_THAT(answer, EndsWith("alive\n"));
}

TEST_F(http_server, a_listener_that_does_not_read_is_dropped) {
    start({.write_timeout = 100ms});
    RawClient listener(port);
    listener.send(get("/api/v1/events"));
    listener.read_until("\n\n");
    // More than the sockets' own buffers take.
    Reserve command;
    command.request.gpus.ids = {"node1/0"};
    command.request.start = StartTime{monday_ten + 2h};
    command.request.hours = 2;
    command.request.workload = Workload{};
    command.request.workload->argv = {std::string(1'000'000, 'x')};
    for (int i = 0; i < 20; ++i) {
        const auto id = submit("alice", command).reservation->id;
        submit("alice", Cancel{id, std::nullopt});
    }
    server->stop();
    const auto heard = listener.read_to_end();
    EXPECT_LT(heard.size(), 20'000'000U);
    EXPECT_THAT(heard, Not(EndsWith("0\r\n\r\n")));
}

TEST_F(http_server, stopping_ends_streams_and_idle_connections_properly) {
    start({.stop_patience = 20s});
    RawClient listener(port);
    listener.send(get("/api/v1/events"));
    listener.read_until("\n\n");
    RawClient idle(port);
    idle.send(get("/healthz"));
    idle.read_answer();
    const auto before = std::chrono::steady_clock::now();
    server->stop();
    EXPECT_LT(std::chrono::steady_clock::now() - before, 10s);
    EXPECT_THAT(listener.read_to_end(), EndsWith("0\r\n\r\n"));
    EXPECT_EQ(idle.read_to_end(), "");
    EXPECT_THROW(RawClient(port).send("x"), std::runtime_error);
}

// A journal whose commits wait, once told to, until the test lets them go.
class HeldJournal : public MemoryJournal {
public:
    CommitOutcome append(std::span<const JournalRow> rows,
                         std::span<const Projection> projections) override {
        if (holding) {
            reached.set_value();
            released.get_future().wait();
            holding = false;
        }
        return MemoryJournal::append(rows, projections);
    }

    std::atomic<bool> holding = false;
    std::promise<void> reached;
    std::promise<void> released;
};

TEST_F(http_server, what_is_in_flight_is_answered_before_the_end) {
    HeldJournal held;
    ManualClock time(monday_ten);
    Engine slow(held, time,
                {.grid = SlotGrid::make("Asia/Shanghai", 120min).value(),
                 .limits = {},
                 .largest_batch = 256,
                 .report = {},
                 .give_up = {}});
    ASSERT_TRUE(
        slow.ask({.actor = "berth",
                  .reason = {},
                  .idempotency_key = {},
                  .body_hash = {},
                  .command = DeclareFleet{{{"node1", 0, "A100", 40, {}, Health::healthy}}}}));
    HttpServer stopped({.engine = slow,
                        .journal = held,
                        .history = held,
                        .audit = held,
                        .progress = held,
                        .tokens = tokens,
                        .clock = time,
                        .names = {"berth"}});
    port = stopped.start("127.0.0.1", 0).value();
    RawClient idle(port);
    idle.send(get("/healthz"));
    idle.read_answer();
    held.holding = true;
    RawClient client(port);
    client.send(book(0) + get("/healthz"));
    held.reached.get_future().wait();
    std::thread stopping([&] { stopped.stop(); });
    EXPECT_EQ(idle.read_to_end(), "");  // by now the server is stopping
    held.released.set_value();
    const auto answer = client.read_to_end();
    stopping.join();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 201 Created\r\n"));
    EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
    EXPECT_THAT(answer, Not(HasSubstr("alive")));
}

TEST_F(http_server, many_connections_wait_without_a_thread_each) {
    start();
    constexpr int clients = 40;
    std::vector<std::unique_ptr<RawClient>> connections;
    for (int i = 0; i < clients; ++i) connections.push_back(std::make_unique<RawClient>(port));
    for (int i = 0; i < clients; ++i) connections[static_cast<std::size_t>(i)]->send(book(i));
    for (const auto& connection : connections) {
        EXPECT_THAT(connection->read_answer(), StartsWith("HTTP/1.1 201 "));
    }
}

TEST_F(http_server, only_loopback_is_listened_on) {
    HttpServer open(context());
    for (const char* address : {"0.0.0.0", "::", "192.0.2.1"}) {
        const auto started = open.start(address, 0);
        ASSERT_FALSE(started) << address;
        EXPECT_THAT(started.error(), HasSubstr("loopback")) << address;
    }
    EXPECT_THAT(open.start("somewhere", 0).error(), HasSubstr("is not an IP address"));
}

TEST_F(http_server, a_port_in_use_is_an_error_with_a_sentence) {
    start();
    HttpServer second(context());
    const auto started = second.start("127.0.0.1", port);
    ASSERT_FALSE(started);
    EXPECT_THAT(started.error(), HasSubstr("cannot listen on 127.0.0.1:"));
}

}  // namespace
}  // namespace berth::test
