// Certificates and keys as a kubeconfig has them: PEM text in a file, or in the file itself as
// base64.
#pragma once

#include <expected>
#include <filesystem>
#include <string>
#include <string_view>

namespace berth {

// Nothing but the whole file's text. Error: a sentence that names the file.
std::expected<std::string, std::string> read_text(const std::filesystem::path& file);
// Error: it is not base64. White space in it is passed over.
std::expected<std::string, std::string> decode_base64(std::string_view text);
[[nodiscard]] bool is_pem(std::string_view text);

}  // namespace berth
