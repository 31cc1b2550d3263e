// What a booking costs in the HTTP server beside the engine: POST /api/v1/reservations on
// keep-alive connections to a real server and engine, with a journal that keeps nothing. usage:
// bench_http_booking [BOOKINGS] [CONNECTIONS]
#include <fcntl.h>
#include <pthread.h>
#include <sys/epoll.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <thread>

#include "api/http_server.hpp"
#include "bench_http.hpp"

namespace {

using namespace berth;
using namespace berth::bench;

constexpr int gpus = 512;

// Remembers the clock of the engine's thread, so that its time can be left out.
class NoJournal : public JournalPort {
public:
    CommitOutcome append(std::span<const JournalRow>, std::span<const Projection>) override {
        if (!known.load(std::memory_order_relaxed)) {
            ::pthread_getcpuclockid(::pthread_self(), &writer_clock);
            known = true;
        }
        ++commits;
        return CommitOutcome::committed;
    }
    std::expected<void, std::string> read_after(
        std::uint64_t, const std::function<void(const JournalRow&)>&) override {
        return {};
    }
    std::vector<JournalRow> rows_of(ReservationId) override { return {}; }
    std::vector<JournalRow> rows_after(std::uint64_t, std::size_t) override { return {}; }

    std::atomic<bool> known = false;
    std::atomic<std::uint64_t> commits = 0;
    clockid_t writer_clock{};
};

struct Client {
    int socket = -1;
    std::string heard;
};

class Load {
public:
    Load(std::uint16_t port, int connections, Instant first) : first_(first) {
        epoll_ = ::epoll_create1(EPOLL_CLOEXEC);
        clients_.resize(static_cast<std::size_t>(connections));
        for (std::size_t i = 0; i < clients_.size(); ++i) {
            clients_[i].socket = connected(port);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, clients_[i].socket, &event);
        }
    }
    ~Load() {
        for (const Client& client : clients_) ::close(client.socket);
        ::close(epoll_);
    }
    Load(const Load&) = delete;
    Load& operator=(const Load&) = delete;

    // Returns how many were confirmed.
    int run(int bookings) {
        confirmed_ = 0;
        answered_ = 0;
        asked_ = 0;
        for (Client& client : clients_) {
            if (asked_ < bookings) ask(client);
        }
        std::array<epoll_event, 64> events{};
        while (answered_ < bookings) {
            const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 10'000);
            if (ready <= 0) {
                std::fputs("the server says nothing\n", stderr);
                std::exit(1);
            }
            for (int i = 0; i < ready; ++i) {
                Client& client = clients_[events[static_cast<std::size_t>(i)].data.u64];
                if (hear(client) && asked_ < bookings) ask(client);
            }
        }
        return confirmed_;
    }

private:
    void ask(Client& client) {
        ++asked_;
        const int number = number_++;
        const Instant start = first_ + std::chrono::hours(2) * (number / gpus);
        const std::string body = R"({"title":"prod_v8l_exp)" + std::to_string(number) +
                                 R"(","team":"vision","gpus":{"ids":[")" + gpu_name(number % gpus) +
                                 R"("]},"start":")" + to_rfc3339(start) +
                                 R"(","hours":2,"priority":"P2"})";
        const std::string text =
            "POST /api/v1/reservations HTTP/1.1\r\nHost: 127.0.0.1:8420\r\n"
            "User-Agent: bench\r\nAccept: */*\r\nX-Berth-User: alice\r\nIdempotency-Key: k-" +
            std::to_string(number) +
            "\r\nContent-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
            "\r\n\r\n" + body;
        if (::send(client.socket, text.data(), text.size(), MSG_NOSIGNAL) !=
            static_cast<ssize_t>(text.size())) {
            std::perror("cannot send");
            std::exit(1);
        }
    }

    // True once the answer is whole.
    bool hear(Client& client) {
        char bytes[8192];
        const auto size = ::recv(client.socket, bytes, sizeof bytes, 0);
        if (size <= 0) {
            std::fputs("the server closed a connection\n", stderr);
            std::exit(1);
        }
        client.heard.append(bytes, static_cast<std::size_t>(size));
        const auto end = client.heard.find("\r\n\r\n");
        if (end == std::string::npos) return false;
        const auto length = client.heard.find("Content-Length: ");
        if (client.heard.size() < end + 4 + std::stoul(client.heard.substr(length + 16))) {
            return false;
        }
        if (client.heard.starts_with("HTTP/1.1 201 ")) ++confirmed_;
        client.heard.clear();
        ++answered_;
        return true;
    }

    int epoll_ = -1;
    std::vector<Client> clients_;
    Instant first_;
    int number_ = 0;
    int asked_ = 0;
    int answered_ = 0;
    int confirmed_ = 0;
};

}  // namespace

int main(int argc, char** argv) {
    const int bookings = argc > 1 ? std::atoi(argv[1]) : 100'000;
    const int connections = argc > 2 ? std::atoi(argv[2]) : 64;
    SystemClock clock;
    NoJournal journal;
    NoProgress progress;
    NoHistory history;
    NoTokens tokens;
    const SlotGrid grid = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Engine engine(journal, clock,
                  {.grid = grid, .limits = {}, .largest_batch = 256, .report = {}, .give_up = {}});
    if (!engine.ask(by_bench(fleet_of(gpus)))) return 1;
    HttpServer server({.engine = engine,
                       .journal = journal,
                       .history = history,
                       .audit = history,
                       .progress = progress,
                       .tokens = tokens,
                       .clock = clock});
    const std::uint16_t port = server.start("127.0.0.1", 0).value();
    Load load(port, connections, grid.start_of(grid.slot_at(clock.now()) + 1));
    load.run(std::min(bookings, connections * 16));

    const double wall = seconds_of(CLOCK_MONOTONIC);
    const double all = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
    const double client = seconds_of(CLOCK_THREAD_CPUTIME_ID);
    const double writer = seconds_of(journal.writer_clock);
    const auto commits = journal.commits.load();
    const int confirmed = load.run(bookings);
    const double wall_took = seconds_of(CLOCK_MONOTONIC) - wall;
    const double client_took = seconds_of(CLOCK_THREAD_CPUTIME_ID) - client;
    const double writer_took = seconds_of(journal.writer_clock) - writer;
    const double server_took =
        seconds_of(CLOCK_PROCESS_CPUTIME_ID) - all - client_took - writer_took;
    if (confirmed != bookings) {
        std::fprintf(stderr, "only %d of %d were confirmed\n", confirmed, bookings);
        return 1;
    }
    result("http_booking.per_second", bookings / wall_took, "1/s");
    result("http_booking.server_cpu", server_took / bookings * 1e6, "us");
    result("http_booking.writer_cpu", writer_took / bookings * 1e6, "us");
    result("http_booking.a_commit",
           bookings / static_cast<double>(journal.commits.load() - commits), "bookings");
    return 0;
}
