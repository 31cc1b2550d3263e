#include "json/text.hpp"

#include <array>
#include <boost/json/serialize.hpp>
#include <chrono>

namespace berth::json {

namespace {

constexpr std::string_view digits = "0123456789abcdef";

bool needs_escape(char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
}

// As Boost.JSON writes them.
void append_escaped(std::string& out, char c) {
    constexpr std::string_view plain = "\"\\\b\f\n\r\t";
    constexpr std::string_view letters = "\"\\bfnrt";
    out += '\\';
    if (const auto found = plain.find(c); found != std::string_view::npos) {
        out += letters[found];
        return;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += "u00";
    out += digits[byte >> 4U];
    out += digits[byte & 15U];
}

char* put_two(char* at, unsigned value) {
    *at++ = static_cast<char>('0' + value / 10);
    *at++ = static_cast<char>('0' + value % 10);
    return at;
}

}  // namespace

void append_string(std::string& out, std::string_view text) {
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

void append_double(std::string& out, double number) {
    out += boost::json::serialize(boost::json::value(number));
}

void append_value(std::string& out, const boost::json::value& value) {
    out += boost::json::serialize(value);
}

void append_instant(std::string& out, Instant instant) {
    const auto day = std::chrono::floor<std::chrono::days>(instant);
    const std::chrono::year_month_day date(day);
    const auto in_day = std::chrono::duration_cast<std::chrono::milliseconds>(instant - day);
    const auto year = static_cast<int>(date.year());
    if (year < 0 || year > 9999 || in_day.count() % 1000 != 0) {
        return append_string(out, to_rfc3339(instant));
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

}  // namespace berth::json
