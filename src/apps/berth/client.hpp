// Talks HTTP to a Berth server. Lost connections are retried for a few seconds: every write carries
// an Idempotency-Key, so that a repetition does nothing twice.
#pragma once

#include <boost/json.hpp>
#include <expected>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace berth::cli {

struct HttpAnswer {
    long status = 0;
    std::map<std::string, std::string> headers;  // names in lower case
    std::string body;
};

class Client {
public:
    Client(std::string url, std::string user);
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Error: the server could not be reached.
    std::expected<HttpAnswer, std::string> send(const std::string& method, const std::string& path,
                                                const std::optional<boost::json::value>& body = {});

    [[nodiscard]] const std::string& url() const { return url_; }

private:
    struct Impl;
    std::string url_;
    std::string user_;
    std::unique_ptr<Impl> impl_;
};

std::string url_encoded(const std::string& text);

}  // namespace berth::cli
