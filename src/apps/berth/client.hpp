// Talks HTTP to a Berth server. Lost connections are retried for a few seconds: every write carries
// an Idempotency-Key, so that a repetition does nothing twice.
#pragma once

#include <boost/json.hpp>
#include <chrono>
#include <expected>
#include <functional>
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

using Headers = std::map<std::string, std::string>;

// How long a server may take.
struct Patience {
    std::chrono::milliseconds to_connect{3'000};
    std::chrono::milliseconds to_answer{60'000};
    std::chrono::milliseconds for_repeats{5'000};
};

class Client {
public:
    Client(std::string url, std::string user, Patience patience = {});
    ~Client();
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    // Error: the server could not be reached.
    std::expected<HttpAnswer, std::string> send(const std::string& method, const std::string& path,
                                                const std::optional<boost::json::value>& body = {},
                                                const Headers& headers = {});

    // GETs what does not end, such as the live stream, and gives it out piece by piece until
    // `take` returns false or the server ends it; `take` may send() meanwhile. Not repeated.
    // Returns the answer's status, with the body only where it is not 200. Error: as with send().
    std::expected<HttpAnswer, std::string> listen(
        const std::string& path, const Headers& headers,
        const std::function<bool(std::string_view)>& take);

    [[nodiscard]] const std::string& url() const { return url_; }

private:
    struct Impl;
    [[nodiscard]] std::string no_answer(const char* why) const;

    std::string url_;
    std::string user_;
    Patience patience_;
    std::unique_ptr<Impl> impl_;
};

std::string url_encoded(const std::string& text);

}  // namespace berth::cli
