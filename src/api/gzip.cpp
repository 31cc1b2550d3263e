#include "api/gzip.hpp"

#include <zlib.h>

#include <algorithm>
#include <limits>
#include <memory>
#include <stdexcept>

namespace berth {

namespace {

constexpr int gzip_window = 15 + 16;  // 16: with gzip's own header
constexpr int memory_level = 8;

std::string_view trimmed(std::string_view text) {
    while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
    while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
    return text;
}

std::string_view cut_off(std::string_view& text, char until) {
    const auto end = std::min(text.find(until), text.size());
    const auto piece = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    return trimmed(piece);
}

// "q=0", "q=0.000": not at all.
bool is_refused(std::string_view weight) {
    weight = trimmed(weight);
    return weight.starts_with("q=0") && weight.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

bool accepts_coding(std::string_view accept_encoding, std::string_view coding) {
    while (!accept_encoding.empty()) {
        auto weight = cut_off(accept_encoding, ',');
        if (cut_off(weight, ';') == coding) return !is_refused(weight);
    }
    return false;
}

std::string gzip(std::string_view text) {
    if (text.size() > std::numeric_limits<uInt>::max()) {
        throw std::runtime_error("a text of over 4 GiB is not compressed");
    }
    z_stream stream{};
    if (::deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, gzip_window, memory_level,
                       Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::runtime_error("zlib cannot begin to compress");
    }
    const std::unique_ptr<z_stream, int (*)(z_stream*)> end(&stream, ::deflateEnd);
    std::string compressed(::deflateBound(&stream, text.size()), '\0');
    // zlib only reads from it.
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(compressed.data());
    stream.avail_out = static_cast<uInt>(compressed.size());
    if (::deflate(&stream, Z_FINISH) != Z_STREAM_END) {
        throw std::runtime_error("zlib cannot compress");
    }
    compressed.resize(stream.total_out);
    compressed.shrink_to_fit();
    return compressed;
}

}  // namespace berth
