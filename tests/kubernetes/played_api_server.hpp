// An API server without TLS that says to each request what a test wants it to. Watches stay open
// and tell nothing.
#pragma once

#include <sys/socket.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>
#include <functional>
#include <list>
#include <string>
#include <thread>

namespace berth::test {

class PlayedApiServer {
    using Tcp = boost::asio::ip::tcp;

public:
    struct Answer {
        int status = 200;
        std::string body = "{}";
    };
    // On threads of the server's own.
    using Answers = std::function<Answer(const std::string& method, const std::string& path,
                                         const std::string& body)>;

    ~PlayedApiServer() { stop(); }

    // It asks for no more answers when this returns.
    void stop() {
        ::shutdown(acceptor_.native_handle(), SHUT_RDWR);
        if (accepting_.joinable()) accepting_.join();
        for (Tcp::socket& socket : sockets_) ::shutdown(socket.native_handle(), SHUT_RDWR);
        for (std::thread& connection : connections_) connection.join();
        connections_.clear();
    }

    // What connects before it serves waits.
    std::string address() const {
        return "http://127.0.0.1:" + std::to_string(acceptor_.local_endpoint().port());
    }
    void serve(Answers answers) {
        answers_ = std::move(answers);
        accepting_ = std::thread([this] { accept(); });
    }

private:
    void accept() {
        for (;;) {
            boost::system::error_code error;
            Tcp::socket socket(context_);
            acceptor_.accept(socket, error);
            if (error) return;
            sockets_.push_back(std::move(socket));
            connections_.emplace_back([this, &mine = sockets_.back()] { talk(mine); });
        }
    }

    void talk(Tcp::socket& socket) const {
        std::string bytes;
        boost::system::error_code error;
        for (;;) {
            const auto end = boost::asio::read_until(socket, boost::asio::dynamic_buffer(bytes),
                                                     "\r\n\r\n", error);
            if (error) return;
            const std::string head = bytes.substr(0, end);
            bytes.erase(0, end);
            const std::size_t length = length_in(head);
            if (length > bytes.size()) {
                boost::asio::read(socket, boost::asio::dynamic_buffer(bytes),
                                  boost::asio::transfer_exactly(length - bytes.size()), error);
                if (error) return;
            }
            const std::string body = bytes.substr(0, length);
            bytes.erase(0, length);
            if (head.find("watch=") < head.find('\r')) continue;  // nothing else comes here
            boost::asio::write(socket, boost::asio::buffer(answer_to(head, body)), error);
            if (error) return;
        }
    }

    static std::size_t length_in(const std::string& head) {
        const std::string field = "Content-Length: ";
        const auto at = head.find(field);
        return at == std::string::npos ? 0 : std::stoul(head.substr(at + field.size()));
    }

    std::string answer_to(const std::string& head, const std::string& body) const {
        const auto method = head.find(' ');
        const auto path = head.find(' ', method + 1);
        const Answer answer =
            answers_(head.substr(0, method), head.substr(method + 1, path - method - 1), body);
        return "HTTP/1.1 " + std::to_string(answer.status) +
               " x\r\nContent-Type: application/json\r\nContent-Length: " +
               std::to_string(answer.body.size()) + "\r\n\r\n" + answer.body;
    }

    Answers answers_;
    boost::asio::io_context context_;
    Tcp::acceptor acceptor_{context_, {boost::asio::ip::address_v4::loopback(), 0}};
    std::list<Tcp::socket> sockets_;
    std::list<std::thread> connections_;
    std::thread accepting_;
};

}  // namespace berth::test
