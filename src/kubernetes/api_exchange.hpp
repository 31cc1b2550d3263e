// One request or stream of ApiClient's from its first try to its end: the libcurl handle of the try
// that is under way, and what has come of its answer. For the client's thread alone.
#pragma once

#include <array>
#include <chrono>
#include <optional>
#include <string>

#include "kubernetes/api_client.hpp"
#include "kubernetes/api_endpoint.hpp"
#include "kubernetes/back_off.hpp"

namespace berth {

class ApiExchange {
public:
    using Clock = std::chrono::steady_clock;

    ApiExchange(ApiRequest request, ApiClient::Done done);
    ApiExchange(ApiClient::StreamId stream, ApiRequest request, ApiClient::Bytes bytes,
                ApiClient::Done done, std::chrono::milliseconds silence);
    ApiExchange(const ApiExchange&) = delete;
    ApiExchange& operator=(const ApiExchange&) = delete;

    // A new handle for another try; what came of the last one is dropped.
    CURL* begin(const ApiEndpoint& endpoint, const std::string& token,
                std::chrono::milliseconds limit);
    [[nodiscard]] CURL* handle() const { return handle_.get(); }
    [[nodiscard]] bool is_stream() const { return stream_ != 0; }
    [[nodiscard]] ApiClient::StreamId stream() const { return stream_; }

    // What has come of a stream's 2xx answer since it was last taken.
    [[nodiscard]] std::string take_bytes();
    void hand_on(std::string_view bytes) { bytes_(bytes); }

    // What the try came to; `trouble` where it was given up from our side.
    [[nodiscard]] ApiReply reply(CURLcode code) const;
    [[nodiscard]] ApiReply given_up(std::string trouble) const;
    void finish(const ApiReply& reply) const { done_(reply); }

    // When to try once more, if its patience allows it.
    [[nodiscard]] std::optional<std::chrono::milliseconds> pause_before_next(
        CURLcode code, const ApiReply& reply, std::minstd_rand& random);
    // True once: the first 401.
    [[nodiscard]] bool may_log_in_anew();

    // Why a stream counts as broken now; empty: it does not.
    [[nodiscard]] std::string silence_at(Clock::time_point now,
                                         std::chrono::milliseconds limit) const;

private:
    static std::size_t take(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t take_head(char* line, std::size_t size, std::size_t count, void* self);
    [[nodiscard]] bool has_body() const;
    void set_method() const;
    void set_headers(const ApiEndpoint& endpoint, const std::string& token);
    [[nodiscard]] long status() const;

    ApiRequest request_;
    ApiClient::Done done_;
    ApiClient::Bytes bytes_;
    ApiClient::StreamId stream_ = 0;
    std::chrono::milliseconds silence_{};
    BackOff back_off_;
    std::optional<Clock::time_point> first_sent_;
    bool logged_in_anew_ = false;
    bool wants_fresh_connection_ = false;
    std::string server_;

    CurlList headers_{nullptr, &curl_slist_free_all};
    CurlHandle handle_{nullptr, &curl_easy_cleanup};
    std::array<char, CURL_ERROR_SIZE> error_{};
    std::string body_;
    bool is_too_large_ = false;
    bool has_head_ = false;
    Clock::time_point last_heard_;
};

}  // namespace berth
