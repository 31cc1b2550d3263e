#include "api/session.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <tuple>
#include <utility>

#include "api/problem.hpp"

namespace berth {

namespace {

constexpr std::size_t read_size = 16 * 1024;
// So long, and so much, an answered connection that still sends is listened to before it is closed:
// closing at once would reset it, and the client might never see the answer.
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;

Request plain_request(http::request<http::string_body>&& message) {
    Request request;
    request.method = std::string(message.method_string());
    request.target = std::string(message.target());
    for (const auto& field : message) {
        auto& value = request.headers[std::string(field.name_string())];
        if (!value.empty()) value += ", ";
        value += std::string(field.value());
    }
    request.body = std::move(message.body());
    return request;
}

template <class Message>
void set_headers(Message& message, const Response& response) {
    message.set(http::field::server, "berth");
    for (const auto& [name, value] : response.headers) message.set(name, value);
}

Response too_large_or_bad(beast::error_code error) {
    if (error == http::error::body_limit) {
        return to_response(Problem{.status = 413,
                                   .code = "body_too_large",
                                   .detail = "a request's body is at most 1 MiB"});
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return to_response(Problem{.status = 431,
                                   .code = "header_too_large",
                                   .detail = "the request's header is too large"});
    }
    return to_response(Problem{.status = 400,
                               .code = "bad_request",
                               .detail = "this is not a valid HTTP request: " + error.message()});
}

bool is_http_error(beast::error_code error) {
    return error.category() == http::make_error_code(http::error::bad_method).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

std::string chunk(const std::string& piece) {
    std::array<char, 17> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    return std::string(size.data(), end) + "\r\n" + piece + "\r\n";
}

}  // namespace

Session::Session(tcp::socket socket, std::shared_ptr<asio::io_context> io, const Api& api,
                 const HttpOptions& options)
    : stream_(std::move(socket)),
      io_(std::move(io)),
      api_(api),
      options_(options),
      buffer_(options.largest_header + options.largest_body + read_size),
      more_(stream_.get_executor()) {}

void Session::stop() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        if (self->idle_) self->close_now();
    });
}

void Session::cut() {
    asio::post(stream_.get_executor(), [self = shared_from_this()] {
        self->stopping_ = true;
        self->gone_ = true;
        self->more_.cancel();
        self->close_now();
    });
}

void Session::close_now() {
    stream_.close();
}

asio::awaitable<void> Session::run() {
    beast::error_code ignored;
    stream_.socket().set_option(tcp::no_delay(true), ignored);
    co_await serve();
    close_now();
}

asio::awaitable<void> Session::turn_away() {
    idle_ = false;
    auto response = to_response(Problem{
        .status = 503, .code = "busy", .detail = "too many connections are open; try again soon"});
    response.headers["Retry-After"] = "1";
    co_await write(response, http::verb::get, 11, false);
    co_await close_gently();
    close_now();
}

asio::awaitable<void> Session::serve() {
    while (!stopping_) {
        const bool asked = co_await wait_for_request();
        if (!asked) co_return;
        idle_ = false;
        const Next next = co_await serve_request();
        if (next == Next::close) co_return;
        idle_ = true;
    }
}

// The header's time-out counts from its first byte, so that an idle connection may wait longer.
asio::awaitable<bool> Session::wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    stream_.expires_after(options_.idle_timeout);
    auto space = buffer_.prepare(read_size);
    const auto [error, size] = co_await stream_.async_read_some(space, as_result);
    if (error) co_return false;
    buffer_.commit(size);
    co_return true;
}

asio::awaitable<beast::error_code> Session::read_request(Parser& parser) {
    stream_.expires_after(options_.header_timeout);
    const auto [header_error, header_size] =
        co_await http::async_read_header(stream_, buffer_, parser, as_result);
    if (header_error) co_return header_error;
    stream_.expires_after(options_.body_timeout);
    if (beast::iequals(parser.get()[http::field::expect], "100-continue")) {
        static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
        const auto [write_error, written] =
            co_await asio::async_write(stream_, asio::buffer(go_on), as_result);
        if (write_error) co_return write_error;
    }
    const auto [error, size] = co_await http::async_read(stream_, buffer_, parser, as_result);
    co_return error;
}

asio::awaitable<Session::Next> Session::serve_request() {
    Parser parser;
    parser.header_limit(options_.largest_header);
    parser.body_limit(options_.largest_body);
    const beast::error_code error = co_await read_request(parser);
    if (error) co_return co_await refuse(error);
    stream_.expires_never();

    auto message = parser.release();
    const http::verb method = message.method();
    const unsigned version = message.version();
    const bool wants_more = message.keep_alive();
    Request request = plain_request(std::move(message));
    Response response = co_await answer_to(std::move(request));
    if (response.stream) {
        co_await write_stream(std::move(response), version);
        co_return Next::close;
    }
    const bool keep_alive = wants_more && !stopping_;
    const auto failed = co_await write(response, method, version, keep_alive);
    if (failed) co_return Next::close;
    if (keep_alive) co_return Next::another_request;
    co_await close_gently();
    co_return Next::close;
}

