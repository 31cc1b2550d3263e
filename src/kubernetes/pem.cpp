#include "kubernetes/pem.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <iterator>
#include <system_error>

namespace berth {

std::expected<std::string, std::string> read_text(const std::filesystem::path& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    std::string text{std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>()};
    if (!stream.is_open() || stream.bad()) {
        const auto why = std::generic_category().message(errno != 0 ? errno : EIO);
        return std::unexpected(file.string() + " cannot be read: " + why);
    }
    return text;
}

std::expected<std::string, std::string> decode_base64(std::string_view text) {
    std::string clean;
    std::ranges::copy_if(text, std::back_inserter(clean),
                         [](char letter) { return !std::string_view(" \t\r\n").contains(letter); });
    if (clean.empty() || clean.size() % 4 != 0) return std::unexpected("is not base64");
    std::string bytes(clean.size() / 4 * 3, '\0');
    const int count = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                      reinterpret_cast<const unsigned char*>(clean.data()),
                                      static_cast<int>(clean.size()));
    if (count < 0) return std::unexpected("is not base64");
    // OpenSSL counts the bytes that the padding stands for.
    const auto padding = static_cast<std::size_t>(std::ranges::count(clean, '='));
    bytes.resize(static_cast<std::size_t>(count) - std::min<std::size_t>(padding, 2));
    return bytes;
}

bool is_pem(std::string_view text) {
    return text.contains("-----BEGIN ");
}

}  // namespace berth
