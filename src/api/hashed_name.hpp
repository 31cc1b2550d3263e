// Whether a file's name carries a hash of its contents, as bundlers write it, so that it may be
// kept for ever.
#pragma once

#include <string_view>

namespace berth {

// `path` is the file's path in the page's folder: "main-4F7KQ2ZX.js", "assets/index-Bx-z_1ab.js".
// Below assets/ a hash may hold "-", as Vite writes it.
bool is_hashed_name(std::string_view path);

}  // namespace berth
