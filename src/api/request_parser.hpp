// Reads a request from bytes straight into the Request that handlers see: Beast's parser without
// its containers.
#pragma once

#include "api/beast.hpp"
#include "api/message.hpp"

namespace berth {

class RequestParser : public http::basic_parser<true> {
public:
    Request& request() { return request_; }
    [[nodiscard]] unsigned version() const { return version_; }  // 11: HTTP/1.1
    [[nodiscard]] bool expects_continue() const;

private:
    void on_request_impl(http::verb method, beast::string_view method_text,
                         beast::string_view target, int version, beast::error_code& error) override;
    void on_response_impl(int, beast::string_view, int, beast::error_code&) override {}
    void on_field_impl(http::field field, beast::string_view name, beast::string_view value,
                       beast::error_code& error) override;
    void on_header_impl(beast::error_code& error) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length,
                           beast::error_code& error) override;
    std::size_t on_body_impl(beast::string_view text, beast::error_code& error) override;
    void on_chunk_header_impl(std::uint64_t, beast::string_view, beast::error_code&) override {}
    std::size_t on_chunk_body_impl(std::uint64_t left, beast::string_view text,
                                   beast::error_code& error) override;
    void on_finish_impl(beast::error_code&) override {}

    Request request_;
    unsigned version_ = 11;
    bool header_read_ = false;
};

}  // namespace berth
