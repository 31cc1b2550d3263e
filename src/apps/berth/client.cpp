#include "apps/berth/client.hpp"

#include <curl/curl.h>
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <random>
#include <thread>
#include <vector>

namespace berth::cli {

namespace {

constexpr std::chrono::seconds patience{5};
constexpr std::chrono::milliseconds pause_between_tries{250};
constexpr long connect_limit_ms = 3'000;
constexpr long answer_limit_ms = 60'000;

using List = std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)>;

std::size_t take_body(char* data, std::size_t size, std::size_t count, void* body) {
    static_cast<std::string*>(body)->append(data, size * count);
    return size * count;
}

std::size_t take_header(char* data, std::size_t size, std::size_t count, void* headers) {
    const std::string line(data, size * count);
    const auto colon = line.find(':');
    if (colon != std::string::npos) {
        std::string name = line.substr(0, colon);
        std::ranges::transform(name, name.begin(), [](unsigned char c) { return std::tolower(c); });
        const auto first = line.find_first_not_of(' ', colon + 1);
        const auto last = line.find_last_not_of("\r\n ");
        if (first != std::string::npos && last != std::string::npos && last >= first) {
            (*static_cast<std::map<std::string, std::string>*>(headers))[name] =
                line.substr(first, last - first + 1);
        }
    }
    return size * count;
}

std::string random_key() {
    std::random_device random;
    return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(), random());
}

bool worth_another_try(CURLcode code) {
    return code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING || code == CURLE_RECV_ERROR ||
           code == CURLE_SEND_ERROR;
}

}  // namespace

struct Client::Impl {
    std::unique_ptr<CURL, decltype(&curl_easy_cleanup)> handle{curl_easy_init(),
                                                               &curl_easy_cleanup};
};

Client::Client(std::string url, std::string user)
    : url_(std::move(url)), user_(std::move(user)), impl_(std::make_unique<Impl>()) {
    while (url_.ends_with('/')) url_.pop_back();
}

Client::~Client() = default;

std::expected<HttpAnswer, std::string> Client::send(const std::string& method,
                                                    const std::string& path,
                                                    const std::optional<boost::json::value>& body) {
    CURL* handle = impl_->handle.get();
    curl_easy_reset(handle);
    HttpAnswer answer;
    const std::string full = url_ + path;
    const std::string text = body ? boost::json::serialize(*body) : "";
    List headers(nullptr, &curl_slist_free_all);
    const auto add = [&](const std::string& line) {
        headers.reset(curl_slist_append(headers.release(), line.c_str()));
    };
    add("X-Berth-User: " + user_);
    add("Accept: application/json");
    if (method != "GET") add("Idempotency-Key: " + random_key());
    if (body) add("Content-Type: application/json");
    curl_easy_setopt(handle, CURLOPT_URL, full.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, headers.get());
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_limit_ms);
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, answer_limit_ms);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer.headers);
    if (body || method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, text.c_str());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
    }
    const auto give_up = std::chrono::steady_clock::now() + patience;
    while (true) {
        const CURLcode code = curl_easy_perform(handle);
        if (code == CURLE_OK) break;
        if (!worth_another_try(code) || std::chrono::steady_clock::now() >= give_up) {
            return std::unexpected(fmt::format(
                "Berth does not answer at {}: {}; is it running (./run --serve), and is --server "
                "or BERTH_URL right?",
                url_, curl_easy_strerror(code)));
        }
        std::this_thread::sleep_for(pause_between_tries);
        answer = {};
    }
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

std::string url_encoded(const std::string& text) {
    std::string encoded;
    for (const unsigned char c : text) {
        encoded += std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.' || c == '~'
                       ? fmt::format("{}", static_cast<char>(c))
                       : fmt::format("%{:02X}", static_cast<unsigned>(c));
    }
    return encoded;
}

}  // namespace berth::cli
