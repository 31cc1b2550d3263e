// The whole server, wired: journal, engine, launcher, followers and the HTTP interface.
#pragma once

#include <expected>
#include <filesystem>
#include <memory>
#include <string>

#include "apps/berthd/config.hpp"

namespace berth {

struct ServerOptions {
    Config config;
    std::string address = "127.0.0.1";
    unsigned short port = 8420;
    ClockKind clock = ClockKind::wall;
    std::filesystem::path program_folder;  // where berth-supervisor lies
};

class Server {
public:
    // Recovers, then listens. Errors are sentences for the operator.
    static std::expected<std::unique_ptr<Server>, std::string> start(ServerOptions options);
    // Finishes what is in flight; running jobs run on.
    ~Server();
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] unsigned short port() const;

private:
    struct Parts;
    explicit Server(std::unique_ptr<Parts> parts);

    std::unique_ptr<Parts> parts_;
};

}  // namespace berth
