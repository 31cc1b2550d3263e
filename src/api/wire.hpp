// One connection's bytes, plain or through TLS. What is pending ends with an error after cancel()
// and close(). One read and one write may be pending at a time.
#pragma once

#include <array>
#include <memory>
#include <tuple>

#include "api/beast.hpp"

namespace berth {

using IoResult = std::tuple<beast::error_code, std::size_t>;
using Pieces = std::array<asio::const_buffer, 2>;

class Wire {
public:
    Wire() = default;
    virtual ~Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;

    // The TLS handshake, if there is one. False: there is nobody to talk to.
    virtual Task<bool> open() = 0;
    virtual Task<IoResult> read_some(asio::mutable_buffer into) = 0;
    virtual Task<IoResult> write(Pieces what) = 0;
    // Tells the other side that nothing more will come.
    virtual Task<void> finish() = 0;
    // Bytes after finish(), which mean nothing any more.
    Task<IoResult> drain(asio::mutable_buffer into);

    void cancel();
    void close();

protected:
    virtual Socket& socket() = 0;
};

class PlainWire : public Wire {
public:
    explicit PlainWire(Socket socket) : socket_(std::move(socket)) {}

    Task<bool> open() override;
    Task<IoResult> read_some(asio::mutable_buffer into) override;
    Task<IoResult> write(Pieces what) override;
    Task<void> finish() override;

protected:
    Socket& socket() override { return socket_; }

private:
    Socket socket_;
};

}  // namespace berth
