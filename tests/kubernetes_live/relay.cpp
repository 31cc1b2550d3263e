#include "kubernetes_live/relay.hpp"

#include <array>
#include <boost/asio/connect.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/write.hpp>
#include <future>
#include <set>
#include <thread>

namespace berth {

namespace asio = boost::asio;
using asio::ip::tcp;
using Failure = boost::system::error_code;

namespace {

enum class Weather { good, cut, silent };

struct Pair : std::enable_shared_from_this<Pair> {
    Pair(tcp::socket the_client, const Weather& the_weather)
        : client(std::move(the_client)), server(client.get_executor()), weather(the_weather) {}

    void begin(unsigned short port) {
        server.async_connect({asio::ip::address_v4::loopback(), port},
                             [self = shared_from_this()](Failure error) {
                                 if (error) return self->close();
                                 self->pass(self->client, self->server, self->up);
                                 self->pass(self->server, self->client, self->down);
                             });
    }
    void pass(tcp::socket& from, tcp::socket& to, std::array<char, 16384>& buffer) {
        from.async_read_some(asio::buffer(buffer), [self = shared_from_this(), &from, &to, &buffer](
                                                       Failure error, std::size_t count) {
            if (self->weather == Weather::silent) return;
            if (error) return self->close();
            asio::async_write(to, asio::buffer(buffer.data(), count),
                              [self, &from, &to, &buffer](Failure failed, std::size_t) {
                                  failed ? self->close() : self->pass(from, to, buffer);
                              });
        });
    }
    void close() {
        Failure ignored;
        client.close(ignored);
        server.close(ignored);
    }

    tcp::socket client;
    tcp::socket server;
    const Weather& weather;
    std::array<char, 16384> up{};
    std::array<char, 16384> down{};
};

}  // namespace

struct Relay::Impl {
    explicit Impl(unsigned short port) : to_port(port) {
        accept();
        thread = std::thread([this] { context.run(); });
    }
    void accept() {
        acceptor.async_accept([this](Failure error, tcp::socket socket) {
            if (error) return;
            if (weather != Weather::cut) {
                auto pair = std::make_shared<Pair>(std::move(socket), weather);
                pairs.insert(pair);
                if (weather == Weather::good) pair->begin(to_port);
            }
            accept();
        });
    }
    void change(Weather now) {
        std::promise<void> done;
        asio::post(context, [&] {
            weather = now;
            if (now != Weather::silent) {
                for (const auto& pair : pairs) pair->close();
                pairs.clear();
            }
            done.set_value();
        });
        done.get_future().wait();
    }

    const unsigned short to_port;
    asio::io_context context;
    tcp::acceptor acceptor{context, {asio::ip::address_v4::loopback(), 0}};
    Weather weather = Weather::good;
    std::set<std::shared_ptr<Pair>> pairs;
    std::thread thread;
};

Relay::Relay(unsigned short to_port) : impl_(std::make_unique<Impl>(to_port)) {}

Relay::~Relay() {
    impl_->context.stop();
    impl_->thread.join();
}

unsigned short Relay::port() const {
    return impl_->acceptor.local_endpoint().port();
}

void Relay::cut() {
    impl_->change(Weather::cut);
}

void Relay::go_silent() {
    impl_->change(Weather::silent);
}

void Relay::mend() {
    impl_->change(Weather::good);
}

}  // namespace berth
