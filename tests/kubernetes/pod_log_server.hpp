// Answers what is asked of the pods' logs, over HTTP on 127.0.0.1, as an API server does: 404 of a
// pod that is not there. One thread, one connection after another.
#pragma once

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>

namespace berth::test {

class PodLogServer {
public:
    PodLogServer() : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address = {};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = ::htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (::bind(listener_, any, size) != 0 || ::listen(listener_, 16) != 0 ||
            ::getsockname(listener_, any, &size) != 0) {
            throw std::runtime_error("cannot listen");
        }
        url_ = fmt::format("http://127.0.0.1:{}", ::ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    // Whoever asks has to be gone.
    ~PodLogServer() {
        ::shutdown(listener_, SHUT_RDWR);
        thread_.join();
        ::close(listener_);
    }
    PodLogServer(const PodLogServer&) = delete;
    PodLogServer& operator=(const PodLogServer&) = delete;

    [[nodiscard]] const std::string& url() const { return url_; }
    // All that it has said, with times.
    void says(const std::string& pod, std::string log) {
        const std::scoped_lock lock(mutex_);
        logs_[pod] = std::move(log);
    }
    void is_gone(const std::string& pod) {
        const std::scoped_lock lock(mutex_);
        logs_.erase(pod);
    }

private:
    void serve() {
        for (int peer = accept(); peer >= 0; peer = accept()) {
            const std::string answer = answer_to(request_of(peer));
            (void)::send(peer, answer.data(), answer.size(), MSG_NOSIGNAL);
            ::close(peer);
        }
    }
    [[nodiscard]] int accept() const {
        return ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    }
    static std::string request_of(int peer) {
        std::string request;
        std::array<char, 4096> bytes{};
        while (!request.contains("\r\n\r\n")) {
            const auto got = ::recv(peer, bytes.data(), bytes.size(), 0);
            if (got <= 0) break;
            request.append(bytes.data(), static_cast<std::size_t>(got));
        }
        return request;
    }
    // "GET /api/v1/namespaces/vision/pods/NAME/log?…"
    std::string answer_to(const std::string& request) {
        const std::string path = request.substr(0, request.find('?'));
        const std::scoped_lock lock(mutex_);
        for (const auto& [pod, log] : logs_) {
            if (!path.ends_with("/pods/" + pod + "/log")) continue;
            return fmt::format(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{}", log.size(),
                log);
        }
        return "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    }

    int listener_;
    std::string url_;
    std::mutex mutex_;
    std::map<std::string, std::string> logs_;
    std::thread thread_;
};

}  // namespace berth::test
