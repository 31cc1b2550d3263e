#include "api/http_server.hpp"

#include <pthread.h>

#include <algorithm>
#include <boost/asio/thread_pool.hpp>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "api/beast.hpp"
#include "api/session.hpp"
#include "api/tls.hpp"

namespace berth {

namespace {

// So many more than may be connected are still told so.
constexpr std::size_t most_turned_away = 64;

std::chrono::milliseconds look_every(const HttpOptions& options) {
    const auto shortest =
        std::min({options.header_timeout, options.body_timeout, options.write_timeout,
                  options.idle_timeout, options.keep_alive_comment, options.stop_patience});
    return std::clamp(shortest / 4, std::chrono::milliseconds(5), std::chrono::milliseconds(1000));
}

}  // namespace

struct HttpServer::Impl {
    Impl(ApiContext context, HttpOptions the_options)
        : options(std::move(the_options)),
          io(std::make_shared<asio::io_context>(1)),
          mailbox(std::make_shared<Mailbox>(io)),
          helpers(1),
          searchers(1),
          api(
              std::move(context),
              [kept = mailbox](std::function<void()> what) { kept->put(std::move(what)); },
              [this](std::function<void()> what) { asio::post(helpers, std::move(what)); },
              [this](std::chrono::milliseconds time, std::function<void()> what) {
                  run_later(time, std::move(what));
              },
              [this](std::function<void()> what) { asio::post(searchers, std::move(what)); }),
          room{api, options, mailbox, io->get_executor()},
          acceptor(*io),
          timer(*io) {}

    void run_later(std::chrono::milliseconds time, std::function<void()> what) const;
    std::expected<void, std::string> open(const asio::ip::tcp::endpoint& endpoint);
    Task<void> accept();
    void begin(Socket socket);
    void end(const std::shared_ptr<Session>& session);
    void stop_sessions();
    Task<void> watch_the_time();

    // Everything below belongs to the server's thread, once that runs.
    const HttpOptions options;
    // Shared with those who may still post from the engine's thread while the server goes away.
    std::shared_ptr<asio::io_context> io;
    std::shared_ptr<Mailbox> mailbox;
    asio::thread_pool helpers;
    asio::thread_pool searchers;
    std::unique_ptr<Tls> tls;
    Api api;
    SessionRoom room;
    Acceptor acceptor;
    Timer timer;
    std::thread thread;

    std::set<std::shared_ptr<Session>> sessions;
    std::size_t turned_away = 0;  // of them
    bool stopping = false;
    Session::Time patience_ends;
};

void HttpServer::Impl::run_later(std::chrono::milliseconds time, std::function<void()> what) const {
    const auto timer_of_it = std::make_shared<Timer>(*io, time);
    timer_of_it->async_wait([timer_of_it, what = std::move(what)](beast::error_code error) {
        if (!error) what();
    });
}

std::expected<void, std::string> HttpServer::Impl::open(const asio::ip::tcp::endpoint& endpoint) {
    beast::error_code error;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(asio::socket_base::max_listen_connections, error);
    if (!error) return {};
    beast::error_code ignored;
    acceptor.close(ignored);
    return std::unexpected("cannot listen on " + endpoint.address().to_string() + ":" +
                           std::to_string(endpoint.port()) + ": " + error.message());
}

Task<void> HttpServer::Impl::accept() {
    constexpr std::chrono::milliseconds pause{50};
    while (acceptor.is_open()) {
        auto [error, socket] = co_await acceptor.async_accept(as_result);
        if (!error) {
            begin(std::move(socket));
        } else if (acceptor.is_open()) {
            // Out of descriptors, most likely: what is open goes on, and frees some.
            Timer wait(*io, pause);
            co_await wait.async_wait(as_result);
        }
    }
}

void HttpServer::Impl::begin(Socket socket) {
    const bool crowded = sessions.size() - turned_away >= options.most_connections;
    if (crowded && turned_away >= most_turned_away) return;
    beast::error_code ignored;
    socket.set_option(asio::ip::tcp::no_delay(true), ignored);
    auto wire = tls ? tls->wire(std::move(socket)) : std::make_unique<PlainWire>(std::move(socket));
    const auto session = std::make_shared<Session>(std::move(wire), room);
    sessions.insert(session);
    if (crowded) ++turned_away;
    if (stopping) session->stop();
    asio::co_spawn(
        *io, [session, crowded] { return crowded ? session->turn_away() : session->run(); },
        [this, session, crowded](const std::exception_ptr&) {
            if (crowded) --turned_away;
            end(session);
        });
}

void HttpServer::Impl::end(const std::shared_ptr<Session>& session) {
    sessions.erase(session);
    if (stopping && sessions.empty()) timer.cancel();
}

void HttpServer::Impl::stop_sessions() {
    beast::error_code ignored;
    acceptor.close(ignored);
    stopping = true;
    patience_ends = std::chrono::steady_clock::now() + options.stop_patience;
    api.close_streams();
    const std::vector open(sessions.begin(), sessions.end());
    for (const auto& session : open) session->stop();
    if (open.empty()) timer.cancel();
}

// Sessions may end while they are looked at.
Task<void> HttpServer::Impl::watch_the_time() {
    const auto step = look_every(options);
    while (!stopping || !sessions.empty()) {
        timer.expires_after(step);
        co_await timer.async_wait(as_result);
        const auto now = std::chrono::steady_clock::now();
        const std::vector open(sessions.begin(), sessions.end());
        for (const auto& session : open) {
            if (stopping && now >= patience_ends) {
                session->cut();
            } else {
                session->check(now);
            }
        }
    }
}

HttpServer::HttpServer(ApiContext context, HttpOptions options)
    : impl_(std::make_unique<Impl>(std::move(context), std::move(options))) {}

HttpServer::~HttpServer() {
    stop();
}

std::expected<std::uint16_t, std::string> HttpServer::start(const std::string& address,
                                                            std::uint16_t port) {
    beast::error_code error;
    const std::string numeric = address == "localhost" ? "127.0.0.1" : address;
    const auto parsed = asio::ip::make_address(numeric, error);
    if (error) {
        return std::unexpected("\"" + address +
                               "\" is not an IP address; write 127.0.0.1, ::1 or localhost");
    }
    if (!parsed.is_loopback()) {
        return std::unexpected(
            "Berth listens on loopback only (127.0.0.1 or ::1), not on " + address +
            ": nobody has to log in yet, so whoever reached it could act as anybody");
    }
    if (impl_->options.tls) {
        auto tls = Tls::make(*impl_->options.tls);
        if (!tls) return std::unexpected(tls.error());
        impl_->tls = std::move(*tls);
    }
    if (auto opened = impl_->open({parsed, port}); !opened) return std::unexpected(opened.error());
    const std::uint16_t actual = impl_->acceptor.local_endpoint().port();
    Impl* const impl = impl_.get();
    asio::co_spawn(*impl->io, [impl] { return impl->accept(); }, asio::detached);
    asio::co_spawn(*impl->io, [impl] { return impl->watch_the_time(); }, asio::detached);
    impl->thread = std::thread([io = impl->io] {
        ::pthread_setname_np(::pthread_self(), "berth-http");
        io->run();
    });
    return actual;
}

// The thread ends by itself once no connection and no timer is left.
void HttpServer::stop() {
    if (!impl_->thread.joinable()) return;
    asio::post(*impl_->io, [impl = impl_.get()] { impl->stop_sessions(); });
    impl_->thread.join();
    impl_->helpers.stop();
    impl_->searchers.stop();
    impl_->helpers.join();
    impl_->searchers.join();
}

}  // namespace berth
