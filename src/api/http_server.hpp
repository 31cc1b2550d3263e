// Berth's HTTP/1.1 server: the API, the live stream and the page, on threads of its own.
//
//     HttpServer server(context, options);
//     auto port = server.start("127.0.0.1", 8420);   // 0: any free port
//     …
//     server.stop();                                  // what is in flight is finished
//
// start() and stop() belong to one thread, which is none of the server's own. The engine and the
// ports must outlive the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <memory>
#include <string>

#include "api/context.hpp"

namespace berth {

struct HttpOptions {
    int threads = 1;
    std::size_t most_connections = 1024;
    std::uint64_t largest_body = 1024 * 1024;
    std::uint32_t largest_header = 16 * 1024;
    std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};
    std::chrono::milliseconds idle_timeout{75'000};  // between two requests
    std::chrono::milliseconds keep_alive_comment{15'000};
    // After stop(), for connections that take their answers slowly.
    std::chrono::milliseconds stop_patience{5'000};
};

class HttpServer {
public:
    explicit HttpServer(ApiContext context, HttpOptions options = {});
    ~HttpServer();  // stops
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;

    // Returns the port. Error: a sentence; an address that is not loopback is refused, because
    // nobody has to log in yet.
    std::expected<std::uint16_t, std::string> start(const std::string& address, std::uint16_t port);
    // Takes no more connections, answers what was asked, ends the live streams, and returns when
    // every thread is done.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
