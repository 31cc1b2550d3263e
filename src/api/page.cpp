#include "api/page.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <optional>
#include <string_view>
#include <utility>

#include "api/gzip.hpp"
#include "api/hashed_name.hpp"

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

constexpr const char* content_security_policy =
    "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; "
    "form-action 'self'";

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

// Below this the headers of a compressed answer weigh as much as is saved.
constexpr std::uintmax_t worth_compressing = 1024;

bool is_worth_compressing(const std::filesystem::path& file) {
    const std::string_view type = content_type_of(file);
    const bool is_text = type.starts_with("text/") || type == "application/json" ||
                         type == "application/manifest+json" || type == "image/svg+xml";
    std::error_code error;
    return is_text && std::filesystem::file_size(file, error) > worth_compressing && !error;
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

Page::Page(std::filesystem::path folder) : folder_(std::move(folder)) {
    std::error_code error;
    const auto real = std::filesystem::canonical(folder_, error);
    if (!error) folder_ = real;
}

// Empty when there is no such file inside the folder; links are followed before that is judged.
std::filesystem::path Page::real_file(const std::filesystem::path& file) const {
    std::error_code error;
    const auto real = std::filesystem::canonical(file, error);
    if (error || !lies_in(real, folder_) || !std::filesystem::is_regular_file(real, error)) {
        return {};
    }
    return real;
}

std::filesystem::path Page::file_for(const Request& request) const {
    if (folder_.empty()) return {};
    if (is_root(request)) return real_file(folder_ / "index.html");
    if (!std::ranges::all_of(request.segments, is_plain)) return {};
    auto file = folder_;
    for (const auto& segment : request.segments) file /= segment;
    return real_file(file);
}

// Its name changes with its contents.
bool Page::is_kept(const std::filesystem::path& file) const {
    return is_hashed_name(file.lexically_relative(folder_).generic_string());
}

// Where the name stays when the contents change, what lies beside may be an older build's.
std::filesystem::path Page::compressed_beside(const std::filesystem::path& file,
                                              const std::string& ending) const {
    const auto beside = real_file(file.string() + ending);
    if (beside.empty() || is_kept(file)) return beside;
    std::error_code error;
    const auto compressed_at = std::filesystem::last_write_time(beside, error);
    const auto changed_at = std::filesystem::last_write_time(file, error);
    return error || compressed_at < changed_at ? std::filesystem::path() : beside;
}

Page::Form Page::form_for(const Request& request, const std::filesystem::path& file) const {
    using enum Form::Source;
    static constexpr std::array<std::pair<const char*, const char*>, 2> codings = {
        {{"br", ".br"}, {"gzip", ".gz"}}};
    const std::string_view accepted = request.header("Accept-Encoding");
    for (const auto& [coding, ending] : codings) {
        if (!accepts_coding(accepted, coding)) continue;
        auto beside = compressed_beside(file, ending);
        if (!beside.empty()) return {beforehand, std::move(beside), coding};
    }
    if (accepts_gzip(accepted) && is_worth_compressing(file)) return {at_once, file, "gzip"};
    return {as_it_is, file, ""};
}

// Any change of the file changes its time or its size; other bytes need another strong tag.
std::string Page::tag_of(const Form& form) {
    std::error_code error;
    const auto changed =
        std::filesystem::last_write_time(form.file, error).time_since_epoch().count();
    const auto size = std::filesystem::file_size(form.file, error);
    std::string tag = std::to_string(changed) + "-" + std::to_string(size);
    if (!form.coding.empty()) tag += "-" + form.coding;
    return entity_tag(tag);
}

Response Page::answer(const Request& request) const {
    const auto file = file_for(request);
    if (file.empty()) return is_root(request) ? not_built(folder_) : missing();
    const Form form = form_for(request, file);
    Response response;
    response.headers = {
        {"ETag", tag_of(form)},
        {"Cache-Control", is_kept(file) ? "public, max-age=31536000, immutable" : "no-cache"},
        {"Vary", "Accept-Encoding"},
        {"Content-Security-Policy", content_security_policy},
        {"Referrer-Policy", "same-origin"},
    };
    if (names_tag(request.header("If-None-Match"), response.headers["ETag"])) {
        response.status = 304;
        return response;
    }
    auto contents = contents_of(form.file);
    if (!contents) return missing();
    response.headers["Content-Type"] = content_type_of(file);
    if (!form.coding.empty()) response.headers["Content-Encoding"] = form.coding;
    response.body = form.source == Form::Source::at_once ? gzip(*contents) : std::move(*contents);
    return response;
}

}  // namespace berth
