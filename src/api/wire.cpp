#include "api/wire.hpp"

namespace berth {

void Wire::cancel() {
    beast::error_code ignored;
    socket().cancel(ignored);
}

void Wire::close() {
    beast::error_code ignored;
    socket().close(ignored);
}

Task<IoResult> Wire::drain(asio::mutable_buffer into) {
    return socket().async_read_some(into, as_result);
}

Task<bool> PlainWire::open() {
    co_return true;
}

Task<IoResult> PlainWire::read_some(asio::mutable_buffer into) {
    return socket_.async_read_some(into, as_result);
}

Task<IoResult> PlainWire::write(Pieces what) {
    return asio::async_write(socket_, what, as_result);
}

Task<void> PlainWire::finish() {
    beast::error_code ignored;
    socket_.shutdown(asio::socket_base::shutdown_send, ignored);
    co_return;
}

}  // namespace berth
