#include "booking/name_rules.hpp"

#include <algorithm>

namespace berth {

namespace {

constexpr std::string_view hexadecimals = "0123456789abcdef";
constexpr std::string_view digits = "0123456789";

bool is_alphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view allowed) {
    return !text.empty() && text.find_first_not_of(allowed) == std::string_view::npos;
}

// Each part between the separators.
template <class Check>
bool all_parts(std::string_view text, char separator, Check check) {
    for (;;) {
        const auto end = text.find(separator);
        if (!check(text.substr(0, end))) return false;
        if (end == std::string_view::npos) return true;
        text.remove_prefix(end + 1);
    }
}

// Begins and ends with a letter or digit; between them dots, dashes and underscores too.
bool is_word(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && is_alphanumeric(text.front()) &&
           is_alphanumeric(text.back()) && std::ranges::all_of(text, [](char c) {
               return is_alphanumeric(c) || c == '-' || c == '_' || c == '.';
           });
}

bool is_tag(std::string_view text) {
    return !text.empty() && text.size() <= 128 && text.front() != '.' && text.front() != '-' &&
           std::ranges::all_of(
               text, [](char c) { return is_alphanumeric(c) || c == '-' || c == '_' || c == '.'; });
}

bool is_digest(std::string_view text) {
    constexpr std::string_view algorithm = "sha256:";
    return text.starts_with(algorithm) && text.size() == algorithm.size() + 64 &&
           consists_of(text.substr(algorithm.size()), hexadecimals);
}

bool is_repository(std::string_view text) {
    return all_parts(text, '/', [](std::string_view part) {
        return is_word(part, 255) &&
               std::ranges::none_of(part, [](char c) { return c >= 'A' && c <= 'Z'; });
    });
}

bool is_registry(std::string_view text) {
    const auto colon = text.find(':');
    if (colon != std::string_view::npos && !consists_of(text.substr(colon + 1), digits)) {
        return false;
    }
    return is_word(text.substr(0, colon), 253);
}

}  // namespace

bool is_dns_label(std::string_view name, std::size_t longest) {
    return name.size() <= longest && consists_of(name, "abcdefghijklmnopqrstuvwxyz0123456789-") &&
           name.front() != '-' && name.back() != '-';
}

bool is_dns_name(std::string_view name) {
    return name.size() <= 253 &&
           all_parts(name, '.', [](std::string_view part) { return is_dns_label(part, 253); });
}

bool is_qualified_name(std::string_view name) {
    const auto slash = name.find('/');
    if (slash == std::string_view::npos) return is_word(name, 63);
    return is_dns_name(name.substr(0, slash)) && is_word(name.substr(slash + 1), 63);
}

bool is_environment_name(std::string_view name) {
    return !name.empty() && digits.find(name.front()) == std::string_view::npos &&
           std::ranges::all_of(name, [](char c) { return is_alphanumeric(c) || c == '_'; });
}

bool is_image_reference(std::string_view name) {
    if (name.empty() || name.size() > 512) return false;
    if (const auto at = name.find('@'); at != std::string_view::npos) {
        if (!is_digest(name.substr(at + 1))) return false;
        name = name.substr(0, at);
    }
    const auto slash = name.rfind('/');
    const auto colon = name.rfind(':');
    const bool has_tag =
        colon != std::string_view::npos && (slash == std::string_view::npos || colon > slash);
    if (has_tag) {
        if (!is_tag(name.substr(colon + 1))) return false;
        name = name.substr(0, colon);
    }
    // As Docker has it: what is before the first slash is a host when it looks like one.
    const auto first = name.find('/');
    const std::string_view head = name.substr(0, first);
    const bool has_registry =
        first != std::string_view::npos &&
        (head.find_first_of(".:") != std::string_view::npos || head == "localhost");
    if (!has_registry) return is_repository(name);
    return is_registry(head) && is_repository(name.substr(first + 1));
}

}  // namespace berth
