#include "apps/berth/table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

namespace berth::cli {

namespace {

// The blocks of Unicode that terminals draw two columns wide (Unicode Standard Annex 11: W and F).
bool is_wide(char32_t c) {
    return (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF) ||
           (c >= 0xAC00 && c <= 0xD7A3) || (c >= 0xF900 && c <= 0xFAFF) ||
           (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
           (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1FAFF) ||
           (c >= 0x20000 && c <= 0x3FFFD);
}

bool is_combining(char32_t c) {
    return (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200F) || c == 0xFE0F;
}

int sequence_length(unsigned char lead) {
    if (lead < 0x80) return 1;
    if (lead >= 0xF0) return 4;
    if (lead >= 0xE0) return 3;
    return 2;
}

std::string ranges(std::vector<int> numbers) {
    std::ranges::sort(numbers);
    std::string text;
    for (std::size_t i = 0; i < numbers.size();) {
        std::size_t last = i;
        while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
        if (!text.empty()) text += ",";
        text += last == i ? fmt::format("{}", numbers[i])
                          : fmt::format("{}-{}", numbers[i], numbers[last]);
        i = last + 1;
    }
    return text;
}

}  // namespace

int display_width(std::string_view text) {
    int width = 0;
    for (std::size_t i = 0; i < text.size();) {
        const auto lead = static_cast<unsigned char>(text[i]);
        const int length = sequence_length(lead);
        char32_t c = length == 1 ? lead : lead & (0xFFU >> (length + 1));
        for (int k = 1; k < length && i + static_cast<std::size_t>(k) < text.size(); ++k) {
            c = (c << 6U) |
                (static_cast<unsigned char>(text[i + static_cast<std::size_t>(k)]) & 0x3FU);
        }
        if (!is_combining(c)) width += is_wide(c) ? 2 : 1;
        i += static_cast<std::size_t>(length);
    }
    return width;
}

std::string format_table(const std::vector<std::vector<std::string>>& rows) {
    std::vector<int> widths;
    for (const auto& row : rows) {
        widths.resize(std::max(widths.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(row[i]));
        }
    }
    std::string text;
    for (const auto& row : rows) {
        std::string line;
        for (std::size_t i = 0; i < row.size(); ++i) {
            line += row[i];
            if (i + 1 < row.size()) {
                line.append(static_cast<std::size_t>(widths[i] - display_width(row[i]) + 2), ' ');
            }
        }
        text += line + "\n";
    }
    return text;
}

std::string compact_gpus(const std::vector<std::string>& ids) {
    std::map<std::string, std::vector<int>> by_node;
    std::vector<std::string> order;
    for (const auto& id : ids) {
        const auto slash = id.rfind('/');
        const std::string node = id.substr(0, slash);
        int device = 0;
        std::from_chars(id.data() + slash + 1, id.data() + id.size(), device);
        if (!by_node.contains(node)) order.push_back(node);
        by_node[node].push_back(device);
    }
    std::string text;
    for (const auto& node : order) {
        const auto& devices = by_node[node];
        if (!text.empty()) text += " ";
        text += devices.size() == 1 ? fmt::format("{}/{}", node, devices.front())
                                    : fmt::format("{}[{}]", node, ranges(devices));
    }
    return text;
}

}  // namespace berth::cli
