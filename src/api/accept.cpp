#include "api/accept.hpp"

#include <charconv>
#include <string>

namespace berth {

namespace {

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

// Cuts off what stands before the separator.
std::string_view next(std::string_view& rest, char separator) {
    const auto end = rest.find(separator);
    const auto piece = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return trimmed(piece);
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; };
    if (a.size() != b.size()) return false;
    for (std::size_t i = 0; i < a.size(); ++i) {
        if (lower(a[i]) != lower(b[i])) return false;
    }
    return true;
}

struct Range {
    std::string_view type;
    double quality = 1;

    // 0: it does not match; else how closely: */*, text/*, text/csv.
    [[nodiscard]] int closeness(std::string_view offered) const {
        if (type == "*/*") return 1;
        if (equal_ignoring_case(type, offered)) return 3;
        const auto slash = offered.find('/');
        const bool any_of_kind = type.ends_with("/*") && type.size() == slash + 2;
        return any_of_kind && equal_ignoring_case(type.substr(0, slash), offered.substr(0, slash))
                   ? 2
                   : 0;
    }
};

Range parse_range(std::string_view text) {
    Range range;
    range.type = next(text, ';');
    while (!text.empty()) {
        const auto parameter = next(text, ';');
        if (!parameter.starts_with("q=") && !parameter.starts_with("Q=")) continue;
        const auto number = parameter.substr(2);
        double quality = 0;
        const auto [end, error] =
            std::from_chars(number.data(), number.data() + number.size(), quality);
        if (error == std::errc{}) range.quality = quality;
    }
    return range;
}

// The closest range decides, whatever others say.
double quality_of(std::string_view offered, std::string_view accept) {
    double quality = 0;
    int closest = 0;
    while (!accept.empty()) {
        const Range range = parse_range(next(accept, ','));
        const int closeness = range.closeness(offered);
        if (closeness <= closest) continue;
        closest = closeness;
        quality = range.quality;
    }
    return quality;
}

}  // namespace

std::optional<std::size_t> preferred(std::string_view accept,
                                     std::span<const std::string_view> offered) {
    if (trimmed(accept).empty()) return 0;
    std::optional<std::size_t> best;
    double best_quality = 0;
    for (std::size_t i = 0; i < offered.size(); ++i) {
        const double quality = quality_of(offered[i], accept);
        if (quality <= best_quality) continue;
        best = i;
        best_quality = quality;
    }
    return best;
}

}  // namespace berth
