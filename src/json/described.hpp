// The one JSON mapping: a struct described with BOOST_DESCRIBE_STRUCT parses from and prints to
// JSON. Parsing is strict: a missing or unknown field, a wrong type or a number out of range is a
// FieldError that names the field ("gpus.count") and says what to write instead.
//
// Mapped types: bool, integers, double, std::string, Instant (RFC 3339), described enums (by
// name), described structs, std::optional (absent or null), std::vector, std::map<std::string, T>,
// and any type with `static std::expected<T, std::string> parse(std::string_view)` and `text()`.
// A member with a default member initializer is optional exactly when its struct says so with
// `static constexpr bool all_optional = true`, or when the member itself is a std::optional.
// A struct that names members in `static constexpr std::array<std::string_view, N> left_out` does
// not print those while they are as in a new value: what is rarely there costs nothing.
#pragma once

#include <algorithm>
#include <boost/describe.hpp>
#include <boost/json.hpp>
#include <cmath>
#include <concepts>
#include <cstdint>
#include <expected>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "json/field_error.hpp"
#include "time/instant.hpp"

namespace berth::json {

namespace detail {

template <class T>
concept TextLike = requires(const T& value, std::string_view text) {
    { T::parse(text) } -> std::same_as<std::expected<T, std::string>>;
    { value.text() } -> std::convertible_to<std::string>;
};

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;
template <class T>
inline constexpr bool is_vector = false;
template <class T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <class T>
inline constexpr bool is_text_map = false;
template <class T>
inline constexpr bool is_text_map<std::map<std::string, T>> = true;

template <class T>
concept AllOptional = requires { requires T::all_optional; };

template <class T>
using Members = boost::describe::describe_members<T, boost::describe::mod_any_access>;

template <class T>
std::vector<std::string_view> member_names() {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) { names.emplace_back(member.name); });
    return names;
}

template <class T>
concept LeavesOut = requires { T::left_out.size(); };

template <class T>
constexpr bool is_left_out(std::string_view member) {
    if constexpr (LeavesOut<T>) {
        return std::ranges::find(T::left_out, member) != T::left_out.end();
    } else {
        return false;
    }
}

template <class T>
bool is_worth_printing(const T& value, auto member) {
    if constexpr (LeavesOut<T>) {
        using Field = std::remove_cvref_t<decltype(value.*member.pointer)>;
        return !is_left_out<T>(member.name) || !(value.*member.pointer == Field{});
    } else {
        return true;
    }
}

// "auto_" is how C++ has to write what JSON calls "auto".
constexpr std::string_view enumerator_name(std::string_view name) {
    if (name.ends_with('_')) name.remove_suffix(1);
    return name;
}

template <class T>
std::string_view name_of_enumerator(T value) {
    return enumerator_name(boost::describe::enum_to_string(value, "unknown"));
}

template <class T>
std::vector<std::string_view> enumerator_names() {
    std::vector<std::string_view> names;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>(
        [&](auto enumerator) { names.emplace_back(enumerator_name(enumerator.name)); });
    return names;
}

}  // namespace detail

template <class T>
std::expected<T, FieldError> parse(const boost::json::value& value, const std::string& path = "");

template <class T>
boost::json::value print(const T& value);

namespace detail {

template <std::integral T>
std::expected<T, FieldError> parse_integer(const boost::json::value& value,
                                           const std::string& path) {
    if (const auto* number = value.if_int64()) {
        if (std::in_range<T>(*number)) return static_cast<T>(*number);
        return std::unexpected(out_of_range(path, static_cast<double>(*number)));
    }
    if (const auto* number = value.if_uint64()) {
        if (std::in_range<T>(*number)) return static_cast<T>(*number);
        return std::unexpected(out_of_range(path, static_cast<double>(*number)));
    }
    if (const auto* number = value.if_double()) {
        // "4.0" is a whole number to a person; JavaScript and Python print it so.
        if (std::abs(*number) < 9e15 && *number == std::floor(*number) &&
            std::in_range<T>(static_cast<std::int64_t>(*number))) {
            return static_cast<T>(*number);
        }
    }
    return std::unexpected(wrong_type(path, "a whole number", value));
}

template <class T>
std::expected<T, FieldError> parse_enum(const boost::json::value& value, const std::string& path) {
    const auto names = enumerator_names<T>();
    if (!value.is_string()) return std::unexpected(not_one_of(path, value, names));
    const std::string_view text = value.get_string();
    std::optional<T> result;
    boost::mp11::mp_for_each<boost::describe::describe_enumerators<T>>([&](auto enumerator) {
        if (enumerator_name(enumerator.name) == text) result = enumerator.value;
    });
    if (result) return *result;
    return std::unexpected(not_one_of(path, value, names));
}

template <class T>
std::expected<T, FieldError> parse_struct(const boost::json::value& value,
                                          const std::string& path) {
    const auto* object = value.if_object();
    if (object == nullptr) return std::unexpected(wrong_type(path, "an object", value));
    const auto names = member_names<T>();
    for (const auto& entry : *object) {
        if (std::ranges::find(names, std::string_view(entry.key())) == names.end()) {
            return std::unexpected(unknown_field(join(path, entry.key()), entry.key(), names));
        }
    }
    T result{};
    std::optional<FieldError> error;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        if (error) return;
        using Field = std::remove_cvref_t<decltype(result.*member.pointer)>;
        const auto* field = object->if_contains(member.name);
        if (field == nullptr) {
            const bool may_lack =
                is_optional<Field> || AllOptional<T> || is_left_out<T>(member.name);
            if (!may_lack) error = missing(join(path, member.name));
            return;
        }
        auto parsed = parse<Field>(*field, join(path, member.name));
        if (parsed) {
            result.*member.pointer = std::move(*parsed);
        } else {
            error = std::move(parsed.error());
        }
    });
    if (error) return std::unexpected(std::move(*error));
    return result;
}

