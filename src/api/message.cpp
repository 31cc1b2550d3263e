#include "api/message.hpp"

#include <algorithm>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

namespace berth {

namespace {

char lower(char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string decoded(boost::urls::pct_string_view text) {
    // "+" stays "+": it stands in RFC 3339 offsets, and nothing here is an HTML form.
    return text.decode();
}

Response with_type(int status, std::string body, const char* type) {
    Response response;
    response.status = status;
    response.headers["Content-Type"] = type;
    response.body = std::move(body);
    return response;
}

}  // namespace

bool LessIgnoringCase::operator()(std::string_view a, std::string_view b) const {
    return std::ranges::lexicographical_compare(a, b, std::ranges::less(), lower, lower);
}

std::string_view Request::header(std::string_view name) const {
    const auto found = headers.find(name);
    return found == headers.end() ? std::string_view() : std::string_view(found->second);
}

std::optional<std::string> Request::query_value(const std::string& name) const {
    const auto found = query.find(name);
    if (found == query.end()) return std::nullopt;
    return found->second;
}

const std::string& Request::parameter(const std::string& name) const {
    return parameters.at(name);
}

std::expected<void, std::string> parse_target(Request& request) {
    const auto parsed = boost::urls::parse_origin_form(request.target);
    if (!parsed) {
        return std::unexpected("the path must start with \"/\", with special characters as %XX");
    }
    request.segments.clear();
    for (const auto segment : parsed->encoded_segments()) {
        request.segments.push_back(decoded(segment));
    }
    for (const auto parameter : parsed->encoded_params()) {
        request.query[decoded(parameter.key)] = decoded(parameter.value);
    }
    return {};
}

Response text_response(int status, std::string text) {
    return with_type(status, std::move(text), "text/plain; charset=utf-8");
}

Response json_response(int status, std::string document) {
    return with_type(status, std::move(document), "application/json");
}

Response no_content() {
    Response response;
    response.status = 204;
    return response;
}

std::string entity_tag(std::string_view value) {
    return "\"" + std::string(value) + "\"";
}

bool names_tag(std::string_view if_none_match, std::string_view tag) {
    if (if_none_match == "*") return true;
    // A tag carries its quotes, so that none is part of another.
    return if_none_match.find(tag) != std::string_view::npos;
}

}  // namespace berth