asio::awaitable<Session::Next> Session::refuse(beast::error_code error) {
    if (!is_http_error(error)) co_return Next::close;  // gone, or too slow
    const Response response = too_large_or_bad(error);
    co_await write(response, http::verb::get, 11, false);
    co_await close_gently();
    co_return Next::close;
}

// The answer may come on any thread; it is posted back here, so that one commit can answer many
// connections that all wait without a thread.
asio::awaitable<Response> Session::answer_to(Request request) {
    const auto initiate = [this, &request](auto handler) {
        auto waiting = std::make_shared<decltype(handler)>(std::move(handler));
        api_.handle(std::move(request),
                    [waiting, io = io_, executor = stream_.get_executor()](Response response) {
                        asio::post(executor, [waiting, response = std::move(response)]() mutable {
                            std::move (*waiting)(std::move(response));
                        });
                    });
    };
    co_return co_await asio::async_initiate<const asio::use_awaitable_t<>, void(Response)>(
        initiate, asio::use_awaitable);
}

asio::awaitable<beast::error_code> Session::write(const Response& response, http::verb method,
                                                  unsigned version, bool keep_alive) {
    http::response<http::string_body> message(static_cast<http::status>(response.status), version);
    set_headers(message, response);
    message.body() = response.body;
    message.keep_alive(keep_alive);
    const bool has_body = response.status != 204 && response.status != 304;
    if (has_body) message.prepare_payload();
    stream_.expires_after(options_.write_timeout);
    http::response_serializer<http::string_body> serializer(message);
    if (method == http::verb::head) {
        const auto [error, size] =
            co_await http::async_write_header(stream_, serializer, as_result);
        co_return error;
    }
    const auto [error, size] = co_await http::async_write(stream_, serializer, as_result);
    co_return error;
}

asio::awaitable<void> Session::write_stream(Response response, unsigned version) {
    std::weak_ptr<Session> weak = weak_from_this();
    response.stream->on_more([weak, io = io_, executor = stream_.get_executor()] {
        asio::post(executor, [weak] {
            if (const auto self = weak.lock()) self->more_.cancel();
        });
    });
    http::response<http::empty_body> message(static_cast<http::status>(response.status), version);
    set_headers(message, response);
    message.keep_alive(false);
    if (version >= 11) message.chunked(true);
    stream_.expires_after(options_.write_timeout);
    http::response_serializer<http::empty_body> serializer(message);
    const auto [error, size] = co_await http::async_write_header(stream_, serializer, as_result);
    if (error) co_return;
    asio::co_spawn(
        stream_.get_executor(), [self = shared_from_this()] { return self->watch_for_end(); },
        asio::detached);
    co_await write_pieces(*response.stream, version);
    close_now();
}

asio::awaitable<void> Session::write_pieces(BodyStream& stream, unsigned version) {
    while (!gone_) {
        auto piece = stream.next();
        if (!piece) break;
        if (piece->empty()) {
            const bool silent = co_await wait_for_more();
            if (!silent) continue;
            piece = ": keep-alive\n\n";
        }
        const bool written = co_await write_piece(std::move(*piece), version);
        if (!written) co_return;
    }
    if (gone_ || version < 11) co_return;
    static const std::string last_chunk = "0\r\n\r\n";
    stream_.expires_after(options_.write_timeout);
    co_await asio::async_write(stream_, asio::buffer(last_chunk), as_result);
}

asio::awaitable<bool> Session::write_piece(std::string piece, unsigned version) {
    const std::string text = version >= 11 ? chunk(piece) : std::move(piece);
    stream_.expires_after(options_.write_timeout);
    const auto [error, size] = co_await asio::async_write(stream_, asio::buffer(text), as_result);
    co_return !error;
}

// True when nothing came for so long that the line should show a sign of life. Nothing runs on this
// strand between next() and the wait, so no wake-up is lost between them.
asio::awaitable<bool> Session::wait_for_more() {
    more_.expires_after(options_.keep_alive_comment);
    const auto [error] = co_await more_.async_wait(as_result);
    co_return !error && !gone_;
}

// A client that goes away closes its side: without a read nobody would notice until much is
// written.
asio::awaitable<void> Session::watch_for_end() {
    const auto self = shared_from_this();
    std::array<char, 512> ignored{};
    for (;;) {
        const auto [error, size] =
            co_await stream_.socket().async_read_some(asio::buffer(ignored), as_result);
        if (error) break;
    }
    gone_ = true;
    more_.cancel();
}

asio::awaitable<void> Session::close_gently() {
    beast::error_code error;
    stream_.socket().shutdown(tcp::socket::shutdown_send, error);
    stream_.expires_after(linger_time);
    std::size_t seen = buffer_.size();
    std::array<char, read_size> ignored{};
    while (!error && seen < linger_bytes) {
        const auto [failed, size] =
            co_await stream_.async_read_some(asio::buffer(ignored), as_result);
        error = failed;
        seen += size;
    }
}

}  // namespace berth
