// From a booking to the last of 1,000 listeners of the live stream: a real server, engine and
// SQLite journal, and a client that reads all of them. usage: bench_event_stream [--quick]
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/resource.h>

#include <array>
#include <filesystem>
#include <stdexcept>

#include "api/http_server.hpp"
#include "bench_http.hpp"
#include "journal/sqlite_journal.hpp"

namespace {

using namespace berth;
using namespace berth::bench;

constexpr int gpus = 64;

void allow_descriptors(rlim_t wanted) {
    rlimit limit{};
    ::getrlimit(RLIMIT_NOFILE, &limit);
    limit.rlim_cur = std::max(limit.rlim_cur, std::min(wanted, limit.rlim_max));
    ::setrlimit(RLIMIT_NOFILE, &limit);
}

class Listeners {
public:
    Listeners(std::uint16_t port, int count) : epoll_(::epoll_create1(EPOLL_CLOEXEC)) {
        static const std::string ask = "GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        heard_.resize(static_cast<std::size_t>(count));
        for (std::size_t i = 0; i < heard_.size(); ++i) {
            const int socket = connected(port);
            sockets_.push_back(socket);
            if (::send(socket, ask.data(), ask.size(), MSG_NOSIGNAL) < 0) std::exit(1);
            epoll_event event{};
            event.events = EPOLLIN;
            event.data.u64 = i;
            ::epoll_ctl(epoll_, EPOLL_CTL_ADD, socket, &event);
        }
    }
    ~Listeners() {
        for (const int socket : sockets_) ::close(socket);
        ::close(epoll_);
    }
    Listeners(const Listeners&) = delete;
    Listeners& operator=(const Listeners&) = delete;

    // Returns when every listener has heard `words` since the last call.
    void wait_for_all(const std::string& words) {
        std::size_t missing = heard_.size();
        std::array<epoll_event, 256> events{};
        while (missing > 0) {
            const int ready = ::epoll_wait(epoll_, events.data(), events.size(), 30'000);
            if (ready <= 0) fail("the stream is silent");
            for (int i = 0; i < ready; ++i) {
                missing -= hear(events[static_cast<std::size_t>(i)].data.u64, words) ? 1 : 0;
            }
        }
    }

private:
    [[noreturn]] static void fail(const char* why) {
        std::fprintf(stderr, "%s\n", why);
        std::exit(1);
    }

    bool hear(std::size_t listener, const std::string& words) {
        char bytes[16 * 1024];
        const auto size = ::recv(sockets_[listener], bytes, sizeof bytes, 0);
        if (size <= 0) fail("the server closed a listener");
        std::string& heard = heard_[listener];
        heard.append(bytes, static_cast<std::size_t>(size));
        if (heard.find(words) == std::string::npos) return false;
        heard.clear();
        return true;
    }

    int epoll_;
    std::vector<int> sockets_;
    std::vector<std::string> heard_;
};

struct TemporaryFolder {
    TemporaryFolder() {
        std::string name = "event-stream-XXXXXX";
        if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder for a journal");
        path = std::filesystem::absolute(name);
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    std::filesystem::path path;
};

}  // namespace

int main(int argc, char** argv) {
    // The journal lies in the folder it is started in: a real disk, as a site's does.
    const bool quick = argc > 1 && std::string_view(argv[1]) == "--quick";
    const int listeners = 1000;
    const int bookings = quick ? 5 : 20;
    const TemporaryFolder folder;
    allow_descriptors(static_cast<rlim_t>(2 * listeners + 256));
    auto journal = SqliteJournal::open((folder.path / "journal.sqlite").string());
    if (!journal) {
        std::fprintf(stderr, "%s\n", journal.error().c_str());
        return 1;
    }
    SystemClock clock;
    NoTokens tokens;
    const SlotGrid grid = SlotGrid::make("UTC", std::chrono::minutes(120)).value();
    Engine engine(**journal, clock,
                  {.grid = grid, .limits = {}, .largest_batch = 256, .report = {}, .give_up = {}});
    if (!engine.ask(by_bench(fleet_of(gpus)))) return 1;
    HttpServer server({.engine = engine,
                       .journal = **journal,
                       .history = **journal,
                       .audit = **journal,
                       .progress = **journal,
                       .tokens = tokens,
                       .clock = clock});
    const std::uint16_t port = server.start("127.0.0.1", 0).value();
    Listeners all(port, listeners);
    all.wait_for_all("retry: 2000\n\n");

    const Slot first = grid.slot_at(clock.now()) + 1;
    std::vector<double> to_the_last;
    std::vector<double> committed;
    for (int i = 0; i < bookings; ++i) {
        Reserve command;
        command.request.gpus.ids = {gpu_name(i % gpus)};
        command.request.start = StartTime{grid.start_of(first + i / gpus)};
        command.request.hours = 2;
        const double asked = seconds_of(CLOCK_MONOTONIC);
        const Answer answer = engine.ask(by_bench(std::move(command)));
        if (!answer) return 1;
        committed.push_back((seconds_of(CLOCK_MONOTONIC) - asked) * 1000);
        all.wait_for_all("id: " + std::to_string(answer->sequence) + "\n");
        to_the_last.push_back((seconds_of(CLOCK_MONOTONIC) - asked) * 1000);
    }
    result("a booking until it is committed", median(committed), "ms");
    result("a booking until the last of 1,000 listeners has it", median(to_the_last), "ms");
    result("a booking until the last of 1,000 listeners has it, worst",
           std::ranges::max(to_the_last), "ms", 200);
    return 0;
}
