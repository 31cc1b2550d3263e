// Compressing an answer's body, for clients that say they take it.
#pragma once

#include <string>
#include <string_view>

namespace berth {

// Whether Accept-Encoding takes gzip.
bool accepts_gzip(std::string_view accept_encoding);
// At zlib's fastest level. Throws std::runtime_error when there is no memory.
std::string gzip(std::string_view text);

}  // namespace berth
