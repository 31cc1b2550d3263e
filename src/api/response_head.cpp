#include "api/response_head.hpp"

#include <algorithm>

#include "api/beast.hpp"

namespace berth {

namespace {

// A line break in a value would let it write headers of its own.
void append_value(std::string& head, std::string_view value) {
    const auto from = head.size();
    head += value;
    std::replace_if(
        head.begin() + static_cast<std::ptrdiff_t>(from), head.end(),
        [](char c) { return c == '\r' || c == '\n' || c == '\0'; }, ' ');
}

std::string_view connection_of(const HeadOptions& options) {
    if (options.after == AfterAnswer::close) {
        return options.version >= 11 ? "Connection: close\r\n" : "";
    }
    return options.version >= 11 ? "" : "Connection: keep-alive\r\n";
}

}  // namespace

std::string response_head(const Response& response, const HeadOptions& options) {
    constexpr std::size_t usual_size = 512;
    const auto reason = http::obsolete_reason(static_cast<http::status>(response.status));
    std::string head;
    head.reserve(usual_size);
    head += options.version >= 11 ? "HTTP/1.1 " : "HTTP/1.0 ";
    head += std::to_string(response.status);
    head += ' ';
    head.append(reason.data(), reason.size());
    head += "\r\nServer: berth\r\n";
    for (const auto& [name, value] : response.headers) {
        head += name;
        head += ": ";
        append_value(head, value);
        head += "\r\n";
    }
    head += connection_of(options);
    if (options.body == BodyEnd::chunks) head += "Transfer-Encoding: chunked\r\n";
    if (options.body == BodyEnd::length) {
        head += "Content-Length: ";
        head += std::to_string(response.text().size());
        head += "\r\n";
    }
    head += "\r\n";
    return head;
}

}  // namespace berth
