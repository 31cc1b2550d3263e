#include "journal/compressed.hpp"

#include <zstd.h>

#include <memory>
#include <stdexcept>

namespace berth {

namespace {

// Low levels are several times faster than the disk that the result goes to.
constexpr int level = 3;
// More than any state takes; what claims to be larger is not ours.
constexpr unsigned long long largest_text = 1ULL << 33U;

}  // namespace

std::string compressed(std::string_view text) {
    const std::unique_ptr<ZSTD_CCtx, decltype(&ZSTD_freeCCtx)> context(ZSTD_createCCtx(),
                                                                       &ZSTD_freeCCtx);
    if (context == nullptr) throw std::runtime_error("zstd cannot be used");
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level);
    ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1);
    std::string bytes(ZSTD_compressBound(text.size()), '\0');
    const std::size_t size =
        ZSTD_compress2(context.get(), bytes.data(), bytes.size(), text.data(), text.size());
    if (ZSTD_isError(size) != 0) throw std::runtime_error(ZSTD_getErrorName(size));
    bytes.resize(size);
    return bytes;
}

std::expected<std::string, std::string> decompressed(std::string_view bytes) {
    const auto size = ZSTD_getFrameContentSize(bytes.data(), bytes.size());
    if (size == ZSTD_CONTENTSIZE_ERROR || size == ZSTD_CONTENTSIZE_UNKNOWN || size > largest_text) {
        return std::unexpected("it is no text that was compressed with zstd in one piece");
    }
    std::string text(size, '\0');
    const std::size_t result =
        ZSTD_decompress(text.data(), text.size(), bytes.data(), bytes.size());
    if (ZSTD_isError(result) != 0) return std::unexpected(ZSTD_getErrorName(result));
    text.resize(result);
    return text;
}

}  // namespace berth
