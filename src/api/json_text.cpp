#include "api/json_text.hpp"

#include <array>
#include <charconv>
#include <chrono>
#include <cmath>

namespace berth {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

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
    out += "\\u00";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

char* put_two(char* at, unsigned value) {
    *at++ = static_cast<char>('0' + value / 10);
    *at++ = static_cast<char>('0' + value % 10);
    return at;
}

}  // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;  // from here on nothing needed an escape
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (!needs_escape(text[i])) continue;
        out.append(text, plain, i - plain);
        append_escaped(out, text[i]);
        plain = i + 1;
    }
    out.append(text, plain);
    out += '"';
}

void append_number(std::string& out, std::uint64_t number) {
    std::array<char, 20> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    out.append(text.data(), end);
}

void append_json_time(std::string& out, Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const auto in_day = std::chrono::duration_cast<std::chrono::milliseconds>(instant - day);
    const auto year = static_cast<int>(date.year());
    if (year < 0 || year > 9999 || in_day.count() % 1000 != 0) {
        return append_json_string(out, to_rfc3339(instant));
    }
    const auto second = static_cast<unsigned>(in_day.count() / 1000);
    std::array<char, 22> text{};
    char* at = text.data();
    *at++ = '"';
    at = put_two(at, static_cast<unsigned>(year) / 100);
    at = put_two(at, static_cast<unsigned>(year) % 100);
    *at++ = '-';
    at = put_two(at, static_cast<unsigned>(date.month()));
    *at++ = '-';
    at = put_two(at, static_cast<unsigned>(date.day()));
    *at++ = 'T';
    at = put_two(at, second / 3600);
    *at++ = ':';
    at = put_two(at, second / 60 % 60);
    *at++ = ':';
    at = put_two(at, second % 60);
    *at++ = 'Z';
    *at = '"';
    out.append(text.data(), text.size());
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
