#include "api/json_text.hpp"

#include <charconv>
#include <cmath>

namespace berth {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

void append_escaped(std::string& out, char c) {
    switch (c) {
        case '"':
        case '\\':
            out += '\\';
            out += c;
            return;
        case '\n':
            out += "\\n";
            return;
        case '\t':
            out += "\\t";
            return;
        default:
            break;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20) {
        out += c;
        return;
    }
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    for (const char c : text) append_escaped(out, c);
    out += '"';
}

void append_progress_members(std::string& out, const EpochProgress& progress) {
    out += ",\"epoch\":" + std::to_string(progress.epoch);
    out += ",\"epochs\":" + std::to_string(progress.epochs);
    out += ",\"eta_seconds\":";
    if (!progress.eta_seconds || !std::isfinite(*progress.eta_seconds)) {
        out += "null";
        return;
    }
    char text[32];
    const auto [end, error] = std::to_chars(text, text + sizeof text, *progress.eta_seconds);
    out.append(text, error == std::errc{} ? end : text);
}

}  // namespace berth
