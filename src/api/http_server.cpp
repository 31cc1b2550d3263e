#include "api/http_server.hpp"

#include <algorithm>
#include <mutex>
#include <optional>
#include <set>
#include <thread>
#include <utility>
#include <vector>

#include "api/api.hpp"
#include "api/beast.hpp"
#include "api/session.hpp"

namespace berth {

struct HttpServer::Impl {
    Impl(ApiContext context, HttpOptions the_options)
        : options(the_options),
          io(std::make_shared<asio::io_context>(options.threads)),
          api(std::move(context),
              [kept = io](std::function<void()> what) { asio::post(*kept, std::move(what)); }),
          acceptor(asio::make_strand(*io)),
          patience(acceptor.get_executor()) {}

    std::expected<void, std::string> open(const tcp::endpoint& endpoint);
    void run_threads();
    asio::awaitable<void> accept();
    void begin(tcp::socket socket);
    void end(const std::shared_ptr<Session>& session);
    void stop_sessions();
    asio::awaitable<void> lose_patience();
    [[nodiscard]] std::vector<std::shared_ptr<Session>> open_sessions();

    const HttpOptions options;
    // Shared with those who may still post from the engine's thread while the server goes away.
    std::shared_ptr<asio::io_context> io;
    Api api;
    tcp::acceptor acceptor;
    asio::steady_timer patience;
    std::vector<std::thread> threads;

    std::mutex mutex;
    std::set<std::shared_ptr<Session>> sessions;
    bool stopping = false;
};

std::expected<void, std::string> HttpServer::Impl::open(const tcp::endpoint& endpoint) {
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

void HttpServer::Impl::run_threads() {
    for (int i = 0; i < std::max(1, options.threads); ++i) {
        threads.emplace_back([context = io] { context->run(); });
    }
}

asio::awaitable<void> HttpServer::Impl::accept() {
    constexpr std::chrono::milliseconds pause{50};
    while (acceptor.is_open()) {
        tcp::socket socket(asio::make_strand(*io));
        const auto [error] = co_await acceptor.async_accept(socket, as_result);
        if (!error) {
            begin(std::move(socket));
        } else if (acceptor.is_open()) {
            // Out of descriptors, most likely: what is open goes on, and frees some.
            asio::steady_timer wait(acceptor.get_executor(), pause);
            co_await wait.async_wait(as_result);
        }
    }
}

void HttpServer::Impl::begin(tcp::socket socket) {
    const auto executor = socket.get_executor();
    const auto session = std::make_shared<Session>(std::move(socket), io, api, options);
    bool crowded = false;
    {
        const std::lock_guard lock(mutex);
        crowded = sessions.size() >= options.most_connections;
        sessions.insert(session);
        if (stopping) session->cut();
    }
    asio::co_spawn(
        executor, [session, crowded] { return crowded ? session->turn_away() : session->run(); },
        [this, session](const std::exception_ptr&) { end(session); });
}

void HttpServer::Impl::end(const std::shared_ptr<Session>& session) {
    const std::lock_guard lock(mutex);
    sessions.erase(session);
    if (!stopping || !sessions.empty()) return;
    asio::post(acceptor.get_executor(), [this] { patience.cancel(); });
}

std::vector<std::shared_ptr<Session>> HttpServer::Impl::open_sessions() {
    const std::lock_guard lock(mutex);
    return {sessions.begin(), sessions.end()};
}

void HttpServer::Impl::stop_sessions() {
    beast::error_code ignored;
    acceptor.close(ignored);
    {
        const std::lock_guard lock(mutex);
        stopping = true;
    }
    api.close_streams();
    const auto open = open_sessions();
    for (const auto& session : open) session->stop();
    if (open.empty()) return;
    asio::co_spawn(acceptor.get_executor(), [this] { return lose_patience(); }, asio::detached);
}

asio::awaitable<void> HttpServer::Impl::lose_patience() {
    patience.expires_after(options.stop_patience);
    const auto [error] = co_await patience.async_wait(as_result);
    if (error) co_return;
    for (const auto& session : open_sessions()) session->cut();
}

HttpServer::HttpServer(ApiContext context, HttpOptions options)
    : impl_(std::make_unique<Impl>(std::move(context), options)) {}

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
    if (auto opened = impl_->open({parsed, port}); !opened) return std::unexpected(opened.error());
    const std::uint16_t actual = impl_->acceptor.local_endpoint().port();
    asio::co_spawn(
        impl_->acceptor.get_executor(), [impl = impl_.get()] { return impl->accept(); },
        asio::detached);
    impl_->run_threads();
    return actual;
}

// The threads end by themselves once no connection, no answer and no timer is left.
void HttpServer::stop() {
    if (impl_->threads.empty()) return;
    asio::post(impl_->acceptor.get_executor(), [impl = impl_.get()] { impl->stop_sessions(); });
    for (auto& thread : impl_->threads) thread.join();
    impl_->threads.clear();
}

}  // namespace berth
