// Which of the offered media types the Accept header prefers (RFC 9110, section 12.5.1).
#pragma once

#include <optional>
#include <span>
#include <string_view>

namespace berth {

// Its place in `offered`; the first of equals. Without a header: the first.
std::optional<std::size_t> preferred(std::string_view accept,
                                     std::span<const std::string_view> offered);

}  // namespace berth
