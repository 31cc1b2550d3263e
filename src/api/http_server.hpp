// Berth's HTTP/1.1 server: the API, the live stream and the page, with or without TLS.
//
//     HttpServer server(context, options);
//     auto port = server.start("127.0.0.1", 8420);   // 0: any free port
//     …
//     server.stop();                                  // what is in flight is finished
//
// One thread of its own serves all connections; large pictures are drawn, and logs read, on a
// second. start() and stop() belong to one thread, which is neither. The engine and the ports must
// outlive the server.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "api/context.hpp"

namespace berth {

// In PEM form: the certificate with those that vouch for it, and its key without a passphrase.
struct TlsFiles {
    std::filesystem::path certificate;
    std::filesystem::path key;
};

// Times are kept to about a quarter of the shortest of them, a second at most.
struct HttpOptions {
    std::size_t most_connections = 4096;
    std::size_t most_streams = 2048;  // of those, live ones
    std::uint64_t largest_body = 1024 * 1024;
    std::uint32_t largest_header = 16 * 1024;
    std::chrono::milliseconds header_timeout{10'000};  // from a request's first byte
    std::chrono::milliseconds body_timeout{30'000};
    std::chrono::milliseconds write_timeout{30'000};  // of half a megabyte
    std::chrono::milliseconds idle_timeout{75'000};   // between two requests
    std::chrono::milliseconds keep_alive_comment{15'000};
    // After stop(), for connections that take their answers slowly.
    std::chrono::milliseconds stop_patience{5'000};
    std::optional<TlsFiles> tls = {};
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
    // every thread is done: soon after `stop_patience` at the latest.
    void stop();

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace berth
