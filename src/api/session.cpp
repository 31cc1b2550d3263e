#include "api/session.hpp"

#include <array>
#include <charconv>
#include <utility>

#include "api/problem.hpp"

namespace berth {

namespace {

constexpr std::size_t read_size = 16 * 1024;
// A longer body is sent from where it is, piece by piece, each with a time-out of its own.
constexpr std::size_t small_body = 16 * 1024;
constexpr std::size_t body_piece = 512 * 1024;
// So long, and so much, an answered connection that still sends is listened to before it is closed:
// closing at once would reset it, and the client might never see the answer.
constexpr std::chrono::seconds linger_time{2};
constexpr std::size_t linger_bytes = 16 * 1024 * 1024;

Response busy(std::string detail) {
    auto response =
        to_response(Problem{.status = 503, .code = "busy", .detail = std::move(detail)});
    response.headers["Retry-After"] = "1";
    return response;
}

Response too_late() {
    return to_response(Problem{.status = 408,
                               .code = "request_timeout",
                               .detail = "the request did not arrive in time; send it again"});
}

// "1 MiB", "16 KiB", or the bytes when it is neither.
std::string size_text(std::size_t bytes) {
    constexpr std::size_t kibi = 1024;
    if (bytes % (kibi * kibi) == 0) return std::to_string(bytes / (kibi * kibi)) + " MiB";
    if (bytes % kibi == 0) return std::to_string(bytes / kibi) + " KiB";
    return std::to_string(bytes) + " bytes";
}

Response too_large_or_bad(beast::error_code error, const HttpOptions& options) {
    if (error == http::error::body_limit) {
        return to_response(
            Problem{.status = 413,
                    .code = "body_too_large",
                    .detail = "a request's body is at most " + size_text(options.largest_body)});
    }
    if (error == http::error::header_limit || error == http::error::buffer_overflow) {
        return to_response(Problem{
            .status = 431,
            .code = "header_too_large",
            .detail = "a request's header is at most " + size_text(options.largest_header)});
    }
    return to_response(Problem{.status = 400,
                               .code = "bad_request",
                               .detail = "this is not a valid HTTP request: " + error.message()});
}

std::string as_chunk(const std::string& piece) {
    std::array<char, 16> size{};
    const auto end = std::to_chars(size.data(), size.data() + size.size(), piece.size(), 16).ptr;
    std::string chunk;
    chunk.reserve(size.size() + piece.size() + 4);
    chunk.append(size.data(), end);
    chunk += "\r\n";
    chunk += piece;
    chunk += "\r\n";
    return chunk;
}

// Counts a live stream for as long as it lives.
class StreamPlace {
public:
    explicit StreamPlace(std::size_t& taken) : taken_(taken) { ++taken_; }
    ~StreamPlace() { --taken_; }
    StreamPlace(const StreamPlace&) = delete;
    StreamPlace& operator=(const StreamPlace&) = delete;

private:
    std::size_t& taken_;
};

}  // namespace

Session::Session(std::unique_ptr<Wire> wire, SessionRoom& room)
    : wire_(std::move(wire)), room_(room) {}

void Session::stop() {
    stopping_ = true;
    if (idle_) wire_->close();
}

void Session::cut() {
    stopping_ = true;
    wire_->close();
    leave();
}

void Session::leave() {
    gone_ = true;
    gate_.open();
}

void Session::expire_after(std::chrono::milliseconds time) {
    late_ = false;
    deadline_ = std::chrono::steady_clock::now() + time;
}

void Session::check(Time now) {
    if (now >= deadline_) {
        never_expire();
        late_ = true;
        wire_->cancel();
    }
    if (now >= silent_until_) {
        silent_until_ = Time::max();
        gate_.open();
    }
}

Task<void> Session::run() {
    expire_after(room_.options.header_timeout);
    const bool opened = co_await wire_->open();
    if (opened) co_await serve();
    wire_->close();
}

Task<void> Session::turn_away() {
    idle_ = false;
    expire_after(room_.options.header_timeout);
    const bool opened = co_await wire_->open();
    if (opened) {
        const auto response = busy("too many connections are open; try again soon");
        const HeadOptions head{.after = AfterAnswer::close};
        co_await write(response, head, false);
        co_await close_gently();
    }
    wire_->close();
}

Task<void> Session::serve() {
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
Task<bool> Session::wait_for_request() {
    if (buffer_.size() > 0) co_return true;
    expire_after(room_.options.idle_timeout);
    co_return co_await fill();
}

Task<bool> Session::fill() {
    const asio::mutable_buffer space = buffer_.prepare(read_size);
    const auto [error, size] = co_await wire_->read_some(space);
    if (error) co_return false;
    buffer_.commit(size);
    co_return true;
}

Task<Session::ReadResult> Session::read_request(RequestParser& parser) {
    parser.eager(true);
    expire_after(room_.options.header_timeout);
    bool in_body = false;
    for (;;) {
        const auto used = parser.put(buffer_.data(), read_error_);
        buffer_.consume(used);
        if (read_error_ && read_error_ != http::error::need_more) co_return ReadResult::bad;
        if (parser.is_done()) co_return ReadResult::whole;
        if (parser.is_header_done() && !in_body) {
            in_body = true;
            expire_after(room_.options.body_timeout);
            if (parser.expects_continue()) co_await tell_to_go_on();
        }
        const bool more = co_await fill();
        if (!more) co_return late_ ? ReadResult::late : ReadResult::gone;
    }
}

// When it cannot be told, the read that follows ends.
Task<void> Session::tell_to_go_on() {
    static const std::string go_on = "HTTP/1.1 100 Continue\r\n\r\n";
    const Pieces what{asio::buffer(go_on)};
    co_await wire_->write(what);
}

Task<Session::Next> Session::serve_request() {
    std::optional<RequestParser> parser(std::in_place);
    parser->header_limit(room_.options.largest_header);
    parser->body_limit(room_.options.largest_body);
    const ReadResult result = co_await read_request(*parser);
    if (result != ReadResult::whole) {
        co_await refuse(result);
        co_return Next::close;
    }
    never_expire();

    const unsigned version = parser->version();
    const bool wants_more = parser->keep_alive();
    const bool is_head_request = parser->request().method == "HEAD";
    Request request = std::move(parser->request());
    parser.reset();
    auto answer = co_await answer_to(std::move(request));
    if (!answer) co_return Next::close;
    if (answer->stream && room_.streams >= room_.options.most_streams) {
        *answer = busy("too many live streams are open; try again soon");
    }
    if (answer->stream && !is_head_request) {
        co_await write_stream(std::move(*answer), version);
        co_return Next::close;
    }
    const bool keep = wants_more && !stopping_;
    const HeadOptions head{.version = version,
                           .after = keep ? AfterAnswer::keep_alive : AfterAnswer::close};
    const bool written = co_await write(*answer, head, is_head_request);
    if (!written) co_return Next::close;
    if (keep) co_return Next::another_request;
    co_await close_gently();
    co_return Next::close;
}

Task<void> Session::refuse(ReadResult result) {
    if (result == ReadResult::gone) co_return;
    const Response response =
        result == ReadResult::late ? too_late() : too_large_or_bad(read_error_, room_.options);
    const HeadOptions head{.after = AfterAnswer::close};
    co_await write(response, head, false);
    co_await close_gently();
}

// Most answers are there at once; those that wait for a commit come from the engine's thread, many
// together, and hold up no thread meanwhile.
Task<std::optional<Response>> Session::answer_to(Request request) {
    reply_.reset();
    room_.api.handle(std::move(request),
                     [weak = weak_from_this(), mailbox = room_.mailbox](Response response) {
                         if (mailbox->is_here()) {
                             if (const auto self = weak.lock()) self->take(std::move(response));
                             return;
                         }
                         mailbox->put([weak, response = std::move(response)]() mutable {
                             if (const auto self = weak.lock()) self->take(std::move(response));
                         });
                     });
    while (!reply_ && !gone_) co_await gate_.wait();
    co_return std::exchange(reply_, std::nullopt);
}

void Session::take(Response response) {
    reply_ = std::move(response);
    gate_.open();
}

Task<bool> Session::write(const Response& response, const HeadOptions& head, bool is_head_request) {
    HeadOptions options = head;
    if (response.status == 204 || response.status == 304) options.body = BodyEnd::no_body;
    std::string text = response_head(response, options);
    const bool has_body = options.body == BodyEnd::length && !is_head_request;
    std::string_view body = has_body ? std::string_view(response.text()) : std::string_view();
    if (body.size() <= small_body) {
        text += body;
        body = {};
    }
    auto first = asio::buffer(text);
    for (;;) {
        const auto piece = body.substr(0, body_piece);
        const Pieces what{first, asio::buffer(piece)};
        const bool written = co_await write_piece(what);
        if (!written) co_return false;
        body.remove_prefix(piece.size());
        if (body.empty()) co_return true;
        first = {};
    }
}

Task<bool> Session::write_piece(Pieces what) {
    expire_after(room_.options.write_timeout);
    const auto [error, size] = co_await wire_->write(what);
    never_expire();
    co_return !error;
}

Task<void> Session::write_stream(Response response, unsigned version) {
    const StreamPlace place(room_.streams);
    response.stream->on_more([weak = weak_from_this(), mailbox = room_.mailbox] {
        const auto wake = [weak] {
            if (const auto self = weak.lock()) self->gate_.open();
        };
        if (mailbox->is_here()) return wake();
        mailbox->put(wake);
    });
    const HeadOptions options{.version = version,
                              .after = AfterAnswer::close,
                              .body = version >= 11 ? BodyEnd::chunks : BodyEnd::close};
    const std::string head = response_head(response, options);
    const Pieces what{asio::buffer(head)};
    const bool written = co_await write_piece(what);
    if (!written) co_return;
    const auto watch = [self = shared_from_this()] { return self->watch_for_end(); };
    asio::co_spawn(room_.executor, watch, asio::detached);
    co_await write_pieces(*response.stream, version);
    if (!gone_) co_await wire_->finish();
    wire_->close();
}

Task<void> Session::write_pieces(BodyStream& stream, unsigned version) {
    while (!gone_) {
        auto piece = stream.next();
        if (!piece) break;
        if (piece->empty()) {
            const bool silent = co_await wait_for_more();
            if (!silent) continue;
            piece = ": keep-alive\n\n";
        }
        const std::string text = version >= 11 ? as_chunk(*piece) : std::move(*piece);
        const Pieces what{asio::buffer(text)};
        const bool written = co_await write_piece(what);
        if (!written) gone_ = true;
    }
    if (gone_ || version < 11) co_return;
    static const std::string last_chunk = "0\r\n\r\n";
    const Pieces what{asio::buffer(last_chunk)};
    co_await write_piece(what);
}

// True when nothing came for so long that the line should show a sign of life. Nothing else runs
// on this thread between next() and the wait, so no wake-up is lost between them.
Task<bool> Session::wait_for_more() {
    silent_until_ = std::chrono::steady_clock::now() + room_.options.keep_alive_comment;
    co_await gate_.wait();
    const bool silent = silent_until_ == Time::max();
    silent_until_ = Time::max();
    co_return silent && !gone_;
}

// A client that goes away closes its side: without a read nobody would notice until much is
// written.
Task<void> Session::watch_for_end() {
    const auto self = shared_from_this();
    std::array<char, 512> ignored{};
    for (;;) {
        const asio::mutable_buffer space = asio::buffer(ignored);
        const auto [error, size] = co_await wire_->read_some(space);
        if (error) break;
    }
    leave();
}

Task<void> Session::close_gently() {
    expire_after(linger_time);
    co_await wire_->finish();
    std::size_t seen = buffer_.size();
    std::array<char, read_size> ignored{};
    while (!late_ && seen < linger_bytes) {
        const asio::mutable_buffer space = asio::buffer(ignored);
        const auto [error, size] = co_await wire_->drain(space);
        if (error) break;
        seen += size;
    }
}

}  // namespace berth
