#include "kubernetes/api_endpoint.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace berth {

namespace {

constexpr long connect_limit_ms = 4'000;
constexpr long keep_alive_after_s = 10;
constexpr long keep_alive_every_s = 5;
// A peer that acknowledges nothing for so long is gone, also while data is under way, when TCP
// sends no keep-alives.
constexpr unsigned peer_is_gone_after_ms = 15'000;

int prepare_socket(void*, curl_socket_t socket, curlsocktype) {
    ::setsockopt(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, &peer_is_gone_after_ms,
                 sizeof peer_is_gone_after_ms);
    return CURL_SOCKOPT_OK;
}

// Not copied: the endpoint outlives the handle.
curl_blob blob_of(const std::string& text) {
    return {const_cast<char*>(text.data()), text.size(), CURL_BLOB_NOCOPY};
}

void trust(CURL* handle, const ClusterAccess& access) {
    if (access.trusts_anyone) {
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 0L);
        curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 0L);
    } else if (!access.authority.empty()) {
        auto authority = blob_of(access.authority);
        curl_easy_setopt(handle, CURLOPT_CAINFO_BLOB, &authority);
    }
}

void show_certificate(CURL* handle, const ClusterAccess& access) {
    if (access.certificate.empty()) return;
    auto certificate = blob_of(access.certificate);
    auto key = blob_of(access.key);
    curl_easy_setopt(handle, CURLOPT_SSLCERTTYPE, "PEM");
    curl_easy_setopt(handle, CURLOPT_SSLCERT_BLOB, &certificate);
    curl_easy_setopt(handle, CURLOPT_SSLKEYTYPE, "PEM");
    curl_easy_setopt(handle, CURLOPT_SSLKEY_BLOB, &key);
}

}  // namespace

void init_curl_once() {
    struct Global {
        Global() { curl_global_init(CURL_GLOBAL_DEFAULT); }
        ~Global() { curl_global_cleanup(); }
        Global(const Global&) = delete;
        Global& operator=(const Global&) = delete;
    };
    static const Global global;
}

void append(CurlList& list, const std::string& line) {
    list.reset(curl_slist_append(list.release(), line.c_str()));
}

ApiEndpoint::ApiEndpoint(ClusterAccess access) : access_(std::move(access)), base_(access_.server) {
    if (!access_.server_name) return;
    const auto url = boost::urls::parse_uri(access_.server);
    if (!url) return;
    // The certificate is checked against the name in the URL, so that name goes there, and the
    // address is what to connect to.
    const std::string host(url->encoded_host());
    const std::string port = url->has_port() ? std::string(url->port()) : "443";
    base_ = std::string(url->scheme()) + "://" + *access_.server_name + ":" + port +
            std::string(url->encoded_path());
    append(connect_to_, *access_.server_name + ":" + port + ":" + host + ":" + port);
    host_header_ = "Host: " + host + ":" + port;
}

void ApiEndpoint::make_ready(CURL* handle, const std::string& path) const {
    curl_easy_setopt(handle, CURLOPT_URL, (base_ + path).c_str());
    curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "http,https");
    if (connect_to_) curl_easy_setopt(handle, CURLOPT_CONNECT_TO, connect_to_.get());
    trust(handle, access_);
    show_certificate(handle, access_);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_NOPROXY, "*");
    // Better to share the first connection, once it is there, than to open one for each request.
    curl_easy_setopt(handle, CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    curl_easy_setopt(handle, CURLOPT_PIPEWAIT, 1L);
    curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS, connect_limit_ms);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPIDLE, keep_alive_after_s);
    curl_easy_setopt(handle, CURLOPT_TCP_KEEPINTVL, keep_alive_every_s);
    curl_easy_setopt(handle, CURLOPT_SOCKOPTFUNCTION, &prepare_socket);
}

}  // namespace berth
