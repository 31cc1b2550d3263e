#include "api/tls.hpp"

#include <openssl/ssl.h>
#include <openssl/x509err.h>

#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace berth {

namespace {

class TlsWire : public Wire {
public:
    TlsWire(Socket socket, asio::ssl::context& context) : stream_(std::move(socket), context) {}

    Task<bool> open() override {
        const auto [error] =
            co_await stream_.async_handshake(asio::ssl::stream_base::server, as_result);
        co_return !error;
    }
    Task<IoResult> read_some(asio::mutable_buffer into) override {
        return stream_.async_read_some(into, as_result);
    }
    Task<IoResult> write(Pieces what) override {
        return asio::async_write(stream_, what, as_result);
    }
    Task<void> finish() override {
        // Only our own goodbye is sent: who still talks would keep SSL_shutdown from ending.
        ::SSL_set_shutdown(stream_.native_handle(), SSL_RECEIVED_SHUTDOWN);
        co_await stream_.async_shutdown(as_result);
        beast::error_code ignored;
        socket().shutdown(asio::socket_base::shutdown_send, ignored);
    }

protected:
    Socket& socket() override { return stream_.next_layer(); }

private:
    asio::ssl::stream<Socket> stream_;
};

std::expected<void, std::string> check_readable(const std::string& what, const std::string& file) {
    errno = 0;
    if (std::ifstream in(file); in && in.peek() != std::ifstream::traits_type::eof()) return {};
    const std::string why =
        errno != 0 ? std::generic_category().message(errno) : std::string("it is empty");
    return std::unexpected("the TLS " + what + " " + file + " cannot be read: " + why);
}

}  // namespace

struct Tls::Context {
    asio::ssl::context ssl{asio::ssl::context::tls_server};
};

Tls::Tls(std::unique_ptr<Context> context) : context_(std::move(context)) {}

Tls::~Tls() = default;

std::expected<std::unique_ptr<Tls>, std::string> Tls::make(const TlsFiles& files) {
    const std::string certificate = files.certificate.string();
    const std::string key = files.key.string();
    if (auto read = check_readable("certificate", certificate); !read) {
        return std::unexpected(read.error());
    }
    if (auto read = check_readable("key", key); !read) return std::unexpected(read.error());

    auto context = std::make_unique<Context>();
    ::SSL_CTX_set_min_proto_version(context->ssl.native_handle(), TLS1_2_VERSION);
    ::SSL_CTX_set_options(context->ssl.native_handle(), SSL_OP_NO_RENEGOTIATION);
    beast::error_code error;
    context->ssl.use_certificate_chain_file(certificate, error);
    if (error) {
        return std::unexpected("the TLS certificate " + certificate +
                               " is not a certificate in PEM form: " + error.message());
    }
    // Without this OpenSSL asks for a passphrase on the terminal.
    context->ssl.set_password_callback([](std::size_t, auto) { return std::string(); }, error);
    context->ssl.use_private_key_file(key, asio::ssl::context::pem, error);
    if (error &&
        ERR_GET_REASON(static_cast<unsigned long>(error.value())) == X509_R_KEY_VALUES_MISMATCH) {
        return std::unexpected("the TLS key " + key + " does not belong to the certificate " +
                               certificate);
    }
    if (error) {
        return std::unexpected(
            "the TLS key " + key +
            " is not a private key in PEM form without a passphrase: " + error.message());
    }
    return std::unique_ptr<Tls>(new Tls(std::move(context)));  // NOLINT: private constructor
}

std::unique_ptr<Wire> Tls::wire(Socket socket) {
    return std::make_unique<TlsWire>(std::move(socket), context_->ssl);
}

}  // namespace berth
