// JSON Schema, as OpenAPI 3.1 uses it, of the types that described.hpp maps: what parse() takes and
// what print() gives.
//
//     SchemaBook book;
//     value schema = book.accepted<GpuRequest>();  // {"$ref":"#/components/schemas/GpuRequest"}
//     book.components();                           // the structs and enums that are referred to
//
// A struct that is parsed and one that is printed differ: parsing lets optional members be absent
// and refuses unknown ones, printing writes every member. So the first is named "WorkloadInput"
// unless its own name says already that it is asked (…Request, …Change, …Body).
//
// A type that is text may say more with `static constexpr std::string_view pattern` (a regular
// expression of ECMA 262) or with `static boost::json::object schema()`.
#pragma once

#include "json/described.hpp"
#include "json/schema_book.hpp"

namespace berth::json {

namespace detail {

// "berth::Reservation" out of a function's signature as GCC and clang print it.
std::string short_type_name(std::string_view signature);
std::string input_name(std::string name);
boost::json::object map_schema(boost::json::value values);
boost::json::object enum_schema(const std::vector<std::string_view>& names);

template <class T>
std::string type_name() {
    return short_type_name(__PRETTY_FUNCTION__);
}

enum class Direction { in, out };

template <class T>
concept SaysItsSchema = requires {
    { T::schema() } -> std::same_as<boost::json::object>;
};
template <class T>
concept SaysItsPattern = requires {
    { T::pattern } -> std::convertible_to<std::string_view>;
};

template <class T>
boost::json::object schema_of_text() {
    if constexpr (SaysItsSchema<T>) {
        return T::schema();
    } else if constexpr (SaysItsPattern<T>) {
        return text_schema(T::pattern);
    } else {
        return text_schema();
    }
}

template <class T, Direction direction>
boost::json::value schema_of(SchemaBook& book);

template <class T, Direction direction>
boost::json::object struct_schema(SchemaBook& book) {
    boost::json::object schema{{"type", "object"}};
    if (direction == Direction::in) schema["additionalProperties"] = false;
    boost::mp11::mp_for_each<Members<T>>([&](auto member) {
        using Field = std::remove_cvref_t<decltype(std::declval<T&>().*member.pointer)>;
        auto field = schema_of<Field, direction>(book);
        constexpr bool may_lack =
            direction == Direction::in && (is_optional<Field> || AllOptional<T>);
        if constexpr (may_lack && (std::is_arithmetic_v<Field> || std::is_enum_v<Field>)) {
            field.as_object()["default"] = print(T{}.*member.pointer);
        }
        add_member(
            schema, member.name, std::move(field),
            may_lack || is_left_out<T>(member.name) ? Presence::optional : Presence::required);
    });
    return schema;
}

template <class T, Direction direction>
boost::json::value schema_of(SchemaBook& book) {
    if constexpr (std::same_as<T, boost::json::value>) {
        return boost::json::object();
    } else if constexpr (is_optional<T>) {
        return nullable(schema_of<typename T::value_type, direction>(book));
    } else if constexpr (std::same_as<T, bool>) {
        return boost::json::object{{"type", "boolean"}};
    } else if constexpr (std::integral<T>) {
        return integer_schema(std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
    } else if constexpr (std::floating_point<T>) {
        return boost::json::object{{"type", "number"}};
    } else if constexpr (std::same_as<T, std::string>) {
        return text_schema();
    } else if constexpr (std::same_as<T, Instant>) {
        return time_schema();
    } else if constexpr (TextLike<T>) {
        return schema_of_text<T>();
    } else if constexpr (std::is_enum_v<T>) {
        return book.named(type_name<T>(), [] { return enum_schema(enumerator_names<T>()); });
    } else if constexpr (is_vector<T>) {
        return list_schema(schema_of<typename T::value_type, direction>(book));
    } else if constexpr (is_text_map<T>) {
        return map_schema(schema_of<typename T::mapped_type, direction>(book));
    } else {
        const std::string name = type_name<T>();
        return book.named(direction == Direction::in ? input_name(name) : name,
                          [&] { return struct_schema<T, direction>(book); });
    }
}

}  // namespace detail

template <class T>
boost::json::value SchemaBook::accepted() {
    return detail::schema_of<T, detail::Direction::in>(*this);
}

template <class T>
boost::json::value SchemaBook::printed() {
    return detail::schema_of<T, detail::Direction::out>(*this);
}

// For who makes schemas later.
template <class T>
boost::json::value accepted_schema(SchemaBook& book) {
    return book.accepted<T>();
}
template <class T>
boost::json::value printed_schema(SchemaBook& book) {
    return book.printed<T>();
}

}  // namespace berth::json
