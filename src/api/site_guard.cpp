#include "api/site_guard.hpp"

#include <algorithm>
#include <string_view>

namespace berth {

namespace {

std::string lower(std::string_view text) {
    std::string result(text);
    for (char& c : result) {
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    return result;
}

// "[::1]:8420" and "localhost:8420" without their port.
std::string_view name_in(std::string_view authority) {
    const auto bracket = authority.find(']');
    const auto colon = authority.find(':', bracket == std::string_view::npos ? 0 : bracket);
    return authority.substr(0, colon);
}

// Numbers only: "127.evil.example" is a name.
bool is_loopback_address(std::string_view name) {
    return name.starts_with("127.") && std::ranges::count(name, '.') == 3 &&
           name.find_first_not_of("0123456789.") == std::string_view::npos;
}

bool is_ours(std::string_view authority, const std::vector<std::string>& names) {
    const std::string name = lower(name_in(authority));
    if (name == "localhost" || name == "[::1]" || is_loopback_address(name)) return true;
    return std::ranges::any_of(names, [&](const std::string& one) { return lower(one) == name; });
}

std::string_view authority_of(std::string_view origin) {
    const auto scheme_end = origin.find("://");
    return scheme_end == std::string_view::npos ? std::string_view()
                                                : origin.substr(scheme_end + 3);
}

// From one of the server's own pages: the very place that was asked, or one of its names, whose
// proxy may ask under another.
bool is_own_page(std::string_view origin, std::string_view host,
                 const std::vector<std::string>& names) {
    const std::string_view authority = authority_of(origin);
    if (authority.empty()) return false;
    if (!host.empty() && lower(authority) == lower(host)) return true;
    const std::string name = lower(name_in(authority));
    return std::ranges::any_of(names, [&](const std::string& one) { return lower(one) == name; });
}

bool tells_nothing(std::string_view target) {
    const std::string_view path = target.substr(0, target.find('?'));
    return path == "/healthz" || path == "/readyz";
}

bool changes_something(std::string_view method) {
    return method != "GET" && method != "HEAD" && method != "OPTIONS";
}

}  // namespace

std::expected<void, Problem> check_site(const Request& request,
                                        const std::vector<std::string>& names) {
    if (tells_nothing(request.target)) return {};
    const std::string_view host = request.header("Host");
    if (!host.empty() && !is_ours(host, names)) {
        return std::unexpected(
            Problem{.status = 403,
                    .code = "wrong_host",
                    .detail = "this server is not known as " + std::string(name_in(host)) +
                              "; call it 127.0.0.1 or localhost, or add the name to \"names\" in "
                              "its configuration",
                    .field = "Host"});
    }
    const std::string_view origin = request.header("Origin");
    if (changes_something(request.method) && !origin.empty() && !is_own_page(origin, host, names)) {
        return std::unexpected(
            Problem{.status = 403,
                    .code = "wrong_origin",
                    .detail = "a page of " + std::string(origin) +
                              " may not change anything here; use this server's own page",
                    .field = "Origin"});
    }
    return {};
}

}  // namespace berth
