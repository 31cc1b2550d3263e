#include "kubernetes/device_reader.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <boost/beast/websocket/ssl.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <deque>
#include <thread>

#include "kubernetes/api_client.hpp"
#include "kubernetes/device_answer.hpp"
#include "kubernetes/log_in.hpp"

namespace berth {

namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using Failure = boost::system::error_code;
using Socket = websocket::stream<beast::ssl_stream<beast::tcp_stream>>;
template <class T>
using Task = asio::awaitable<T>;

constexpr std::chrono::seconds limit{10};
constexpr std::size_t most_at_once = 8;
constexpr std::size_t most_bytes = 64U << 10U;
constexpr auto protocol = "v4.channel.k8s.io";
// The first byte of a message says what the rest is.
constexpr char standard_output = 1;
constexpr char standard_error = 2;
constexpr char outcome = 3;  // a Status object; the last message

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);

struct Question {
    std::string path;
    DeviceReader::Done done;
};

struct Output {
    std::string text;
    std::string errors;
    std::string status;  // the JSON of the outcome
};

std::string exec_path(const std::string& space, const std::string& pod,
                      const std::string& container) {
    return "/api/v1/namespaces/" + escaped(space) + "/pods/" + escaped(pod) +
           "/exec?container=" + escaped(container) +
           "&stdout=true&stderr=true&command=sh&command=-c&command=" + escaped(device_question);
}

asio::ssl::context tls_for(const ClusterAccess& access) {
    asio::ssl::context tls(asio::ssl::context::tls_client);
    Failure error;
    tls.set_verify_mode(access.trusts_anyone ? asio::ssl::verify_none : asio::ssl::verify_peer,
                        error);
    if (access.authority.empty()) {
        tls.set_default_verify_paths(error);
    } else {
        tls.add_certificate_authority(asio::buffer(access.authority), error);
    }
    if (!access.certificate.empty()) {
        tls.use_certificate_chain(asio::buffer(access.certificate), error);
        tls.use_private_key(asio::buffer(access.key), asio::ssl::context::pem, error);
    }
    return tls;
}

std::unexpected<std::string> refusal(const std::string& step, const Failure& error) {
    const bool is_late = error == beast::error::timeout;
    return std::unexpected(step + ": " +
                           (is_late ? "no answer within ten seconds" : error.message()));
}

}  // namespace

struct DeviceReader::Impl {
    explicit Impl(ClusterAccess the_access);
    ~Impl();
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;

    void begin_waiting();
    Task<void> answer(Question question);
    Task<Answer> ask(std::string path);
    Task<std::expected<void, std::string>> connect(Socket& socket);
    // Empty: it is open. Else what the server answered instead.
    Task<std::optional<ApiReply>> shake_hands(Socket& socket, const std::string& path);
    Task<std::expected<Output, std::string>> read_all(Socket& socket);

    const ClusterAccess access;
    std::string host;
    std::string port;
    std::string authority;  // of the URL: both, with brackets where the host needs them
    asio::ssl::context tls;
    LogIn log_in;
    std::deque<Question> waiting;
    std::size_t under_way = 0;
    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    std::thread thread;  // last: it uses all of the above
};

DeviceReader::Impl::Impl(ClusterAccess the_access)
    : access(std::move(the_access)), tls(tls_for(access)), log_in(access) {
    if (const auto url = boost::urls::parse_uri(access.server)) {
        host = std::string(url->host_address());
        port = url->has_port() ? std::string(url->port()) : "443";
        authority = std::string(url->encoded_host()) + ":" + port;
    }
    thread = std::thread([this] { context.run(); });
}

DeviceReader::Impl::~Impl() {
    context.stop();
    thread.join();
}

void DeviceReader::Impl::begin_waiting() {
    while (!waiting.empty() && under_way < most_at_once) {
        ++under_way;
        Question next = std::move(waiting.front());
        waiting.pop_front();
        asio::co_spawn(context, answer(std::move(next)), asio::detached);
    }
}

Task<void> DeviceReader::Impl::answer(Question question) {
    Answer devices = std::unexpected(std::string());
    try {
        devices = co_await ask(std::move(question.path));
    } catch (const std::exception& error) {
        devices = std::unexpected(std::string(error.what()));
    }
    --under_way;
    begin_waiting();
    question.done(devices);
}

