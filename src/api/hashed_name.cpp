#include "api/hashed_name.hpp"

#include <algorithm>

namespace berth {

namespace {

constexpr std::size_t usual_hash = 8;

bool is_small_letter(char c) {
    return c >= 'a' && c <= 'z';
}

bool is_word_character(char c) {
    return is_small_letter(c) || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

// A word of a person's is in small letters: "calendar-overview.js" is not hashed.
bool looks_random(std::string_view hash) {
    return !std::ranges::all_of(hash, [](char c) { return is_small_letter(c) || c == '-'; });
}

// "main-4F7KQ2ZX", "index.3f2a9b1c"
bool ends_in_hash(std::string_view stem) {
    const auto before = stem.find_last_of("-.");
    if (before == std::string_view::npos) return false;
    const std::string_view hash = stem.substr(before + 1);
    return hash.size() >= usual_hash && std::ranges::all_of(hash, is_word_character) &&
           looks_random(hash);
}

// "index-Bx-z_1ab": eight characters of base64url.
bool ends_in_hash_of_vite(std::string_view stem) {
    if (stem.size() < usual_hash + 2 || stem[stem.size() - usual_hash - 1] != '-') return false;
    const std::string_view hash = stem.substr(stem.size() - usual_hash);
    return looks_random(hash) &&
           std::ranges::all_of(hash, [](char c) { return is_word_character(c) || c == '-'; });
}

}  // namespace

bool is_hashed_name(std::string_view path) {
    const auto slash = path.rfind('/');
    const std::string_view name = path.substr(slash == std::string_view::npos ? 0 : slash + 1);
    const auto dot = name.rfind('.');
    if (dot == std::string_view::npos || dot == 0) return false;
    const std::string_view stem = name.substr(0, dot);
    return ends_in_hash(stem) || (path.starts_with("assets/") && ends_in_hash_of_vite(stem));
}

}  // namespace berth
