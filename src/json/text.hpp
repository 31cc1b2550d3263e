// A described value straight to JSON text, without a document tree in between: the very text that
// serializing json::print() of it gives, for a fraction of the time. For what is written with every
// booking: events, projections, answers.
#pragma once

#include <charconv>
#include <string>
#include <string_view>

#include "json/described.hpp"

namespace berth::json {

// Quoted and escaped. Precondition: `text` is UTF-8; nothing else gets past json::read.
void append_string(std::string& out, std::string_view text);
void append_double(std::string& out, double number);
void append_value(std::string& out, const boost::json::value& value);
// Quoted, as RFC 3339.
void append_instant(std::string& out, Instant instant);

template <class T>
void append_text(std::string& out, const T& value);

namespace detail {

template <class T>
void append_list(std::string& out, const T& items) {
    out += '[';
    bool first = true;
    for (const auto& item : items) {
        if (!first) out += ',';
        first = false;
        append_text(out, item);
    }
    out += ']';
}

template <class T>
void append_map(std::string& out, const T& items) {
    out += '{';
    bool first = true;
    for (const auto& [key, item] : items) {
        if (!first) out += ',';
        first = false;
        append_string(out, key);
        out += ':';
        append_text(out, item);
    }
    out += '}';
}

template <std::integral T>
void append_integer(std::string& out, T number) {
    char text[24];
    out.append(text, std::to_chars(text, text + sizeof text, number).ptr);
}

}  // namespace detail

// A struct's members without its braces, so that others may be put beside them.
template <class T>
void append_members(std::string& out, const T& value) {
    bool first = true;
    boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
        if (!detail::is_worth_printing(value, member)) return;
        if (!first) out += ',';
        first = false;
        out += '"';
        out += member.name;
        out += "\":";
        append_text(out, value.*member.pointer);
    });
}

template <class T>
void append_text(std::string& out, const T& value) {
    if constexpr (std::same_as<T, boost::json::value>) {
        append_value(out, value);
    } else if constexpr (detail::is_optional<T>) {
        value ? append_text(out, *value) : void(out += "null");
    } else if constexpr (std::same_as<T, bool>) {
        out += value ? "true" : "false";
    } else if constexpr (std::integral<T>) {
        detail::append_integer(out, value);
    } else if constexpr (std::floating_point<T>) {
        append_double(out, value);
    } else if constexpr (std::same_as<T, std::string>) {
        append_string(out, value);
    } else if constexpr (std::same_as<T, Instant>) {
        append_instant(out, value);
    } else if constexpr (detail::TextLike<T>) {
        append_string(out, value.text());
    } else if constexpr (std::is_enum_v<T>) {
        append_string(out, detail::name_of_enumerator(value));
    } else if constexpr (detail::is_vector<T>) {
        detail::append_list(out, value);
    } else if constexpr (detail::is_text_map<T>) {
        detail::append_map(out, value);
    } else {
        out += '{';
        append_members(out, value);
        out += '}';
    }
}

template <class T>
std::string text_of(const T& value) {
    std::string out;
    append_text(out, value);
    return out;
}

}  // namespace berth::json
