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

constexpr std::chrono::milliseconds pause_between_tries{250};
// A listener whose server's machine is gone would otherwise wait for ever.
constexpr long silence_before_probes_s = 20;
constexpr long between_probes_s = 5;

using Handle = std::unique_ptr<CURL, decltype(&curl_easy_cleanup)>;

// Header lines as libcurl takes them.
class HeaderLines {
public:
    void add(const std::string& line) {
        list_.reset(curl_slist_append(list_.release(), line.c_str()));
    }
    void add(const Headers& headers) {
        for (const auto& [name, value] : headers) add(name + ": " + value);
    }
    [[nodiscard]] curl_slist* get() const { return list_.get(); }

private:
    std::unique_ptr<curl_slist, decltype(&curl_slist_free_all)> list_{nullptr,
                                                                      &curl_slist_free_all};
};

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

struct Listening {
    CURL* handle;
    const std::function<bool(std::string_view)>& take;
    std::string refusal;
    bool left = false;
};

std::size_t take_piece(char* data, std::size_t size, std::size_t count, void* listening) {
    auto& here = *static_cast<Listening*>(listening);
    long status = 0;
    curl_easy_getinfo(here.handle, CURLINFO_RESPONSE_CODE, &status);
    const std::string_view piece(data, size * count);
    if (status != 200) {
        here.refusal += piece;
    } else if (!here.take(piece)) {
        here.left = true;
        return 0;  // libcurl ends the transfer
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
    Handle handle{curl_easy_init(), &curl_easy_cleanup};
};

Client::Client(std::string url, std::string user, Patience patience)
    : url_(std::move(url)),
      user_(std::move(user)),
      patience_(patience),
      impl_(std::make_unique<Impl>()) {
    while (url_.ends_with('/')) url_.pop_back();
}

Client::~Client() = default;

std::expected<HttpAnswer, std::string> Client::send(const std::string& method,
                                                    const std::string& path,
                                                    const std::optional<boost::json::value>& body,
                                                    const Headers& headers) {
    CURL* handle = impl_->handle.get();
    curl_easy_reset(handle);
    HttpAnswer answer;
    const std::string full = url_ + path;
    const std::string text = body ? boost::json::serialize(*body) : "";
    HeaderLines lines;
    lines.add("X-Berth-User: " + user_);
    lines.add("Accept: application/json");
    if (method != "GET") lines.add("Idempotency-Key: " + random_key());
    if (body) lines.add("Content-Type: application/json");
    lines.add(headers);
    curl_easy_setopt(handle, CURLOPT_URL, full.c_str());
    curl_easy_setopt(handle, CURLOPT_CUSTOMREQUEST, method.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(patience_.to_connect.count()));
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(patience_.to_answer.count()));
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, &take_body);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, &answer.body);
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, &take_header);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, &answer.headers);
    if (body || method == "POST") {
        curl_easy_setopt(handle, CURLOPT_POSTFIELDS, text.c_str());
        curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE, static_cast<long>(text.size()));
    }
    const auto give_up = std::chrono::steady_clock::now() + patience_.for_repeats;
    while (true) {
        const CURLcode code = curl_easy_perform(handle);
        if (code == CURLE_OK) break;
        if (!worth_another_try(code) || std::chrono::steady_clock::now() >= give_up) {
            return std::unexpected(no_answer(curl_easy_strerror(code)));
        }
        std::this_thread::sleep_for(pause_between_tries);
        answer = {};
    }
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &answer.status);
    return answer;
}

std::expected<HttpAnswer, std::string> Client::listen(
    const std::string& path, const Headers& headers,
    const std::function<bool(std::string_view)>& take) {
    const Handle handle(curl_easy_init(), &curl_easy_cleanup);
    Listening listening{handle.get(), take, {}, false};
    HttpAnswer answer;
    const std::string full = url_ + path;
    HeaderLines lines;
    lines.add("X-Berth-User: " + user_);
    lines.add(headers);
    curl_easy_setopt(handle.get(), CURLOPT_URL, full.c_str());
    curl_easy_setopt(handle.get(), CURLOPT_HTTPHEADER, lines.get());
    curl_easy_setopt(handle.get(), CURLOPT_CONNECTTIMEOUT_MS,
                     static_cast<long>(patience_.to_connect.count()));
    curl_easy_setopt(handle.get(), CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle.get(), CURLOPT_TCP_KEEPIDLE, silence_before_probes_s);
    curl_easy_setopt(handle.get(), CURLOPT_TCP_KEEPINTVL, between_probes_s);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEFUNCTION, &take_piece);
    curl_easy_setopt(handle.get(), CURLOPT_WRITEDATA, &listening);
    const CURLcode code = curl_easy_perform(handle.get());
    curl_easy_getinfo(handle.get(), CURLINFO_RESPONSE_CODE, &answer.status);
    if (code != CURLE_OK && !listening.left && answer.status == 0) {
        return std::unexpected(no_answer(curl_easy_strerror(code)));
    }
    answer.body = std::move(listening.refusal);
    return answer;
}

std::string Client::no_answer(const char* why) const {
    return fmt::format(
        "Berth does not answer at {}: {}; is it running (./run --serve), and is --server "
        "or BERTH_URL right?",
        url_, why);
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
