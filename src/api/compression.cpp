#include "api/compression.hpp"

#include <exception>
#include <memory>
#include <string_view>
#include <utility>

#include "api/gzip.hpp"

namespace berth {

namespace {

// Below this the headers of a compressed answer weigh as much as is saved.
constexpr std::size_t worth_compressing = 1024;
// About a millisecond's work.
constexpr std::size_t quickly_compressed = 64U * 1024;

bool is_compressible(const Response& response) {
    if (response.stream || response.text().size() <= worth_compressing) return false;
    if (response.headers.contains("ETag") || response.headers.contains("Content-Encoding")) {
        return false;
    }
    const auto type = response.headers.find("Content-Type");
    if (type == response.headers.end()) return false;
    const std::string_view name = type->second;
    return name.starts_with("application/json") || name.starts_with("application/problem+json") ||
           name.starts_with("text/csv");
}

Response compressed(Response response) {
    response.body = gzip(response.text());
    response.shared_body.reset();
    response.headers["Content-Encoding"] = "gzip";
    std::string& vary = response.headers["Vary"];
    vary += vary.empty() ? "Accept-Encoding" : ", Accept-Encoding";
    return response;
}

}  // namespace

void respond_compressed(Response response, const Respond& respond, const RunSoon& run_aside) {
    if (!is_compressible(response)) return respond(std::move(response));
    if (response.text().size() <= quickly_compressed) {
        return respond(compressed(std::move(response)));
    }
    run_aside([plain = std::make_shared<Response>(std::move(response)), respond] {
        Response answer;
        try {
            answer = compressed(*plain);
        } catch (const std::exception&) {
            answer = std::move(*plain);
        }
        respond(std::move(answer));
    });
}

}  // namespace berth
