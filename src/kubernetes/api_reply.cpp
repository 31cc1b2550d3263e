#include <boost/json.hpp>

#include "kubernetes/api_client.hpp"

namespace berth {

namespace {

// The words of an answer that is not a Status object are shown no further than this.
constexpr std::size_t most_shown = 200;

// Of the Status object that an API server answers errors with.
std::string field_of_status(const std::string& body, std::string_view field) {
    boost::system::error_code error;
    const auto value = boost::json::parse(body, error);
    if (error || !value.is_object()) return {};
    const auto* found = value.get_object().if_contains(field);
    if (found == nullptr || !found->is_string()) return {};
    return std::string(found->get_string());
}

}  // namespace

std::string ApiReply::reason() const {
    return is_ok() ? std::string() : field_of_status(body, "reason");
}

std::string ApiReply::message() const {
    if (status == 0) return trouble;
    if (auto words = field_of_status(body, "message"); !words.empty()) return words;
    std::string text = "the API server answered " + std::to_string(status);
    if (!trouble.empty()) return text + ", and then: " + trouble;
    if (!body.empty() && !is_ok()) text += ": " + body.substr(0, most_shown);
    return text;
}

std::string escaped(std::string_view text) {
    constexpr std::string_view digits = "0123456789ABCDEF";
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~";
    std::string result;
    for (const char letter : text) {
        if (plain.contains(letter)) {
            result += letter;
            continue;
        }
        const auto byte = static_cast<unsigned char>(letter);
        result += {'%', digits[byte >> 4], digits[byte & 0xF]};
    }
    return result;
}

}  // namespace berth
