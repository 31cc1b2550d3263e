#include "bench/load_client.hpp"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <strings.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <utility>

namespace berth::bench {

namespace {

using SteadyTime = std::chrono::steady_clock::time_point;

[[noreturn]] void throw_errno(const char* what) {
    throw std::system_error(errno, std::generic_category(), what);
}

class Descriptor {
public:
    explicit Descriptor(int number) : number_(number) {
        if (number_ < 0) throw_errno("no descriptor");
    }
    ~Descriptor() {
        if (number_ >= 0) ::close(number_);
    }
    Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    Descriptor& operator=(Descriptor&&) = delete;
    [[nodiscard]] int number() const { return number_; }

private:
    int number_;
};

Descriptor connect_to(std::uint16_t port) {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const int on = 1;
    ::setsockopt(socket.number(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) !=
        0) {
        throw_errno("connect");
    }
    return socket;
}

// The value of `header` (lower-case) in an answer's head, or an empty text.
std::string_view header_value(std::string_view head, std::string_view header) {
    for (auto line = head.find("\r\n"); line != std::string_view::npos;
         line = head.find("\r\n", line)) {
        line += 2;
        const std::string_view rest = head.substr(line);
        if (rest.size() <= header.size() || rest[header.size()] != ':') continue;
        if (::strncasecmp(rest.data(), header.data(), header.size()) != 0) continue;
        const auto begin = rest.find_first_not_of(' ', header.size() + 1);
        return rest.substr(begin, rest.find("\r\n") - begin);
    }
    return {};
}

int number_in(std::string_view text) {
    int number = -1;
    std::from_chars(text.data(), text.data() + text.size(), number);
    if (number < 0) throw std::runtime_error("the server's answer is not HTTP");
    return number;
}

struct Answer {
    int status = 0;
    bool closes = false;
};

class Connection {
public:
    explicit Connection(std::uint16_t port) : port_(port) { socket_.emplace(connect_to(port)); }

    [[nodiscard]] int descriptor() const { return socket_->number(); }

    void send(const std::string& request) {
        received_.clear();
        asked_ = std::chrono::steady_clock::now();
        // A request is far smaller than the socket's buffer, so that a blocking write never waits.
        std::size_t sent = 0;
        while (sent < request.size()) {
            const ssize_t size =
                ::send(descriptor(), request.data() + sent, request.size() - sent, MSG_NOSIGNAL);
            if (size < 0) throw_errno("send");
            sent += static_cast<std::size_t>(size);
        }
    }

    // The answer, once all of it is there.
    std::optional<Answer> receive() {
        std::array<char, 16 * 1024> piece{};
        const ssize_t size = ::recv(descriptor(), piece.data(), piece.size(), 0);
        if (size < 0) throw_errno("recv");
        if (size == 0) throw std::runtime_error("the server closed a connection");
        received_.append(piece.data(), static_cast<std::size_t>(size));
        const auto end = received_.find("\r\n\r\n");
        if (end == std::string::npos) return std::nullopt;
        const std::string_view head = std::string_view(received_).substr(0, end + 2);
        const int length = number_in(header_value(head, "content-length"));
        if (received_.size() < end + 4 + static_cast<std::size_t>(length)) return std::nullopt;
        return Answer{number_in(head.substr(head.find(' ') + 1)),
                      header_value(head, "connection") == "close"};
    }

    void reconnect() {
        socket_.reset();
        socket_.emplace(connect_to(port_));
    }

    [[nodiscard]] double milliseconds_since_asked() const {
        return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - asked_)
            .count();
    }
    [[nodiscard]] const std::string& received() const { return received_; }

private:
    std::uint16_t port_;
    std::optional<Descriptor> socket_;
    std::string received_;
    SteadyTime asked_;
};

class Load {
public:
    Load(std::uint16_t port, int connections, const std::vector<std::string>& requests)
        : requests_(requests), poll_(::epoll_create1(EPOLL_CLOEXEC)) {
        for (int i = 0; i < connections; ++i) {
            connections_.emplace_back(port);
            watch(i);
        }
    }

    LoadResult run() {
        const SteadyTime began = std::chrono::steady_clock::now();
        for (Connection& connection : connections_) send_next(connection);
        while (result_.milliseconds.size() < requests_.size()) take_answers();
        result_.seconds =
            std::chrono::duration<double>(std::chrono::steady_clock::now() - began).count();
        return std::move(result_);
    }

private:
    void watch(int index) {
        epoll_event event{};
        event.events = EPOLLIN;
        event.data.u32 = static_cast<std::uint32_t>(index);
        const int descriptor = connections_[static_cast<std::size_t>(index)].descriptor();
        if (::epoll_ctl(poll_.number(), EPOLL_CTL_ADD, descriptor, &event) != 0) {
            throw_errno("epoll_ctl");
        }
    }

    void send_next(Connection& connection) {
        if (next_ < requests_.size()) connection.send(requests_[next_++]);
    }

    void take_answers() {
        std::array<epoll_event, 64> events{};
        const int ready =
            ::epoll_wait(poll_.number(), events.data(), static_cast<int>(events.size()), 30'000);
        if (ready < 0 && errno != EINTR) throw_errno("epoll_wait");
        if (ready == 0) throw std::runtime_error("the server was silent for 30 s");
        for (int i = 0; i < ready; ++i) {
            take_answer(events[static_cast<std::size_t>(i)].data.u32);
        }
    }

    void take_answer(std::uint32_t index) {
        Connection& connection = connections_[index];
        const auto answer = connection.receive();
        if (!answer) return;
        result_.milliseconds.push_back(connection.milliseconds_since_asked());
        ++result_.statuses[answer->status];
        if (answer->status / 100 != 2 && result_.first_refusal.empty()) {
            result_.first_refusal = connection.received();
        }
        if (answer->closes) {
            connection.reconnect();
            watch(static_cast<int>(index));
        }
        send_next(connection);
    }

    const std::vector<std::string>& requests_;
    Descriptor poll_;
    std::vector<Connection> connections_;
    std::size_t next_ = 0;
    LoadResult result_;
};

}  // namespace

LoadResult run_load(std::uint16_t port, int connections, const std::vector<std::string>& requests) {
    return Load(port, connections, requests).run();
}

}  // namespace berth::bench
