// TLS 1.2 and later for the server's connections.
#pragma once

#include <expected>
#include <memory>
#include <string>

#include "api/http_server.hpp"
#include "api/wire.hpp"

namespace berth {

class Tls {
public:
    // Error: a sentence that says which file is wrong and how.
    static std::expected<std::unique_ptr<Tls>, std::string> make(const TlsFiles& files);
    ~Tls();
    Tls(const Tls&) = delete;
    Tls& operator=(const Tls&) = delete;

    // The Tls must outlive the wire.
    std::unique_ptr<Wire> wire(Socket socket);

private:
    struct Context;
    explicit Tls(std::unique_ptr<Context> context);

    std::unique_ptr<Context> context_;
};

}  // namespace berth