template <class T>
std::expected<T, FieldError> parse_vector(const boost::json::value& value,
                                          const std::string& path) {
    const auto* array = value.if_array();
    if (array == nullptr) return std::unexpected(wrong_type(path, "a list", value));
    T result;
    result.reserve(array->size());
    for (std::size_t i = 0; i < array->size(); ++i) {
        auto item = parse<typename T::value_type>((*array)[i], join(path, std::to_string(i)));
        if (!item) return std::unexpected(std::move(item.error()));
        result.push_back(std::move(*item));
    }
    return result;
}

template <class T>
std::expected<T, FieldError> parse_map(const boost::json::value& value, const std::string& path) {
    const auto* object = value.if_object();
    if (object == nullptr) return std::unexpected(wrong_type(path, "an object", value));
    T result;
    for (const auto& entry : *object) {
        auto item = parse<typename T::mapped_type>(entry.value(), join(path, entry.key()));
        if (!item) return std::unexpected(std::move(item.error()));
        result.emplace(entry.key(), std::move(*item));
    }
    return result;
}

template <class T>
std::expected<T, FieldError> parse_text(const boost::json::value& value, const std::string& path) {
    if (!value.is_string()) return std::unexpected(wrong_type(path, "text", value));
    const std::string_view text = value.get_string();
    auto parsed = [&] {
        if constexpr (std::same_as<T, Instant>) {
            return parse_rfc3339(text);
        } else {
            return T::parse(text);
        }
    }();
    if (!parsed) return std::unexpected(FieldError{path, std::move(parsed.error())});
    return std::move(*parsed);
}

}  // namespace detail

template <class T>
std::expected<T, FieldError> parse(const boost::json::value& value, const std::string& path) {
    if constexpr (std::same_as<T, boost::json::value>) {
        return value;
    } else if constexpr (detail::is_optional<T>) {
        if (value.is_null()) return T{};
        auto parsed = parse<typename T::value_type>(value, path);
        if (!parsed) return std::unexpected(std::move(parsed.error()));
        return T{std::move(*parsed)};
    } else if constexpr (std::same_as<T, bool>) {
        if (value.is_bool()) return value.get_bool();
        return std::unexpected(wrong_type(path, "true or false", value));
    } else if constexpr (std::integral<T>) {
        return detail::parse_integer<T>(value, path);
    } else if constexpr (std::floating_point<T>) {
        if (value.is_number()) return value.to_number<T>();
        return std::unexpected(wrong_type(path, "a number", value));
    } else if constexpr (std::same_as<T, std::string>) {
        if (value.is_string()) return std::string(value.get_string());
        return std::unexpected(wrong_type(path, "text", value));
    } else if constexpr (std::same_as<T, Instant> || detail::TextLike<T>) {
        return detail::parse_text<T>(value, path);
    } else if constexpr (std::is_enum_v<T>) {
        return detail::parse_enum<T>(value, path);
    } else if constexpr (detail::is_vector<T>) {
        return detail::parse_vector<T>(value, path);
    } else if constexpr (detail::is_text_map<T>) {
        return detail::parse_map<T>(value, path);
    } else {
        return detail::parse_struct<T>(value, path);
    }
}

template <class T>
boost::json::value print(const T& value) {
    if constexpr (std::same_as<T, boost::json::value>) {
        return value;
    } else if constexpr (detail::is_optional<T>) {
        return value ? print(*value) : boost::json::value(nullptr);
    } else if constexpr (std::is_arithmetic_v<T>) {
        return boost::json::value(value);
    } else if constexpr (std::same_as<T, std::string>) {
        return boost::json::value(value);
    } else if constexpr (std::same_as<T, Instant>) {
        return boost::json::value(to_rfc3339(value));
    } else if constexpr (detail::TextLike<T>) {
        return boost::json::value(std::string(value.text()));
    } else if constexpr (std::is_enum_v<T>) {
        return boost::json::value(detail::name_of_enumerator(value));
    } else if constexpr (detail::is_vector<T>) {
        boost::json::array array;
        array.reserve(value.size());
        for (const auto& item : value) array.push_back(print(item));
        return array;
    } else if constexpr (detail::is_text_map<T>) {
        boost::json::object object;
        for (const auto& [key, item] : value) object.emplace(key, print(item));
        return object;
    } else {
        boost::json::object object;
        boost::mp11::mp_for_each<detail::Members<T>>([&](auto member) {
            if (!detail::is_worth_printing(value, member)) return;
            object.emplace(member.name, print(value.*member.pointer));
        });
        return object;
    }
}

}  // namespace berth::json
