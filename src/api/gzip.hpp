// Compressing an answer's body, for clients that say they take it.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// Whether Accept-Encoding names this coding, such as "gzip" or "br", and does not refuse it.
bool accepts_coding(std::string_view accept_encoding, std::string_view coding);
inline bool accepts_gzip(std::string_view accept_encoding) {
    return accepts_coding(accept_encoding, "gzip");
}
// At zlib's fastest level. Throws std::runtime_error when there is no memory.
std::string gzip(std::string_view text);

}  // namespace berth
