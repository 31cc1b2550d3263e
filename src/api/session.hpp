// One connection: reads requests one after another (what was pipelined waits in the buffer), writes
// their answers in order, and turns into a live stream when an answer is one.
//
// Everything runs on the connection's own strand; stop() and cut() may be called from any thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "api/api.hpp"
#include "api/beast.hpp"
#include "api/http_server.hpp"

namespace berth {

class Session : public std::enable_shared_from_this<Session> {
public:
    // `io` is kept alive by whatever may still post to it from another thread.
    Session(tcp::socket socket, std::shared_ptr<asio::io_context> io, const Api& api,
            const HttpOptions& options);

    asio::awaitable<void> run();
    // Answers one problem and closes: there is no room for another connection.
    asio::awaitable<void> turn_away();

    void stop();  // the request in flight is answered, then the connection is closed
    void cut();   // now

private:
    using Parser = http::request_parser<http::string_body>;
    enum class Next { another_request, close };

    asio::awaitable<void> serve();
    asio::awaitable<bool> wait_for_request();
    asio::awaitable<Next> serve_request();
    asio::awaitable<beast::error_code> read_request(Parser& parser);
    asio::awaitable<Response> answer_to(Request request);
    asio::awaitable<Next> refuse(beast::error_code error);
    asio::awaitable<beast::error_code> write(const Response& response, http::verb method,
                                             unsigned version, bool keep_alive);
    asio::awaitable<void> write_stream(Response response, unsigned version);
    asio::awaitable<void> write_pieces(BodyStream& stream, unsigned version);
    asio::awaitable<bool> write_piece(std::string piece, unsigned version);
    asio::awaitable<bool> wait_for_more();
    asio::awaitable<void> watch_for_end();
    asio::awaitable<void> close_gently();
    void close_now();

    beast::tcp_stream stream_;
    std::shared_ptr<asio::io_context> io_;
    const Api& api_;
    const HttpOptions& options_;
    beast::flat_buffer buffer_;
    asio::steady_timer more_;  // expires, or is cancelled, when a live stream has more to say
    bool idle_ = true;
    bool stopping_ = false;
    bool gone_ = false;  // the other side has closed a live stream
};

}  // namespace berth
