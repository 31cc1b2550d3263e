#include "kubernetes/api_exchange.hpp"

#include <algorithm>
#include <utility>

namespace berth {

namespace {

constexpr auto accept_metadata =
    "Accept: application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json";

using std::chrono::milliseconds;

constexpr std::size_t most_bytes = 64U << 20U;
constexpr milliseconds first_pause{100};
constexpr milliseconds longest_pause{3'000};

bool is_worth_another_try(int status) {
    return status == 0 || status == 429 || status == 500 || status == 502 || status == 503 ||
           status == 504;
}

}  // namespace

ApiExchange::ApiExchange(ApiRequest request, ApiClient::Done done)
    : request_(std::move(request)), done_(std::move(done)), back_off_(first_pause, longest_pause) {}

ApiExchange::ApiExchange(ApiClient::StreamId stream, ApiRequest request, ApiClient::Bytes bytes,
                         ApiClient::Done done, milliseconds silence)
    : request_(std::move(request)),
      done_(std::move(done)),
      bytes_(std::move(bytes)),
      stream_(stream),
      silence_(silence),
      back_off_(first_pause, longest_pause) {}

CURL* ApiExchange::begin(const ApiEndpoint& endpoint, const std::string& token,
                         milliseconds limit) {
    server_ = endpoint.access().server;
    handle_.reset(curl_easy_init());
    body_.clear();
    error_.fill(0);
    is_too_large_ = has_head_ = false;
    last_heard_ = Clock::now();
    if (!first_sent_) first_sent_ = last_heard_;

    CURL* handle = handle_.get();
    endpoint.make_ready(handle, request_.path);
    set_method();
    set_headers(endpoint, token);
    curl_easy_setopt(handle, CURLOPT_PRIVATE, this);
    curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, error_.data());
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &ApiExchange::take);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, this);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &ApiExchange::take_head);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, this);
    if (!is_stream()) {
        curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(limit.count()));
    }
    if (wants_fresh_connection_) curl_easy_setopt(handle, CURLOPT_FRESH_CONNECT, 1L);
    return handle;
}

bool ApiExchange::has_body() const {
    return !request_.body.empty() || request_.method == "POST";
}

void ApiExchange::set_method() const {
    CURL* handle = handle_.get();
    if (has_body()) {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE,
                         static_cast<curl_off_t>(request_.body.size()));
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, request_.body.data());
    }
    if (request_.method != "GET") {
        curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
    }
}

void ApiExchange::set_headers(const ApiEndpoint& endpoint, const std::string& token) {
    headers_.reset();
    append(headers_, request_.reads_answer ? "Accept: application/json" : accept_metadata);
    append(headers_, "User-Agent: berth");
    append(headers_, "Expect:");
    if (has_body()) append(headers_, "Content-Type: " + request_.content_type);
    if (!token.empty()) append(headers_, "Authorization: Bearer " + token);
    if (!endpoint.host_header().empty()) append(headers_, endpoint.host_header());
    curl_easy_setopt(handle_.get(), CURLOPT_HTTPHEADER, headers_.get());
}

std::size_t ApiExchange::take(char* bytes, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<ApiExchange*>(self);
    exchange.last_heard_ = Clock::now();
    if (exchange.body_.size() + size * count > most_bytes) {
        exchange.is_too_large_ = true;
        return 0;
    }
    exchange.body_.append(bytes, size * count);
    return size * count;
}

std::size_t ApiExchange::take_head(char*, std::size_t size, std::size_t count, void* self) {
    auto& exchange = *static_cast<ApiExchange*>(self);
    exchange.last_heard_ = Clock::now();
    exchange.has_head_ = true;
    return size * count;
}

long ApiExchange::status() const {
    long status = 0;
    curl_easy_getinfo(handle_.get(), CURLINFO_RESPONSE_CODE, &status);
    return status;
}

std::string ApiExchange::take_bytes() {
    if (!is_stream() || body_.empty() || status() / 100 != 2) return {};
    return std::exchange(body_, {});
}

ApiReply ApiExchange::reply(CURLcode code) const {
    if (code == CURLE_OK)
        return {.status = static_cast<int>(status()), .body = body_, .trouble = {}};
    std::string words = error_[0] != 0 ? error_.data() : curl_easy_strerror(code);
    if (is_too_large_) {
        words = "the answer is longer than " + std::to_string(most_bytes >> 20U) + " MiB";
    }
    return given_up(words);
}

ApiReply ApiExchange::given_up(std::string trouble) const {
    const bool has_begun = is_stream() && status() / 100 == 2;
    return {.status = has_begun ? static_cast<int>(status()) : 0,
            .body = {},
            .trouble = "the API server at " + server_ + ": " + std::move(trouble)};
}

std::optional<milliseconds> ApiExchange::pause_before_next(CURLcode code, const ApiReply& reply,
                                                           std::minstd_rand& random) {
    if (is_stream() || is_too_large_ || !is_worth_another_try(reply.status)) return std::nullopt;
    // What timed out may sit on a connection that is dead without anybody having noticed.
    wants_fresh_connection_ = code == CURLE_OPERATION_TIMEDOUT;
    curl_off_t asked_for = 0;  // seconds: the answer's Retry-After
    curl_easy_getinfo(handle_.get(), CURLINFO_RETRY_AFTER, &asked_for);
    const milliseconds pause =
        std::max<milliseconds>(back_off_.next(random), std::chrono::seconds(asked_for));
    if (Clock::now() + pause > *first_sent_ + request_.patience) return std::nullopt;
    return pause;
}

bool ApiExchange::may_log_in_anew() {
    return !std::exchange(logged_in_anew_, true);
}

std::string ApiExchange::silence_at(Clock::time_point now, milliseconds limit) const {
    const milliseconds bound = has_head_ ? silence_ : limit;
    if (bound == milliseconds::zero() || now - last_heard_ < bound) return {};
    return "nothing has come for " +
           std::to_string(std::chrono::duration_cast<std::chrono::seconds>(bound).count()) + " s";
}

}  // namespace berth
