#include "json/schema.hpp"

namespace berth::json {

namespace {

constexpr std::string_view reference_prefix = "#/components/schemas/";

}  // namespace

boost::json::value SchemaBook::named(const std::string& name,
                                     const std::function<boost::json::object()>& make) {
    if (!components_.contains(name)) {
        components_[name] = boost::json::object();  // a type may refer to itself
        auto schema = make();
        components_[name] = std::move(schema);
    }
    return boost::json::object{{"$ref", std::string(reference_prefix) + name}};
}

boost::json::object SchemaBook::resolved(const boost::json::value& reference) const {
    const std::string_view text = reference.at("$ref").as_string();
    return components_.at(text.substr(reference_prefix.size())).as_object();
}

boost::json::value nullable(boost::json::value schema) {
    auto& object = schema.as_object();
    if (object.empty()) return schema;  // anything, null included
    const boost::json::object null{{"type", "null"}};
    if (auto* choices = object.if_contains("anyOf")) {
        choices->as_array().push_back(null);
        return schema;
    }
    if (auto* type = object.if_contains("type"); type != nullptr && type->is_string()) {
        *type = boost::json::array{*type, "null"};
        return schema;
    }
    return boost::json::object{{"anyOf", {std::move(schema), null}}};
}

boost::json::object text_schema() {
    return {{"type", "string"}};
}

boost::json::object text_schema(std::string_view pattern) {
    return {{"type", "string"}, {"pattern", pattern}};
}

boost::json::object time_schema() {
    return {{"type", "string"}, {"format", "date-time"}};
}

boost::json::object list_schema(boost::json::value items) {
    return {{"type", "array"}, {"items", std::move(items)}};
}

boost::json::object integer_schema(boost::json::value smallest, boost::json::value largest) {
    return {{"type", "integer"}, {"minimum", std::move(smallest)}, {"maximum", std::move(largest)}};
}

void add_member(boost::json::object& schema, std::string_view name, boost::json::value member,
                Presence presence) {
    auto& properties = schema["properties"];
    if (!properties.is_object()) properties.emplace_object();
    properties.as_object()[name] = std::move(member);
    if (presence == Presence::optional) return;
    auto& names = schema["required"];
    if (!names.is_array()) names.emplace_array();
    names.as_array().emplace_back(name);
}

namespace detail {

std::string short_type_name(std::string_view signature) {
    constexpr std::string_view before = "T = ";
    signature.remove_prefix(signature.find(before) + before.size());
    signature = signature.substr(0, signature.find_first_of(";]"));
    return std::string(signature.substr(signature.rfind(':') + 1));
}

std::string input_name(std::string name) {
    for (const char* ending : {"Request", "Change", "Body"}) {
        if (name.ends_with(ending)) return name;
    }
    return std::move(name) + "Input";
}

boost::json::object map_schema(boost::json::value values) {
    return {{"type", "object"}, {"additionalProperties", std::move(values)}};
}

boost::json::object enum_schema(const std::vector<std::string_view>& names) {
    boost::json::array values;
    for (const auto name : names) values.emplace_back(name);
    return {{"type", "string"}, {"enum", std::move(values)}};
}

}  // namespace detail

}  // namespace berth::json
