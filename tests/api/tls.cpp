// The same server through TLS, with a certificate that the test makes.
#include <gmock/gmock.h>
#include <openssl/ssl.h>

#include "api/http_server.hpp"
#include "raw_client.hpp"
#include "self_signed.hpp"
#include "site.hpp"

namespace berth::test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

// Trusts one certificate alone.
class TlsClient {
public:
    TlsClient(std::uint16_t port, const SelfSigned& trusted, int newest = TLS1_3_VERSION)
        : raw_(port), context_(SSL_CTX_new(TLS_client_method()), SSL_CTX_free) {
        X509_STORE_add_cert(SSL_CTX_get_cert_store(context_.get()), trusted.certificate());
        SSL_CTX_set_verify(context_.get(), SSL_VERIFY_PEER, nullptr);
        // Debian's own least version is above 1.1 unless the security level is lowered.
        SSL_CTX_set_security_level(context_.get(), 0);
        SSL_CTX_set_min_proto_version(context_.get(), TLS1_VERSION);
        SSL_CTX_set_max_proto_version(context_.get(), newest);
        ssl_.reset(SSL_new(context_.get()));
        SSL_set_fd(ssl_.get(), raw_.descriptor());
        connected = SSL_connect(ssl_.get()) == 1;
    }

    void send(const std::string& text) const {
        SSL_write(ssl_.get(), text.data(), static_cast<int>(text.size()));
    }

    std::string read_until(const std::string& words) {
        while (buffer_.find(words) == std::string::npos && read_more()) continue;
        const auto end = std::min(buffer_.size(), buffer_.find(words) + words.size());
        const std::string taken = buffer_.substr(0, end);
        buffer_.erase(0, end);
        return taken;
    }

    std::string read_to_end() {
        while (read_more()) continue;
        return std::exchange(buffer_, {});
    }

    // Whether the server said that nothing more comes, so that nothing can have been cut off.
    [[nodiscard]] bool was_told_of_the_end() const {
        return (SSL_get_shutdown(ssl_.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
    }
    [[nodiscard]] std::string version() const { return SSL_get_version(ssl_.get()); }

    bool connected = false;

private:
    bool read_more() {
        char bytes[4096];
        const int size = SSL_read(ssl_.get(), bytes, sizeof bytes);
        if (size > 0) buffer_.append(bytes, static_cast<std::size_t>(size));
        return size > 0;
    }

    RawClient raw_;
    std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)> context_;
    std::unique_ptr<SSL, void (*)(SSL*)> ssl_{nullptr, SSL_free};
    std::string buffer_;
};

class tls : public Site {
protected:
    tls() {
        signed_by_itself.write_certificate(certificate);
        signed_by_itself.write_key(key);
    }

    std::expected<std::uint16_t, std::string> start() {
        HttpOptions options;
        options.tls = TlsFiles{certificate, key};
        server = std::make_unique<HttpServer>(context(), options);
        return server->start("127.0.0.1", 0);
    }

    std::string error_of_start() {
        const auto started = start();
        return started ? "it started" : started.error();
    }

    static std::string get(const std::string& target, const std::string& more = "") {
        return "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1\r\n" + more + "\r\n";
    }

    SelfSigned signed_by_itself;
    std::filesystem::path certificate = folder.path / "berth.crt";
    std::filesystem::path key = folder.path / "berth.key";
    std::unique_ptr<HttpServer> server;
};

TEST_F(tls, requests_are_answered_one_after_the_other) {
    TlsClient client(start().value(), signed_by_itself);
    ASSERT_TRUE(client.connected);
    EXPECT_EQ(client.version(), "TLSv1.3");
    client.send(get("/healthz") + get("/api/v1/fleet"));
    EXPECT_THAT(client.read_until("alive\n"), StartsWith("HTTP/1.1 200 OK\r\n"));
    EXPECT_THAT(client.read_until("]}"), HasSubstr("node1/0"));
}

TEST_F(tls, the_last_answer_ends_with_a_goodbye) {
    TlsClient client(start().value(), signed_by_itself);
    client.send(get("/healthz", "Connection: close\r\n"));
    EXPECT_THAT(client.read_to_end(), EndsWith("alive\n"));
    EXPECT_TRUE(client.was_told_of_the_end());
}

TEST_F(tls, a_listener_hears_what_happens) {
    TlsClient client(start().value(), signed_by_itself);
    client.send(get("/api/v1/events"));
    client.read_until("retry: 2000\n\n");
    Reserve command;
    command.request.gpus.ids = {"node1/0"};
    command.request.start = StartTime{monday_ten + 2h};
    command.request.hours = 2;
    submit("alice", command);
    EXPECT_THAT(client.read_until("\n\n"), HasSubstr(R"("id":"r-1")"));
    server->stop();
    EXPECT_THAT(client.read_to_end(), EndsWith("0\r\n\r\n"));
    EXPECT_TRUE(client.was_told_of_the_end());
}

TEST_F(tls, version_1_2_is_spoken_and_1_1_is_not) {
    const auto port = start().value();
    const TlsClient old(port, signed_by_itself, TLS1_2_VERSION);
    EXPECT_TRUE(old.connected);
    const TlsClient older(port, signed_by_itself, TLS1_1_VERSION);
    EXPECT_FALSE(older.connected);
}

TEST_F(tls, who_speaks_plainly_is_closed_and_the_others_live) {
    const auto port = start().value();
    RawClient plain(port);
    plain.send(get("/healthz"));
    EXPECT_THAT(plain.read_to_end(), Not(HasSubstr("alive")));
    TlsClient client(port, signed_by_itself);
    client.send(get("/healthz"));
    EXPECT_THAT(client.read_until("alive\n"), HasSubstr("200 OK"));
}

TEST_F(tls, missing_files_are_named) {
    std::filesystem::remove(key);
    EXPECT_THAT(error_of_start(), HasSubstr("key " + key.string() + " cannot be read: No such"));
    std::filesystem::remove(certificate);
    EXPECT_THAT(error_of_start(),
                HasSubstr("certificate " + certificate.string() + " cannot be read: No such"));
}

TEST_F(tls, a_key_of_another_certificate_is_refused) {
    SelfSigned().write_key(key);
    EXPECT_THAT(error_of_start(), HasSubstr("does not belong to the certificate"));
}

TEST_F(tls, files_that_hold_something_else_are_refused) {
    folder.write("berth.key", "not a key");
    EXPECT_THAT(error_of_start(), HasSubstr("is not a private key in PEM form"));
    folder.write("berth.crt", "not a certificate");
    EXPECT_THAT(error_of_start(), HasSubstr("is not a certificate in PEM form"));
    folder.write("berth.crt", "");
    EXPECT_THAT(error_of_start(), HasSubstr("it is empty"));
}

}  // namespace
}  // namespace berth::test
