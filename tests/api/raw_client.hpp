// A client that sends exactly the bytes it is given, and gives up by a deadline.
#pragma once

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>

namespace berth::test {

class RawClient {
public:
    explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            ::close(socket_);
            throw std::runtime_error("cannot connect");
        }
    }
    ~RawClient() { ::close(socket_); }
    RawClient(const RawClient&) = delete;
    RawClient& operator=(const RawClient&) = delete;

    // False once the server has closed.
    bool send(const std::string& text) {
        std::size_t sent = 0;
        while (sent < text.size()) {
            const auto size = ::send(socket_, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
            if (size <= 0) return false;
            sent += static_cast<std::size_t>(size);
        }
        return true;
    }
    // Sends what the other side takes without reading; returns how much that was.
    std::size_t send_what_fits(const std::string& text) const {
        std::size_t sent = 0;
        while (sent < text.size()) {
            pollfd waiting{socket_, POLLOUT, 0};
            if (::poll(&waiting, 1, 300) <= 0) break;
            const auto size = ::send(socket_, text.data() + sent, text.size() - sent,
                                     MSG_NOSIGNAL | MSG_DONTWAIT);
            if (size <= 0) break;
            sent += static_cast<std::size_t>(size);
        }
        return sent;
    }
    [[nodiscard]] int descriptor() const { return socket_; }
    void finish_sending() const { ::shutdown(socket_, SHUT_WR); }

    // Reads until `words` have come; what is after them stays for the next call.
    std::string read_until(const std::string& words) {
        while (buffer_.find(words) == std::string::npos) {
            if (read_more()) continue;
            throw std::runtime_error("closed before \"" + words + "\": " + buffer_);
        }
        return take(buffer_.find(words) + words.size());
    }

    // One whole answer with a Content-Length, or without a body.
    std::string read_answer() {
        std::string answer = read_until("\r\n\r\n");
        const auto at = answer.find("Content-Length: ");
        if (at == std::string::npos) return answer;
        const std::size_t length = std::stoul(answer.substr(at + 16));
        while (buffer_.size() < length) {
            if (!read_more()) throw std::runtime_error("closed in the middle of a body");
        }
        return answer + take(length);
    }

    // Everything until the server closes.
    std::string read_to_end() {
        while (read_more()) continue;
        return take(buffer_.size());
    }

private:
    std::string take(std::size_t size) {
        std::string taken = buffer_.substr(0, size);
        buffer_.erase(0, size);
        return taken;
    }

    bool read_more() {
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
            deadline_ - std::chrono::steady_clock::now());
        pollfd waiting{socket_, POLLIN, 0};
        if (left.count() <= 0 || ::poll(&waiting, 1, static_cast<int>(left.count())) <= 0) {
            throw std::runtime_error("the server says nothing; so far: " + buffer_);
        }
        char bytes[4096];
        const auto size = ::recv(socket_, bytes, sizeof bytes, 0);
        if (size <= 0) return false;
        buffer_.append(bytes, static_cast<std::size_t>(size));
        return true;
    }

    int socket_;
    std::string buffer_;
    std::chrono::steady_clock::time_point deadline_ =
        std::chrono::steady_clock::now() + std::chrono::seconds(20);
};

}  // namespace berth::test
