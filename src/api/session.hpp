// One connection: reads requests one after another (what was pipelined waits in the buffer or in
// the kernel), writes their answers in order, and turns into a live stream when an answer is one.
//
// Everything runs on the server's one thread. Deadlines are only noted here; check() is called now
// and then and ends what is late, so that no request sets up a timer.
#pragma once

#include <chrono>
#include <memory>
#include <optional>

#include "api/api.hpp"
#include "api/gate.hpp"
#include "api/http_server.hpp"
#include "api/mailbox.hpp"
#include "api/request_parser.hpp"
#include "api/response_head.hpp"
#include "api/wire.hpp"

namespace berth {

// What all sessions of a server share; it outlives them.
struct SessionRoom {
    const Api& api;
    const HttpOptions& options;
    std::shared_ptr<Mailbox> mailbox;
    Executor executor;
    std::size_t streams = 0;  // live ones
};

class Session : public std::enable_shared_from_this<Session> {
public:
    using Time = std::chrono::steady_clock::time_point;

    Session(std::unique_ptr<Wire> wire, SessionRoom& room);

    Task<void> run();
    // Answers one problem and closes: there is no room for another connection.
    Task<void> turn_away();

    void stop();  // the request in flight is answered, then the connection is closed
    void cut();   // now
    void check(Time now);

private:
    enum class Next { another_request, close };
    enum class ReadResult { whole, bad, late, gone };

    Task<void> serve();
    Task<bool> wait_for_request();
    Task<Next> serve_request();
    Task<ReadResult> read_request(RequestParser& parser);
    Task<void> tell_to_go_on();
    Task<bool> fill();
    Task<std::optional<Response>> answer_to(Request request);
    void take(Response response);
    Task<void> refuse(ReadResult result);
    Task<bool> write(const Response& response, const HeadOptions& head, bool is_head_request);
    Task<bool> write_piece(Pieces what);

    Task<void> write_stream(Response response, unsigned version);
    Task<void> write_pieces(BodyStream& stream, unsigned version);
    Task<bool> wait_for_more();
    Task<void> watch_for_end();
    Task<void> close_gently();

    void expire_after(std::chrono::milliseconds time);
    void never_expire() { deadline_ = Time::max(); }
    void leave();  // the other side is gone

    std::unique_ptr<Wire> wire_;
    SessionRoom& room_;
    beast::flat_buffer buffer_;
    beast::error_code read_error_;
    std::optional<Response> reply_;
    Gate gate_;  // opens when the reply is there, or a live stream has more to say
    Time deadline_ = Time::max();
    Time silent_until_ = Time::max();  // then a live stream shows a sign of life
    bool late_ = false;
    bool idle_ = true;
    bool stopping_ = false;
    bool gone_ = false;
};

}  // namespace berth
