#include "kubernetes/object_fields.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <charconv>
#include <utility>

namespace berth {

namespace js = boost::json;

const js::value* field_at(const js::object& object, FieldPath path) {
    const js::object* in = &object;
    const js::value* found = nullptr;
    for (const std::string_view name : path) {
        if (in == nullptr) return nullptr;
        found = in->if_contains(name);
        if (found == nullptr) return nullptr;
        in = found->if_object();
    }
    return found;
}

const js::object& object_at(const js::object& object, FieldPath path) {
    static const js::object none;
    const js::value* found = field_at(object, path);
    return found != nullptr && found->is_object() ? found->get_object() : none;
}

const js::array& array_at(const js::object& object, FieldPath path) {
    static const js::array none;
    const js::value* found = field_at(object, path);
    return found != nullptr && found->is_array() ? found->get_array() : none;
}

std::string text_at(const js::object& object, FieldPath path) {
    const js::value* found = field_at(object, path);
    if (found == nullptr || !found->is_string()) return {};
    return std::string(found->get_string());
}

bool flag_at(const js::object& object, FieldPath path) {
    const js::value* found = field_at(object, path);
    return found != nullptr && found->is_bool() && found->get_bool();
}

int number_at(const js::object& object, FieldPath path) {
    const js::value* found = field_at(object, path);
    if (found == nullptr) return 0;
    if (const auto* number = found->if_int64()) {
        return std::in_range<int>(*number) ? static_cast<int>(*number) : 0;
    }
    if (!found->is_string()) return 0;
    return whole_number(found->get_string()).value_or(0);
}

std::optional<int> whole_number(std::string_view text) {
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
    return number;
}

std::optional<Instant> instant_at(const js::object& object, FieldPath path) {
    const auto parsed = parse_rfc3339(text_at(object, path));
    return parsed ? std::optional(*parsed) : std::nullopt;
}

std::map<std::string, std::string> texts_at(const js::object& object, FieldPath path) {
    std::map<std::string, std::string> texts;
    for (const auto& entry : object_at(object, path)) {
        if (!entry.value().is_string()) continue;
        texts.emplace(entry.key(), std::string(entry.value().get_string()));
    }
    return texts;
}

}  // namespace berth
