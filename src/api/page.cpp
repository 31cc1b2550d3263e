#include "api/page.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

namespace berth {

namespace {

constexpr std::array<std::pair<std::string_view, const char*>, 13> content_types = {{
    {".css", "text/css; charset=utf-8"},
    {".gif", "image/gif"},
    {".html", "text/html; charset=utf-8"},
    {".ico", "image/x-icon"},
    {".jpg", "image/jpeg"},
    {".js", "text/javascript; charset=utf-8"},
    {".json", "application/json"},
    {".map", "application/json"},
    {".png", "image/png"},
    {".svg", "image/svg+xml"},
    {".txt", "text/plain; charset=utf-8"},
    {".webmanifest", "application/manifest+json"},
    {".woff2", "font/woff2"},
}};

const char* content_type_of(const std::filesystem::path& file) {
    const std::string extension = file.extension().string();
    for (const auto& [known, type] : content_types) {
        if (extension == known) return type;
    }
    return "application/octet-stream";
}

// One plain file name: no way up, no hidden file, no second path inside it.
bool is_plain(const std::string& segment) {
    return !segment.empty() && !segment.starts_with('.') &&
           segment.find_first_of(std::string_view("/\\\0", 3)) == std::string::npos;
}

bool is_root(const Request& request) {
    return request.segments.empty() ||
           (request.segments.size() == 1 && request.segments.front().empty());
}

bool lies_in(const std::filesystem::path& file, const std::filesystem::path& folder) {
    const auto [in_folder, in_file] = std::ranges::mismatch(folder, file);
    return in_folder == folder.end();
}

std::optional<std::string> contents_of(const std::filesystem::path& file) {
    std::ifstream stream(file, std::ios::binary);
    if (!stream) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(stream), {});
}

// Any change of the file changes its time or its size.
std::string tag_of(const std::filesystem::path& file) {
    std::error_code error;
    const auto changed = std::filesystem::last_write_time(file, error).time_since_epoch().count();
    const auto size = std::filesystem::file_size(file, error);
    return entity_tag(std::to_string(changed) + "-" + std::to_string(size));
}

Response not_built(const std::filesystem::path& folder) {
    return text_response(200, "Berth is running, but its calendar page is not there: " +
                                  (folder.empty() ? std::string("no folder is configured for it")
                                                  : folder.string() + " holds no index.html") +
                                  ".\nBuild it in ui/ with: npm ci && npm run build\n"
                                  "The API answers meanwhile, for example /api/v1/fleet\n");
}

Response missing() {
    return text_response(404, "there is no such file\n");
}

}  // namespace

bool is_hashed_name(const std::string& name) {
    constexpr std::size_t shortest_hash = 8;
    const auto dot = name.rfind('.');
    if (dot == std::string::npos || dot == 0) return false;
    const auto before = name.find_last_of("-.", dot - 1);
    if (before == std::string::npos) return false;
    const std::string_view hash = std::string_view(name).substr(before + 1, dot - before - 1);
    const auto is_word = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '_';
    };
    // A word of a person's is in small letters: "calendar-overview.js" is not hashed.
    const auto is_not_small = [](char c) { return c < 'a' || c > 'z'; };
    return hash.size() >= shortest_hash && std::ranges::all_of(hash, is_word) &&
           std::ranges::any_of(hash, is_not_small);
}

Page::Page(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    const auto real = std::filesystem::canonical(folder_, error);
    if (!error) folder_ = real;
}

// Empty when there is no such file inside the folder; links are followed before that is judged.
std::filesystem::path Page::file_for(const Request& request) const {
    const bool may_be_a_file = is_root(request) || std::ranges::all_of(request.segments, is_plain);
    if (folder_.empty() || !may_be_a_file) return {};
    auto file = folder_;
    for (const auto& segment : request.segments) file /= segment;
    if (is_root(request)) file = folder_ / "index.html";
    std::error_code error;
    const auto real = std::filesystem::canonical(file, error);
    if (error || !lies_in(real, folder_) || !std::filesystem::is_regular_file(real, error)) {
        return {};
    }
    return real;
}

Response Page::answer(const Request& request) const {
    const auto file = file_for(request);
    if (file.empty()) return is_root(request) ? not_built(folder_) : missing();
    Response response;
    response.headers["ETag"] = tag_of(file);
    response.headers["Cache-Control"] = is_hashed_name(file.filename().string())
                                            ? "public, max-age=31536000, immutable"
                                            : "no-cache";
    response.headers["Content-Security-Policy"] = "default-src 'self'";
    if (names_tag(request.header("If-None-Match"), response.headers["ETag"])) {
        response.status = 304;
        return response;
    }
    auto contents = contents_of(file);
    if (!contents) return missing();
    response.headers["Content-Type"] = content_type_of(file);
    response.body = std::move(*contents);
    return response;
}

}  // namespace berth