Task<DeviceReader::Answer> DeviceReader::Impl::ask(std::string path) {
    for (bool is_second = false;; is_second = true) {
        Socket socket(context, tls);
        beast::get_lowest_layer(socket).expires_after(limit);
        if (auto connected = co_await connect(socket); !connected) {
            co_return std::unexpected(connected.error());
        }
        if (const auto refused = co_await shake_hands(socket, path)) {
            if (refused->status == 401 && !is_second && log_in.was_refused(LogIn::Clock::now())) {
                continue;
            }
            co_return std::unexpected(refused->message());
        }
        auto output = co_await read_all(socket);
        if (!output) co_return std::unexpected(output.error());
        const ApiReply end{.status = 500, .body = output->status, .trouble = {}};
        auto devices = devices_in(output->text);
        if (devices || end.reason().empty()) co_return devices;
        co_return std::unexpected("asking the container failed: " + end.message() + output->errors);
    }
}

Task<std::expected<void, std::string>> DeviceReader::Impl::connect(Socket& socket) {
    asio::ip::tcp::resolver resolver(context);
    auto& tcp = beast::get_lowest_layer(socket);
    const auto [not_found, addresses] = co_await resolver.async_resolve(host, port, as_result);
    if (not_found) co_return refusal(host, not_found);
    const auto [not_reached, address] = co_await tcp.async_connect(addresses, as_result);
    if (not_reached) co_return refusal(access.server, not_reached);
    const auto name = access.server_name.value_or(host);
    if (!access.trusts_anyone) {
        socket.next_layer().set_verify_callback(asio::ssl::host_name_verification(name));
    }
    Failure is_name;
    asio::ip::make_address(name, is_name);
    if (is_name) SSL_set_tlsext_host_name(socket.next_layer().native_handle(), name.c_str());
    const auto [not_trusted] =
        co_await socket.next_layer().async_handshake(asio::ssl::stream_base::client, as_result);
    if (not_trusted) co_return refusal(access.server, not_trusted);
    co_return std::expected<void, std::string>();
}

Task<std::optional<ApiReply>> DeviceReader::Impl::shake_hands(Socket& socket,
                                                              const std::string& path) {
    const std::string token = log_in.token(LogIn::Clock::now());
    socket.set_option(websocket::stream_base::decorator([&](websocket::request_type& request) {
        request.set(beast::http::field::sec_websocket_protocol, protocol);
        request.set(beast::http::field::user_agent, "berth");
        if (!token.empty()) {
            request.set(beast::http::field::authorization, "Bearer " + token);
        }
    }));
    websocket::response_type response;
    const auto [error] = co_await socket.async_handshake(response, authority, path, as_result);
    if (!error) co_return std::nullopt;
    if (error != websocket::error::upgrade_declined) {
        co_return ApiReply{
            .status = 0, .body = {}, .trouble = refusal(access.server, error).error()};
    }
    co_return ApiReply{
        .status = static_cast<int>(response.result_int()), .body = response.body(), .trouble = {}};
}

Task<std::expected<Output, std::string>> DeviceReader::Impl::read_all(Socket& socket) {
    socket.read_message_max(most_bytes);
    Output output;
    while (output.text.size() + output.errors.size() < most_bytes) {
        beast::flat_buffer buffer;
        const auto [error, count] = co_await socket.async_read(buffer, as_result);
        if (error == websocket::error::closed) break;
        if (error) co_return refusal("asking the container", error);
        const std::string_view message(static_cast<const char*>(buffer.data().data()), count);
        if (message.empty()) continue;
        const auto rest = message.substr(1);
        if (message[0] == standard_output) output.text += rest;
        if (message[0] == standard_error) output.errors += rest;
        if (message[0] == outcome) {
            output.status = rest;
            break;
        }
    }
    // The connection is dropped without a farewell: the command is over.
    co_return output;
}

DeviceReader::DeviceReader(ClusterAccess access)
    : impl_(std::make_unique<Impl>(std::move(access))) {}

DeviceReader::~DeviceReader() = default;

void DeviceReader::read(const std::string& namespace_name, const std::string& pod,
                        const std::string& container, Done done) {
    asio::post(impl_->context,
               [impl = impl_.get(), question = Question{exec_path(namespace_name, pod, container),
                                                        std::move(done)}]() mutable {
                   impl->waiting.push_back(std::move(question));
                   impl->begin_waiting();
               });
}

}  // namespace berth
