// Talks to a cluster's API server: many requests and watches at once on one thread of its own,
// through one libcurl multi handle (HTTP/2 where the server has it), with a bound on what is in
// flight and back-off where the server is busy or away.
//
//     ApiClient client(access, {});
//     client.send({.method = "POST", .path = "/api/v1/namespaces/x/secrets", .body = text},
//                 [](const ApiReply& reply) { … on the client's thread … });
//     ApiReply reply = client.ask({.path = "/version"});     // waits; not on the client's thread
//
// Every callback runs on the client's thread, one at a time, and never after the destructor, which
// joins it; they may send and open more, and must not throw. All functions may be called from any
// thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "kubernetes/cluster_access.hpp"

namespace berth {

struct ApiRequest {
    std::string method = "GET";
    std::string path;  // with its query, escaped
    std::string body = {};
    std::string content_type = "application/json";
    // False: of the object that is answered nothing is read, and the server may leave out all but
    // its metadata. A thousand Jobs at once come back otherwise.
    bool reads_answer = true;
    // For so long after it was first sent it is sent again when no answer comes, or 429, 500, 502,
    // 503 or 504: so it must do no harm twice (names are deterministic, so a second POST is
    // answered 409). Zero: once. Streams are opened once.
    std::chrono::milliseconds patience{10'000};
};

struct ApiReply {
    int status = 0;       // 0: no answer came
    std::string body;     // as it came
    std::string trouble;  // why no answer came, or why a stream broke off, in words

    [[nodiscard]] bool is_ok() const { return status >= 200 && status < 300; }
    // "AlreadyExists", as the server's Status object says; empty when there is none.
    [[nodiscard]] std::string reason() const;
    // What went wrong, in the server's words where it had any.
    [[nodiscard]] std::string message() const;
};

struct ApiClientOptions {
    std::size_t most_in_flight = 64;  // requests; the others wait in order. Streams do not count
    std::chrono::milliseconds request_limit{30'000};  // for one answer
};

class ApiClient {
public:
    using Done = std::function<void(const ApiReply&)>;
    using Bytes = std::function<void(std::string_view)>;
    using StreamId = std::uint64_t;

    ApiClient(ClusterAccess access, ApiClientOptions options);
    ~ApiClient();
    ApiClient(const ApiClient&) = delete;
    ApiClient& operator=(const ApiClient&) = delete;

    [[nodiscard]] const ClusterAccess& access() const;

    void send(ApiRequest request, Done done);
    // Waits for the answer. Never from the client's thread.
    [[nodiscard]] ApiReply ask(ApiRequest request);

    // An answer that goes on: a watch, a log. `bytes` gets what comes, as it comes, of a 2xx answer
    // only; `ended` comes once, with the body of any other answer. It is not opened again by
    // itself. `silence`: it counts as broken when nothing has come for so long; zero: never.
    StreamId open(ApiRequest request, Bytes bytes, Done ended,
                  std::chrono::milliseconds silence = std::chrono::milliseconds::zero());
    // Neither callback comes any more once this has returned on the client's thread.
    void close(StreamId stream);

    // On the client's thread, as soon as possible or after a pause (of real time).
    void call(std::function<void()> what);
    void call_later(std::chrono::milliseconds pause, std::function<void()> what);
    // On the client's thread, and over when this returns; at once when called there. The caller
    // must hold no lock that callbacks take.
    void call_and_wait(std::function<void()> what);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// For a path or a query: everything but letters, digits and -._~ as %XX.
std::string escaped(std::string_view text);

}  // namespace berth
