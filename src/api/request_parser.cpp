#include "api/request_parser.hpp"

#include <algorithm>

namespace berth {

namespace {

// No more than this is set aside on a client's word.
constexpr std::uint64_t most_reserved = 64 * 1024;

}  // namespace

bool RequestParser::expects_continue() const {
    return beast::iequals(request_.header("Expect"), "100-continue");
}

void RequestParser::on_request_impl(http::verb, beast::string_view method_text,
                                    beast::string_view target, int version,
                                    beast::error_code& error) {
    version_ = static_cast<unsigned>(version);
    request_.method.assign(method_text.data(), method_text.size());
    request_.target.assign(target.data(), target.size());
    error = {};
}

void RequestParser::on_field_impl(http::field, beast::string_view name, beast::string_view value,
                                  beast::error_code& error) {
    error = {};
    if (header_read_) return;  // a trailer
    std::string& text = request_.headers[std::string(name.data(), name.size())];
    if (!text.empty()) text += ", ";
    text.append(value.data(), value.size());
}

void RequestParser::on_header_impl(beast::error_code& error) {
    header_read_ = true;
    error = {};
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length,
                                      beast::error_code& error) {
    if (length) request_.body.reserve(std::min(*length, most_reserved));
    error = {};
}

std::size_t RequestParser::on_body_impl(beast::string_view text, beast::error_code& error) {
    request_.body.append(text.data(), text.size());
    error = {};
    return text.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, beast::string_view text,
                                              beast::error_code& error) {
    return on_body_impl(text, error);
}

}  // namespace berth
